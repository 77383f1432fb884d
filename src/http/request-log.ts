import type { ErrorLogLevel } from '../reliability/errors/codes.js';
import type { ExchangeRecord } from './exchange.js';

/** nginx's status for a client that closed the connection before the answer: only in logs and metrics. */
export const CLIENT_CLOSED_REQUEST = 499;

type Outcome = 'ok' | 'refused' | 'failed' | 'aborted';

/** One line per request, written when it is over. Neither the URL nor its query: a query can hold a ticket. */
export function logExchange(exchange: ExchangeRecord, status: number, elapsedMs: number): void {
  const { failure, plan } = exchange;
  const outcome = outcomeOf(status);
  const level = levelOf(exchange, outcome);
  if (!plan.log.isLevelEnabled(level)) return;
  const line: Record<string, unknown> = {
    request_id: exchange.requestId,
    tenant: exchange.principal?.tenantId,
    status,
    latency_ms: Math.round(elapsedMs * 100) / 100,
    outcome,
  };
  if (failure) line['code'] = failure.code;
  if (failure?.cause !== undefined && (level === 'warn' || level === 'error')) line['err'] = failure;
  const trace = exchange.knownTrace;
  if (trace) line['trace_id'] = trace.traceId;
  plan.log[level](line, 'request');
}

function outcomeOf(status: number): Outcome {
  if (status === CLIENT_CLOSED_REQUEST) return 'aborted';
  if (status >= 500) return 'failed';
  return status >= 400 ? 'refused' : 'ok';
}

/** Probes come every second or so: they are worth a line only when they fail. */
function levelOf({ failure, plan }: ExchangeRecord, outcome: Outcome): ErrorLogLevel {
  if (outcome === 'aborted') return 'info';
  if (failure) return failure.spec.logLevel;
  if (outcome === 'failed') return 'error';
  return plan.settings.infrastructure === true ? 'debug' : 'info';
}

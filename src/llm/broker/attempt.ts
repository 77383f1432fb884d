import type { CircuitOutcome } from '../../reliability/circuit/circuit.js';
import type { Clock } from '../../reliability/ports.js';
import { FAULTS, ProviderFault, type FaultKind } from '../provider-fault.js';
import { textOf, type ChatCompletion, type ChatRequest, type TokenCounts } from '../provider.js';
import type { CallProgress } from './call-progress.js';
import type { LlmAttempt, LlmOutcome } from './llm-attempt.js';
import type { LlmAnswer } from './llm-call.js';
import type { Route } from './route.js';
import { StreamPermit } from './stream-permit.js';
import { mayBeEmpty, StreamedAttempt } from './streamed-attempt.js';

/** A completion with the caller's reading of it: an answer, a complaint, or both (see `Reading`). */
export interface Attempted<T> {
  readonly answer: LlmAnswer<T> | undefined;
  readonly content: string;
  readonly complaint: string | undefined;
}

export interface AttemptParts {
  readonly clock: Clock;
  /** When the attempt must end, in monotonic milliseconds; a relayed stream need only begin by then. */
  readonly untilMs: number;
  /** Whether another route could answer. */
  readonly others: boolean;
  readonly notify: (attempt: LlmAttempt) => void;
}

/**
 * A timeout counts against a provider only if it had at least this share of its usual time. Callers choose short deadlines: five
 * timeouts under those must not open the circuit for everyone else.
 */
const FAIR_SHARE = 0.5;

/** Faults that do not count against a provider, unless it had begun to answer: then it accepted the request, and died. */
const REFUSALS: ReadonlySet<FaultKind> = new Set(['rejected', 'saturated']);

/** Metrics' label for a model that a client chose: clients may send any name, and each would add a series. */
const CHOSEN_MODEL = 'chosen';

/**
 * Asks one route once, and records the outcome in circuit, log and metrics.
 * @throws RouteRefusal when its circuit does not admit the call; ProviderFault; the deadline's reason.
 */
export async function attempt<T>(
  route: Route,
  request: ChatRequest,
  progress: CallProgress<T>,
  { clock, untilMs, others, notify }: AttemptParts,
): Promise<Attempted<T>> {
  const { call } = progress;
  const permit = new StreamPermit(route, route.admit(), clock);
  const number = progress.begin();
  const startedMs = clock.monotonicMs();
  const model = call.only?.model ?? route.model;
  const isOwnModel = model === route.model;
  const heard = call.relay !== undefined || call.onDelta !== undefined;
  // Only a relayed answer must begin early: an `onDelta` listener needs the whole one, which may take its full time.
  const ownMs = Math.min(call.limits.attemptMs, call.relay ? route.firstTokenMs : Infinity, route.timeoutMs);
  const timeoutMs = Math.max(1, Math.min(ownMs, untilMs - startedMs));
  const end = (outcome: LlmOutcome, circuit: CircuitOutcome, usage: TokenCounts | undefined, cause?: unknown) => {
    // The outcome of a model that a client chose says nothing about the route's own model.
    permit.record(isOwnModel ? circuit : 'neutral');
    notify({
      provider: route.name,
      model: isOwnModel ? model : CHOSEN_MODEL,
      attempt: number,
      outcome,
      latencyMs: clock.monotonicMs() - startedMs,
      inputTokens: usage?.prompt_tokens ?? 0,
      outputTokens: usage?.completion_tokens ?? 0,
      callId: call.callId,
      ...(cause === undefined ? {} : { cause }),
    });
  };
  const streamed = heard
    ? new StreamedAttempt(route, call, {
        from: { provider: route.name, model, attempt: number },
        time: { clock, untilMs: startedMs + timeoutMs },
        onSaid: () => {
          if (isOwnModel) permit.said();
        },
      })
    : undefined;
  // A drip beats a broken answer: no other provider could finish a tool call, for example.
  const judgesPace = () => others && call.relay?.isStuck !== true;
  try {
    const limits = {
      model,
      timeoutMs,
      signal: call.deadline.signal,
      maxAnswerBytes: call.limits.maxAnswerBytes,
      callId: call.callId,
      verbatim: call.verbatim,
      mayBeEmpty: mayBeEmpty(request),
      stallMs: route.stallMs,
    };
    const completion = streamed
      ? await streamed.ask(request, { ...limits, firstTokenMs: timeoutMs, judgesPace })
      : await route.provider.complete(request, limits);
    const attempted = read(completion, route, model, progress);
    if (attempted.answer) end('success', 'success', completion.usage);
    else end('mismatched', FAULTS.mismatched.circuit, completion.usage);
    return attempted;
  } catch (error) {
    const spent = streamed?.answer.tokens;
    if (call.deadline.signal.aborted) {
      end('cancelled', 'neutral', spent);
      throw call.deadline.signal.reason;
    }
    // Any other error means that the adapter could not read the answer; the cause goes to the log.
    const fault = error instanceof ProviderFault ? error : new ProviderFault('malformed', { cause: error });
    const unfair = fault.fault.code === 'provider_timeout' && timeoutMs < ownMs * FAIR_SHARE;
    const died = streamed?.answer.hasSpoken === true && REFUSALS.has(fault.kind);
    const circuit = died ? 'failure' : fault.fault.circuit;
    end(fault.kind, unfair ? 'neutral' : circuit, fault.usage ?? spent, fault.cause);
    progress.failed(fault, route);
    throw fault;
  }
}

function read<T>(completion: ChatCompletion, route: Route, model: string, progress: CallProgress<T>): Attempted<T> {
  const content = textOf(completion.choices[0]?.message.content ?? null);
  const reading = progress.call.read(content);
  if (!reading.ok) {
    progress.failed(new ProviderFault('mismatched'), route);
    return { answer: undefined, content, complaint: reading.complaint };
  }
  const { attempts } = progress;
  const answer = { value: reading.value, completion, provider: route.name, model, attempts };
  return { answer, content, complaint: reading.complaint };
}

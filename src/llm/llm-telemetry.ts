import { Inject, Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { currentContext } from '../reliability/context/request-context.js';
import { LOGGER, type Logger } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { SnapshotRegistry } from '../telemetry/snapshot.js';
import type { LlmAttempt } from './broker/llm-attempt.js';
import { LlmBroker } from './broker/broker.js';

const MS_PER_S = 1000;

/** Upper bounds in seconds: from a fake provider next door to a council's longest answer. */
const LATENCY_BOUNDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120];

/** Turns each attempt at a provider into a log line and metrics, and shows how the routes stand. */
@Injectable()
export class LlmTelemetry {
  private readonly attempts: Counter<'provider' | 'model' | 'outcome'>;
  private readonly tokens: Counter<'provider' | 'model' | 'outcome' | 'direction'>;
  private readonly latency: Histogram<'provider' | 'model'>;

  constructor(
    broker: LlmBroker,
    metrics: Metrics,
    snapshots: SnapshotRegistry,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    const registers = [metrics.registry];
    this.attempts = new Counter({
      name: 'holdfast_llm_attempts_total',
      help: 'Attempts at model providers, by how they ended',
      labelNames: ['provider', 'model', 'outcome'],
      registers,
    });
    this.tokens = new Counter({
      name: 'holdfast_llm_tokens_total',
      help: 'Tokens as the providers count them; those of attempts that gave no answer bear their outcome',
      labelNames: ['provider', 'model', 'outcome', 'direction'],
      registers,
    });
    this.latency = new Histogram({
      name: 'holdfast_llm_attempt_duration_seconds',
      help: 'How long attempts at model providers took',
      labelNames: ['provider', 'model'],
      buckets: LATENCY_BOUNDS,
      registers,
    });
    broker.onAttempt((attempt) => this.record(attempt));
    snapshots.add({ name: 'llm', snapshot: () => broker.routes.map((route) => route.snapshot()) });
  }

  private record({
    provider,
    model,
    attempt,
    outcome,
    latencyMs,
    inputTokens,
    outputTokens,
    ...rest
  }: LlmAttempt): void {
    this.attempts.inc({ provider, model, outcome });
    this.latency.observe({ provider, model }, latencyMs / MS_PER_S);
    if (inputTokens > 0) this.tokens.inc({ provider, model, outcome, direction: 'input' }, inputTokens);
    if (outputTokens > 0) this.tokens.inc({ provider, model, outcome, direction: 'output' }, outputTokens);
    const level = outcome === 'success' || outcome === 'cancelled' ? 'info' : 'warn';
    this.log[level](
      {
        request_id: currentContext()?.requestId,
        provider,
        model,
        attempt,
        outcome,
        latency_ms: Math.round(latencyMs),
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        call: rest.callId,
        error: rest.cause,
      },
      'provider attempt',
    );
  }
}

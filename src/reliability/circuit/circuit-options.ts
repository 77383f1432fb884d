import type { ErrorCode } from '../errors/codes.js';
import { numberFrom, wholeNumber } from '../options.js';

export interface CircuitOptions {
  /** Failures in a row, no success between them, that open the circuit. Default: 5. */
  failures?: number;
  /**
   * How far apart those failures may lie, in milliseconds. Default: 300 000. Keep it above `failures` times the
   * timeout of a call, or a part that hangs never opens its circuit.
   */
  windowMs?: number;
  /** How long it stays open before a probe may try, in milliseconds. Default: 30 000. */
  openMs?: number;
  /** Probes, one after the other, that must succeed to close it. Default: 2. */
  successes?: number;
  /**
   * How long one probe may keep the others out, in milliseconds. Default: 60 000. Keep it above the timeout of a call:
   * the outcome of a probe that takes longer counts for nothing.
   */
  probeLeaseMs?: number;
  /** The code of a refusal. Default: `dependency_unavailable`. */
  refusalCode?: Extract<ErrorCode, 'dependency_unavailable' | 'provider_unavailable' | 'overloaded'>;
}

export type CompiledCircuitOptions = Readonly<Required<CircuitOptions>>;

/** @throws OptionFault */
export function compileCircuitOptions(options: CircuitOptions = {}): CompiledCircuitOptions {
  return Object.freeze({
    failures: wholeNumber('failures', options.failures ?? 5, 1),
    windowMs: numberFrom('windowMs', options.windowMs ?? 300_000, 1),
    openMs: numberFrom('openMs', options.openMs ?? 30_000, 1),
    successes: wholeNumber('successes', options.successes ?? 2, 1),
    probeLeaseMs: numberFrom('probeLeaseMs', options.probeLeaseMs ?? 60_000, 1),
    refusalCode: options.refusalCode ?? 'dependency_unavailable',
  });
}

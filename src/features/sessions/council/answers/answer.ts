import type { Reading } from '../../../../llm/broker/llm-call.js';
import type { Framing } from '../events.js';
import type { CallKind } from '../calls.js';
import type { SeatId } from '../spec.js';

/** An action as it was read: orders from 1 without holes, and dependencies only on smaller ones. */
export interface ActionDraft {
  readonly title: string;
  readonly detail: string;
  readonly order: number;
  readonly dependsOn: readonly number[];
  readonly estimateMinutes: number;
  readonly ownerRole: string;
  readonly firstStep: string;
}

interface AnswerData {
  readonly frame: { readonly framing: Framing };
  readonly contribute: { readonly text: string };
  readonly facilitate: { readonly score: number; readonly novelty: number };
  readonly vote: { readonly ranking: readonly SeatId[] };
  readonly synthesise: { readonly text: string };
  readonly plan: { readonly actions: readonly ActionDraft[] };
}

/** What a model has answered, checked and within bounds. */
export type Answer = { [K in CallKind]: { readonly kind: K } & AnswerData[K] }[CallKind];

export function complain(complaint: string): Reading<never> {
  return { ok: false, complaint };
}

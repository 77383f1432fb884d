import type { SeatId } from './spec.js';

/** A call of a model. Its key is the same in every attempt and after every takeover. */
export type CallSpec =
  | { readonly kind: 'frame'; readonly key: 'frame' }
  | { readonly kind: 'contribute'; readonly key: string; readonly seat: SeatId; readonly round: number }
  | { readonly kind: 'facilitate'; readonly key: string; readonly round: number }
  | { readonly kind: 'vote'; readonly key: string; readonly seat: SeatId }
  | { readonly kind: 'synthesise'; readonly key: 'synthesis' }
  | { readonly kind: 'plan'; readonly key: 'plan' };

export type CallKind = CallSpec['kind'];

export const FRAME: CallSpec = { kind: 'frame', key: 'frame' };
export const SYNTHESIS: CallSpec = { kind: 'synthesise', key: 'synthesis' };
export const PLAN: CallSpec = { kind: 'plan', key: 'plan' };

export function contributionCall(round: number, seat: SeatId): CallSpec {
  return { kind: 'contribute', key: `round-${round}/${seat}`, seat, round };
}

export function facilitatorCall(round: number): CallSpec {
  return { kind: 'facilitate', key: `round-${round}/facilitator`, round };
}

export function voteCall(seat: SeatId): CallSpec {
  return { kind: 'vote', key: `vote/${seat}`, seat };
}

const DISPENSABLE = {
  frame: false,
  contribute: true,
  facilitate: true,
  vote: true,
  synthesise: false,
  plan: false,
} as const satisfies Record<CallKind, boolean>;

/** Whether the council can go on without an answer to this call (see `absent`). Where it cannot, the session fails. */
export function isDispensable({ kind }: CallSpec): boolean {
  return DISPENSABLE[kind];
}

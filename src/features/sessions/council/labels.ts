import { createHash } from 'node:crypto';
import type { CouncilSpec, SeatId } from './spec.js';
import { candidatesOf } from './stage.js';
import type { CouncilState } from './state.js';

/** A contribution under the name by which one voter knows it. */
export interface LabelledSeat {
  /** `A` to `H` */
  readonly label: string;
  readonly seat: SeatId;
}

/** The label as voters read and write it. */
export function labelText({ label }: LabelledSeat): string {
  return `Response ${label}`;
}

/**
 * What a voter ranks: the others' last contributions, in an order of its own, which tells nothing about who wrote them. The same
 * session and voter always give the same order.
 */
export function labelsFor(voter: SeatId, spec: CouncilSpec, state: CouncilState): readonly LabelledSeat[] {
  return candidatesOf(spec, state)
    .filter(({ seat }) => seat !== voter)
    .map(({ seat }) => ({ seat, lot: lotOf([spec.seed, voter, seat]) }))
    .toSorted((one, other) => (one.lot < other.lot ? -1 : 1))
    .map(({ seat }, index) => ({ seat, label: String.fromCodePoint(0x41 + index) }));
}

function lotOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** How members know each other in the rounds: by their place, not by what they stand for. */
export function participantName(seat: SeatId, { seats }: CouncilSpec): string {
  return `Participant ${seats.findIndex((one) => one.seat === seat) + 1}`;
}

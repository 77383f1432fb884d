import { excerpt } from '../../../llm/offline/excerpt.js';
import { oneLine } from '../../../llm/text.js';

const LONGEST_TITLE = 80;

/** `seat-1` to `seat-9`. */
export type SeatId = string;

/** A place in the council: a persona, and the model that speaks for it. */
export interface Seat {
  readonly seat: SeatId;
  /** Id of a persona in `config/personas/`. */
  readonly persona: string;
  /** `<provider>/<model>` */
  readonly model: string;
}

/** What a council is to deliberate on, and how. Fixed when the session is created. */
export interface CouncilSpec {
  /** The session's id: everything that has to look random follows from it. */
  readonly seed: string;
  readonly goal: string;
  readonly context: string | null;
  readonly constraints: readonly string[];
  /** Their order decides ties. */
  readonly seats: readonly Seat[];
  readonly maxRounds: number;
  /** The council goes on while so many seats are present. */
  readonly quorum: number;
}

/** What a goal is called in lists: its beginning, as plain text of one line. */
export function goalTitle(goal: string): string {
  return excerpt(goal, LONGEST_TITLE) || oneLine(goal, LONGEST_TITLE);
}

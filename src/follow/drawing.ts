import type { CouncilView, RoundView, SeatView } from './council-view.js';
import type { Paint } from './paint.js';
import { printable, printableLines, shortened } from './printable.js';

const LABEL = 11;

/** The state of the council in lines that fit the width: what the terminal shows while the council works. */
export function progress(view: CouncilView, paint: Paint, width: number): string[] {
  const rest = width - LABEL - 1;
  const row = (label: string, text: string): string => paint('dim', label.padEnd(LABEL)) + text;
  const lines = [paint('bold', shortened(view.title || 'Waiting for the council', width - 1))];
  if (view.framing) lines.push(row('framing', shortened(framed(view.framing), rest)));
  for (const [index, seat] of view.seats.entries())
    lines.push(row(index === 0 ? 'seats' : '', seatLine(seat, view, paint, rest)));
  for (const [index, round] of view.rounds.entries())
    lines.push(row(index === 0 ? 'rounds' : '', shortened(roundLine(round, view.maxRounds), rest)));
  if (view.voting) lines.push(row('votes', shortened(votes(view), rest)));
  if (view.synthesis !== undefined) lines.push(row('synthesis', `consensus ${view.consensus.toFixed(2)}`));
  if (view.actions) lines.push(row('actions', `${view.actions.length} planned`));
  if (view.state === 'paused') lines.push(row('paused', ''));
  return lines;
}

/** The last lines: how the council ended, and its result. */
export function conclusion(view: CouncilView, paint: Paint): string[] {
  const lines = [''];
  if (view.state === 'completed') {
    lines.push(...printableLines(view.synthesis ?? ''), '');
    for (const { order, title, estimate_minutes: minutes, owner_role: owner } of view.actions ?? [])
      lines.push(`${order}. ${printable(title)} ${paint('dim', `(${minutes} min, ${printable(owner)})`)}`);
    lines.push('');
  }
  const colour = view.state === 'completed' ? 'green' : 'red';
  lines.push(
    paint(colour, `${view.state}${view.failure === undefined ? '' : ` (${printable(view.failure)})`}`) + proof(view),
  );
  return lines;
}

function proof({ events, verified, missed }: CouncilView): string {
  if (missed > 0) return `: ${missed} events could not be had any more`;
  return `: ${events} events${verified ? ', all of them verified' : ''}`;
}

function framed({ questions, constraints, unknowns }: NonNullable<CouncilView['framing']>): string {
  return `${questions} questions, ${constraints} constraints, ${unknowns} unknowns`;
}

function seatLine(seat: SeatView, view: CouncilView, paint: Paint, width: number): string {
  const name = shortened(`${seat.persona} (${seat.model})`, width - 28);
  if (seat.absent !== undefined) return paint('red', `✗ ${name} ${seat.absent}`);
  const round = view.rounds.at(-1)?.round ?? 0;
  if (seat.writing > 0) return `${paint('cyan', '…')} ${name} ${paint('dim', `${seat.writing} characters`)}`;
  if (view.voting) return `${seat.voted ? paint('green', '✓') : paint('yellow', '·')} ${name}`;
  return `${round > 0 && seat.spoke === round ? paint('green', '✓') : paint('yellow', '·')} ${name}`;
}

function roundLine({ round, score, novelty, complete }: RoundView, most: number): string {
  const judged = score === undefined ? '' : `: convergence ${score.toFixed(2)}, novelty ${(novelty ?? 0).toFixed(2)}`;
  return `${round} of ${Math.max(most, round)}${judged}${complete ? '' : ' …'}`;
}

function votes({ seats, ranking }: CouncilView): string {
  if (ranking.length === 0) return `${seats.filter(({ voted }) => voted).length} of ${seats.length}`;
  return ranking.map(({ persona, mean_rank: rank }) => `${persona} ${rank.toFixed(2)}`).join(', ');
}

import type { StreamItem } from '../client/index.js';
import { printable, shortened } from './printable.js';

const TEXT = 100;

/** The line of an item for a log file or a pipe; undefined for items that have none. */
export function plainLine(item: StreamItem): string | undefined {
  const said = saying(item);
  if (said === undefined) return undefined;
  const time = 'timestamp' in item && item.timestamp !== undefined ? item.timestamp.slice(11, 19) : '--------';
  return `${time}  ${printable(said)}`;
}

function saying(item: StreamItem): string | undefined {
  switch (item.event_type) {
    case 'session_started':
      return `session started: ${item.data.goal_title}`;
    case 'framing_complete':
      return `framing: ${item.data.questions.length} questions, ${item.data.unknowns.length} unknowns`;
    case 'seat_selected':
      return `${item.data.seat}: ${item.data.persona} (${item.data.model})`;
    case 'round_started':
      return `round ${item.data.round}`;
    case 'contribution':
      return `${item.data.seat} in round ${item.data.round}: ${shortened(item.data.text, TEXT)}`;
    case 'convergence': {
      const { round, score, novelty } = item.data;
      return `round ${round}: convergence ${score.toFixed(2)}, novelty ${novelty.toFixed(2)}`;
    }
    case 'voting_started':
      return 'votes';
    case 'vote':
      return `${item.data.seat} has voted: ${item.data.ranking.join(', ')}`;
    case 'voting_complete':
      return `ranking: ${item.data.ranking.map(({ seat, mean_rank: rank }) => `${seat} ${rank.toFixed(2)}`).join(', ')}`;
    case 'synthesis_complete':
      return `synthesis, consensus ${item.data.consensus.toFixed(2)}`;
    case 'actions_planned':
      return `${item.data.actions.length} actions planned`;
    case 'seat_absent':
      return `${item.data.seat} is absent: ${item.data.code}`;
    case 'attempt_superseded':
      return `${item.data.seat} is asked again`;
    case 'retried':
      return `attempt ${item.data.attempt}`;
    case 'gap_detected':
      return `${item.data.missed} events cannot be had any more`;
    case 'unknown':
      return item.name;
    case 'error':
      return `failed: ${item.data.code}`;
    case 'paused':
    case 'resumed':
    case 'cancelled':
    case 'complete':
      return item.event_type;
    case 'delta':
    case 'round_complete':
    case 'snapshot':
      return undefined;
    default:
      return item satisfies never;
  }
}

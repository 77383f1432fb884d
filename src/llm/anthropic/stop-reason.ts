import { ProviderFault } from '../provider-fault.js';
import type { TokenCounts } from '../provider.js';

/** https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
const ENDINGS = {
  end_turn: 'whole',
  stop_sequence: 'whole',
  tool_use: 'whole',
  max_tokens: 'truncated',
  model_context_window_exceeded: 'truncated',
  // Anthropic has paused a loop of its own tools. We start none, and what came so far is not an answer.
  pause_turn: 'truncated',
  refusal: 'content_filtered',
} as const satisfies Record<string, 'whole' | 'truncated' | 'content_filtered'>;

/** OpenAI's words for the early ends that are passed on. A paused turn has none: it is no answer for any client. */
const WORDS: Partial<Record<keyof typeof ENDINGS, string>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

const DETAILS = {
  truncated: 'The provider did not finish its answer.',
  content_filtered: 'The provider refused the content: refusal.',
} as const;

/** What an ending is judged by. */
export interface Ending {
  readonly stopReason: string;
  readonly callsTools: boolean;
  /** Spent, also when the answer is unusable. */
  readonly usage: TokenCounts;
  /** Whether an early end is passed on: see `ProviderCall.verbatim`. */
  readonly verbatim?: boolean | undefined;
}

/**
 * The finish reason of an answer that ended so.
 * @throws ProviderFault when it is not a whole answer, with the tokens that it cost.
 */
export function toFinishReason({ stopReason, callsTools, usage, verbatim = false }: Ending): string {
  const word = verbatim && isKnown(stopReason) ? WORDS[stopReason] : undefined;
  if (word !== undefined) return word;
  const ending = isKnown(stopReason) ? ENDINGS[stopReason] : 'unknown';
  switch (ending) {
    case 'whole':
      return callsTools ? 'tool_calls' : 'stop';
    case 'truncated':
    case 'content_filtered':
      throw new ProviderFault(ending, { detail: DETAILS[ending], usage });
    case 'unknown':
      return stopReason;
    default:
      return ending satisfies never;
  }
}

function isKnown(stopReason: string): stopReason is keyof typeof ENDINGS {
  return Object.hasOwn(ENDINGS, stopReason);
}

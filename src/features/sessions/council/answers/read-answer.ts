import type { Reading } from '../../../../llm/broker/llm-call.js';
import type { CallSpec } from '../calls.js';
import { labelsFor } from '../labels.js';
import type { CouncilSpec } from '../spec.js';
import type { CouncilState } from '../state.js';
import type { Answer } from './answer.js';
import { readActions } from './read-actions.js';
import { readFraming } from './read-framing.js';
import { readJudgement } from './read-judgement.js';
import { readRanking } from './read-ranking.js';
import { readText } from './read-text.js';

/** Takes the answer to a call out of a message's content. Never throws. */
export function read(call: CallSpec, spec: CouncilSpec, state: CouncilState): (content: string) => Reading<Answer> {
  const { kind } = call;
  switch (kind) {
    case 'frame':
      return (content) => mapped(readFraming(content), (framing) => ({ kind, framing }));
    case 'contribute':
    case 'synthesise':
      return (content) => mapped(readText(content), (text) => ({ kind, text }));
    case 'facilitate':
      return (content) => mapped(readJudgement(content), (judgement) => ({ kind, ...judgement }));
    case 'vote': {
      const labels = labelsFor(call.seat, spec, state);
      return (content) => mapped(readRanking(content, labels), (ranking) => ({ kind, ranking }));
    }
    case 'plan':
      return (content) => mapped(readActions(content), (actions) => ({ kind, actions }));
    default:
      return kind satisfies never;
  }
}

function mapped<T>(reading: Reading<T>, answer: (value: T) => Answer): Reading<Answer> {
  return reading.ok ? { ...reading, value: answer(reading.value) } : reading;
}

import { fixedFormat } from '../../../llm/fixed-format.js';
import type { ResponseFormat } from '../../../llm/provider.js';
import { labelText, type LabelledSeat } from './labels.js';

/** Asks for one JSON object. Strict mode wants every property required and no other allowed. */
function objectOf(name: string, properties: Record<string, unknown>): ResponseFormat {
  return fixedFormat({ type: 'json_schema', json_schema: { name, strict: true, schema: closed(properties) } });
}

function closed(properties: Record<string, unknown>): Record<string, unknown> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function listOf(items: Record<string, unknown>, description: string): Record<string, unknown> {
  return { type: 'array', items, description };
}

const TEXT = { type: 'string' };

export const FRAMING_FORMAT = objectOf('council_framing', {
  questions: listOf(TEXT, '1 to 12 questions that the council must answer.'),
  constraints: listOf(TEXT, 'What any answer must respect. May be empty.'),
  unknowns: listOf(TEXT, 'What nobody has said and would change the answer. May be empty.'),
});

const rankings = new Map<string, ResponseFormat>();

/** One for each number of seats. */
export function rankingFormat(labels: readonly LabelledSeat[]): ResponseFormat {
  const texts = labels.map(labelText);
  const key = texts.join();
  const format = rankings.get(key) ?? rankingOf(texts);
  rankings.set(key, format);
  return format;
}

/** Reasons first: a model that has to rank before it has thought ranks worse. */
function rankingOf(labels: readonly string[]): ResponseFormat {
  return objectOf('council_ranking', {
    evaluation: { type: 'string', description: 'One or two sentences for each response.' },
    ranking: listOf({ type: 'string', enum: labels }, 'All labels, the best first, each once.'),
  });
}

export const JUDGEMENT_FORMAT = objectOf('council_judgement', {
  score: { type: 'number', description: 'How far the participants agree, 0 to 1.' },
  novelty: { type: 'number', description: 'How much of this round is new, 0 to 1.' },
});

const ACTION = closed({
  order: { type: 'integer', description: 'From 1.' },
  title: { type: 'string', description: 'What to do, at most 280 characters.' },
  detail: { type: 'string', description: 'How, in one to three sentences, or an empty string.' },
  depends_on: listOf({ type: 'integer' }, 'Orders of actions that must end before this one starts.'),
  estimate_minutes: { type: 'integer', description: 'Positive.' },
  owner_role: { type: 'string', description: 'Who does it, as a role.' },
  first_step: { type: 'string', description: 'What to do in the first minutes, at most 280 characters.' },
});

export const ACTIONS_FORMAT = objectOf('council_actions', {
  actions: listOf(ACTION, '1 to 12 actions.'),
});

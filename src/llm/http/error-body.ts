import { asObject, parseJson } from './json.js';

/** What the body of a refusal says, in any of the shapes that providers use. */
export interface ErrorFacts {
  /** Codes and types, in lower case, the outermost first. */
  readonly words: ReadonlySet<string>;
  /** The provider's free text: to be matched, never to be shown, for it may quote the request. */
  readonly message: string;
  /** An HTTP status named in the body. */
  readonly status: number | undefined;
  /** OpenRouter's moderation gives reasons instead of a code. */
  readonly moderated: boolean;
}

/** Providers nest errors; none goes deeper. */
const DEEPEST = 4;
/** What matters stands at the beginning; matching more would cost time. */
const LONGEST_MESSAGE = 4000;

const WORDS = ['code', 'type', 'error_type', 'status', 'error_code'];
/**
 * `error` is an object with OpenAI, a text with Ollama, absent with old vLLM; Azure nests `innererror`, OpenRouter keeps the
 * upstream's own body as text in `metadata.raw`, FastAPI says `detail`, Mistral makes `message` an object.
 */
const NESTED = ['error', 'message', 'detail', 'innererror', 'metadata', 'raw'];

/** Reads the body of a refusal. Never throws, whatever it is given. */
export function errorFacts(body: unknown): ErrorFacts {
  const words = new Set<string>();
  const messages: string[] = [];
  let status: number | undefined;
  let moderated = false;
  const read = (value: unknown, depth: number): void => {
    const parsed = typeof value === 'string' ? (parseJson(value) ?? value) : value;
    if (typeof parsed === 'string') messages.push(parsed.slice(0, LONGEST_MESSAGE));
    const node = asObject(Array.isArray(parsed) ? parsed[0] : parsed);
    if (!node || depth > DEEPEST) return;
    for (const name of WORDS) {
      const word = node[name];
      if (typeof word === 'string') words.add(word.toLowerCase());
      status ??= asStatus(word);
    }
    moderated ||= Array.isArray(node['reasons']) && node['reasons'].length > 0;
    for (const name of NESTED) read(node[name], depth + 1);
  };
  read(body, 0);
  return { words, message: messages.join('\n').slice(0, LONGEST_MESSAGE), status, moderated };
}

function asStatus(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 400 && number <= 599 ? number : undefined;
}

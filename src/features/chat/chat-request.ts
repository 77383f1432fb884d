import { MAX_FAULTS } from '../../http/json-pointer.js';
import { asObject, type JsonObject } from '../../llm/http/json.js';
import type { ChatRequest } from '../../llm/provider.js';
import { AppError, type FieldFault } from '../../reliability/errors/app-error.js';
import { isRawNumber } from '../../reliability/exact-json.js';
import type { ChatCompletionRequestDto } from './dto/chat.dto.js';

/** What we read of a request; the rest is for the provider. */
export interface WantedChat {
  readonly request: ChatRequest;
  readonly model: string;
  readonly stream: boolean;
  readonly includesUsage: boolean;
}

const LONGEST_MODEL = 256;

/** @throws AppError validation_error */
export function readChatRequest(body: ChatCompletionRequestDto): WantedChat {
  const errors = faultsOf(body);
  if (errors.length > 0) throw new AppError('validation_error', { errors });
  return {
    request: body as unknown as ChatRequest,
    model: body.model,
    stream: body.stream === true,
    includesUsage: body.stream_options?.include_usage === true,
  };
}

function faultsOf(value: unknown): FieldFault[] {
  const body = asObject(value);
  if (!body) return [{ pointer: '', detail: 'must be an object' }];
  const faults: FieldFault[] = [];
  const check = (right: boolean, pointer: string, detail: string) => {
    if (!right && faults.length < MAX_FAULTS) faults.push({ pointer, detail });
  };
  const { model, messages, stream, stream_options: options, n } = body;
  check(isText(model) && model.length <= LONGEST_MODEL, '/model', `must be text of 1 to ${LONGEST_MODEL} characters`);
  check(isAbsent(stream) || typeof stream === 'boolean', '/stream', 'must be true or false');
  check(
    isAbsent(options) || (asObject(options) !== undefined && !isRawNumber(options)),
    '/stream_options',
    'must be an object',
  );
  check(isAbsent(n) || (Number.isSafeInteger(n) && (n as number) >= 1), '/n', 'must be a whole number of at least 1');
  if (!Array.isArray(messages) || messages.length === 0)
    check(false, '/messages', 'must be a list of at least one message');
  else
    for (const [index, message] of messages.entries()) {
      // A body may hold millions of messages, but an error lists only so many faults.
      if (faults.length >= MAX_FAULTS) break;
      checkMessage(asObject(message), `/messages/${index}`, check);
    }
  return faults;
}

function checkMessage(
  message: JsonObject | undefined,
  pointer: string,
  check: (right: boolean, pointer: string, detail: string) => void,
): void {
  if (!message) return check(false, pointer, 'must be an object');
  const { role, content } = message;
  check(isText(role), `${pointer}/role`, 'must be text');
  const parts = Array.isArray(content) ? (content as unknown[]) : undefined;
  const isContent = isAbsent(content) || typeof content === 'string' || parts?.every(isPart) === true;
  check(isContent, `${pointer}/content`, 'must be text, or a list of parts that name their type');
}

function isPart(part: unknown): boolean {
  return isText(asObject(part)?.['type']);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

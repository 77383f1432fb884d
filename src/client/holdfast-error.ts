import { retryAfterMs } from './backoff.js';

/** Statuses of answers that a retry would not change. */
const FATAL = new Set([400, 401, 403, 404, 410]);

/** The longest refusal that is read, characters: a problem document has a few hundred. */
const LONGEST_REFUSAL = 65_536;

/** Faults that the client itself finds; all others are codes of the server's problems. */
export type ClientFault =
  | 'invalid_header' // the token, or another header, holds characters that cannot be sent
  | 'invalid_url' // the base URL holds a user name or a password, which fetch refuses
  | 'stalled' // no byte for too long, not even a keepalive
  | 'disconnected' // the connection ended before the log did
  | 'not_a_stream' // something else answered, a proxy's page for one
  | 'malformed_event'
  | 'hole' // a sequence was skipped
  | 'repeat' // a sequence came twice, with different content or too late to tell
  | 'digest_mismatch';

export interface ErrorParts {
  /** HTTP status of the answer, when there was one. */
  status?: number;
  /** How long the server asks the client to wait, milliseconds. */
  retryAfterMs?: number | undefined;
  /** The id to give to the server's operator. */
  requestId?: string | undefined;
  /** Whether a retry is useless. */
  fatal?: boolean;
}

/** Why a session cannot be followed, now or at all. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  readonly fatal: boolean;

  /** @param code stable, for comparison: the `code` of an RFC 9457 problem, or a {@link ClientFault}. */
  constructor(
    readonly code: ClientFault | (string & {}),
    message: string,
    parts: ErrorParts = {},
  ) {
    super(message);
    this.status = parts.status;
    this.retryAfterMs = parts.retryAfterMs;
    this.requestId = parts.requestId;
    this.fatal = parts.fatal ?? false;
  }
}

/** Reads a refusal. Without a problem document, as from a proxy, the status remains. */
export async function toError(response: Response): Promise<HoldfastError> {
  const { status, headers } = response;
  const problem = asRecord(
    await beginning(response)
      .then(JSON.parse)
      .catch(() => undefined),
  );
  const { code, detail, title, retry_after_ms: ms, request_id: requestId } = problem;
  const said = [detail, title].find((text) => typeof text === 'string');
  return new HoldfastError(
    typeof code === 'string' ? code : `http_${status}`,
    said ?? `The server answered ${status}.`,
    {
      status,
      retryAfterMs: typeof ms === 'number' && ms >= 0 ? ms : retryAfterMs(headers.get('retry-after'), Date.now()),
      requestId: typeof requestId === 'string' ? requestId : (headers.get('x-request-id') ?? undefined),
      fatal: FATAL.has(status),
    },
  );
}

/** The text of an answer, or its beginning: the answer may never end. The rest is dropped with the connection. */
async function beginning({ body }: Response): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < LONGEST_REFUSAL) {
    const { value } = (await reader?.read()) ?? {};
    if (!value) break;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

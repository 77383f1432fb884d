import { AppError } from '../errors/app-error.js';

/** Characters of a key. */
const MAX_KEY_LENGTH = 255;

/** An sf-string (RFC 9651, section 3.3.3): the form that draft-ietf-httpapi-idempotency-key-header asks for. */
const QUOTED = /^"(?:[ !#-[\]-~]|\\["\\])*"$/;

/** The form that most clients send: the key without quotes. */
const BARE = /^[ -~]*$/;

/**
 * The key that `Idempotency-Key` names; with or without quotes it is the same one.
 * @param fields the header's values, one for each time that it was sent.
 * @throws AppError invalid_request
 */
export function idempotencyKeyFrom(fields: readonly string[]): string {
  const [field, another] = fields;
  if (field === undefined || another !== undefined) throw refusal('must be sent once.');
  const isQuoted = field.startsWith('"');
  if (!(isQuoted ? QUOTED : BARE).test(field))
    throw refusal('must be printable ASCII, or a quoted string in which only quotes and backslashes are escaped.');
  const key = isQuoted ? field.slice(1, -1).replaceAll(/\\(.)/g, '$1') : field;
  if (key.length < 1 || key.length > MAX_KEY_LENGTH) throw refusal(`must be 1 to ${MAX_KEY_LENGTH} characters long.`);
  return key;
}

function refusal(rule: string): AppError {
  return new AppError('invalid_request', { detail: `Idempotency-Key ${rule}` });
}

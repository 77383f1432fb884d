import { ProviderFault, type FaultKind } from '../provider-fault.js';

type TransportFault = Extract<
  FaultKind,
  'unreachable' | 'reset' | 'silent' | 'too_slow' | 'too_large' | 'malformed' | 'unusable'
>;

/** Fixed sentences: what was sent and what came back is user text, and addresses may hold keys. */
const DETAILS = {
  unreachable: 'The provider could not be reached.',
  reset: 'The connection to the provider broke before its answer was whole.',
  silent: 'The provider did not begin to answer in time.',
  too_slow: 'The answer of the provider was not whole in time.',
  too_large: 'The answer of the provider was longer than allowed.',
  malformed: 'What the provider sent was no HTTP.',
  unusable:
    'The request could not be written: the address, the key or a name in a header has characters that cannot be sent.',
} as const satisfies Record<TransportFault, string>;

/** The fault of an exchange that brought no whole answer. */
export function transportFault(kind: TransportFault, cause?: unknown): ProviderFault {
  return new ProviderFault(kind, { detail: DETAILS[kind], cause });
}

/** The connection failed. Wraps the connector's error, whose codes also occur later, where they mean a reset. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection';

  constructor(cause: unknown) {
    super('no connection', { cause });
  }
}

/** Sorts what undici or the socket has reported. */
export function faultOfTransport(error: unknown): ProviderFault {
  // A connect timeout is `silent`, which is not retried: the call waits for such a host once.
  if (error instanceof NoConnection)
    return transportFault(codeOf(error.cause) === 'UND_ERR_CONNECT_TIMEOUT' ? 'silent' : 'unreachable', error.cause);
  if (!(error instanceof Error)) return transportFault('reset');
  // It has no code, and quotes the answer: it must not become the cause, which is logged.
  if (error.name === 'HTTPParserError') return transportFault(/\bEOF\b/.test(error.message) ? 'reset' : 'malformed');
  switch (codeOf(error)) {
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return transportFault('unusable', error);
    case 'UND_ERR_HEADERS_OVERFLOW':
      return transportFault('too_large', error);
    default:
      return transportFault('reset', error);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

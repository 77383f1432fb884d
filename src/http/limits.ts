/** Bytes of a body, unless the route says otherwise with `@BodyLimit`. */
export const DEFAULT_BODY_LIMIT = 65_536;

/** How deeply a JSON body may be nested. */
export const MAX_JSON_DEPTH = 32;

/**
 * Values and members of a JSON body: reading more would block other requests. Only the body of a chat, or of a batch of
 * reports, has room for so many.
 */
export const MAX_JSON_VALUES = 100_000;

/** Bytes of request line and headers. */
export const MAX_HEADER_BYTES = 16_384;

/** Characters of one path parameter, decoded. */
export const MAX_PARAM_LENGTH = 512;

/** The deadline of a request that names none, in milliseconds. */
export const DEFAULT_DEADLINE_MS = 45_000;

/** The longest deadline that a request can ask for, in milliseconds. */
export const MAX_DEADLINE_MS = 600_000;

/** Milliseconds that guard the server against clients that are slow on purpose, or gone without a word. */
export const SOCKET_TIMEOUTS = {
  /** From connection to the end of the head. */
  headers: 15_000,
  /** From the first byte to the end of the body: the largest body, 10 MB, at 1.5 Mbit/s. */
  request: 60_000,
  /** Between two requests. Longer than the usual 60 s of balancers, so that they, not we, close first. */
  keepAlive: 72_000,
  /** Silence on a connection with a request. Longer than the longest deadline, so that only dead connections meet it. */
  silence: MAX_DEADLINE_MS + 60_000,
  /** How often the first two are checked. */
  check: 1_000,
  /** How long a connection that was answered with a fault may go on sending before it is cut. */
  linger: 1_000,
} as const;

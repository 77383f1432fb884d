/** Silence after which a comment is sent, milliseconds, and how often silences are looked at. */
export const KEEPALIVE_MS = 15_000;
export const KEEPALIVE_TICK_MS = 1_000;

/** Bounds of the `retry:` that a stream begins with, and of the one that it ends with when the process does, milliseconds. */
export const RETRY_MS = { least: 1_000, most: 3_000 } as const;
export const DRAIN_RETRY_MS = { least: 1_000, most: 10_000 } as const;

/** How long a client that finds no place should wait, milliseconds. */
export const FULL_RETRY_MS = { least: 5_000, most: 10_000 } as const;

/** Events of a page of a log. */
export const PAGE_EVENTS = 128;

/** Pages that are read before they are asked for: few, since a reader may be slow. */
export const READ_AHEAD = 2;

/** Pages that are read in one statement then. */
export const READ_AT_ONCE = 4;

/** Bytes of pages that a process keeps for further clients. */
export const PAGE_CACHE_BYTES = 16 * 1024 * 1024;

/** Bytes of the newest events of a session that are kept while a stream follows it. */
export const RECENT_BYTES = 64 * 1024;

/** Bytes that a replay hands to a connection at once, and above which it waits for the reader. */
export const WRITE_BYTES = 64 * 1024;

/** Bytes that may wait for a reader; one that lags further behind is cut off, and may resume. */
export const MOST_WAITING_BYTES = 1024 * 1024;

/** Bytes of new events that are handed on at once, whether or not the reader has taken what came before. */
export const MOST_PUSHED_BYTES = 256 * 1024;

/** Bytes that may wait for a reader before tokens are no longer sent. */
export const MOST_WAITING_FOR_DELTAS = 16 * 1024;

/** How long a reader may take nothing at all while something waits for it, milliseconds. */
export const STALLED_MS = 60_000;

/** How long a reader may take over what still waits for it when the process ends, milliseconds: it can resume. */
export const DRAIN_TAKE_MS = 1_000;

/** How often followed logs are looked at, whatever hints say, milliseconds: with a read, the longest delay after a lost hint. */
export const LOOK_MS = 800;

/**
 * How often credentials are judged again, milliseconds: so often that a revocation that just slipped through, because the
 * record of the key was a few seconds old, still ends the stream within a minute.
 */
export const RECHECK_MS = 50_000;

import { isUuid } from '../database/id.js';
import type { Batch } from './hint-buffer.js';
import type { Delta, Hint } from './hint.js';

/** A message of one process to the others. */
export interface Message extends Batch {
  /** The sending process, which ignores its own messages. */
  readonly sender: string;
}

/** The most messages of deltas in one batch; further ones are dropped. */
const MOST_DELTA_MESSAGES = 4;

/**
 * A batch as messages of at most so many bytes. A line each: `r <session> <sequence>` or `d <session> <data>`, after a first
 * line that names the sender. Lines of another kind are for later releases.
 */
export function writeMessages(sender: string, { hints, deltas }: Batch, mostBytes: number): string[] {
  const room = mostBytes - Buffer.byteLength(sender);
  const logged = packed(
    hints.map(({ sessionId, sequence }) => `r ${sessionId} ${sequence}`),
    room,
  );
  const unlogged = packed(
    deltas.map(({ sessionId, data }) => `d ${sessionId} ${data}`),
    room,
  );
  return [...logged, ...unlogged.slice(0, MOST_DELTA_MESSAGES)].map((lines) => `${sender}${lines}`);
}

/** A message may come from another release, or from another program: lines that it does not understand are left out. */
export function readMessage(text: string): Message {
  const [sender = '', ...lines] = text.split('\n');
  const hints: Hint[] = [];
  const deltas: Delta[] = [];
  for (const line of lines) {
    const sessionId = line.slice(2, 38);
    const rest = line.slice(39);
    if (!isUuid(sessionId)) continue;
    if (line.startsWith('r ') && /^[1-9]\d{0,9}$/.test(rest)) hints.push({ sessionId, sequence: Number(rest) });
    // The data becomes a line of the stream, where a carriage return ends a line as well.
    if (line.startsWith('d ') && rest !== '' && !rest.includes('\r')) deltas.push({ sessionId, data: rest });
  }
  return { sender, hints, deltas };
}

/** Lines in groups that fit, each line with a newline before it. One that is too long by itself is dropped. */
function packed(lines: readonly string[], room: number): string[] {
  const groups: string[] = [];
  let group = '';
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(line) + 1;
    if (size > room) continue;
    if (bytes + size > room) {
      groups.push(group);
      group = '';
      bytes = 0;
    }
    group += `\n${line}`;
    bytes += size;
  }
  return group === '' ? groups : [...groups, group];
}

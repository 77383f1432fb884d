import { Socket } from 'node:net';

/** Size of the buffer for incoming bytes; a longer packet gets a larger buffer until it is complete. */
const ROOM_BYTES = 64 * 1024;

/** A packet of the protocol begins with a letter, then its length, which counts itself but not the letter. */
const LETTER_BYTES = 1;
const HEAD_BYTES = LETTER_BYTES + 4;

/**
 * A socket for pg that hands over whole packets of Postgres' protocol, always in the same buffer: a consumer that keeps bytes
 * beyond their `data` event must copy them. Any other socket makes a buffer for each read, and pg's parser a larger one wherever
 * a read ends within a packet; all of them count towards V8's next full collection. Not for TLS, whose packets are others.
 */
export function packetSocket(): Socket {
  const usual = Buffer.allocUnsafeSlow(ROOM_BYTES);
  let room: Buffer = usual;
  /** Bytes of an incomplete packet, at the beginning of the room. */
  let begun = 0;
  const take = (bytes: number): true => {
    const end = begun + bytes;
    const whole = endOfWhole(room, end);
    if (whole > 0) socket.emit('data', room.subarray(0, whole));
    begun = end - whole;
    const next = roomFor(whole);
    room.copy(next, 0, whole, end);
    room = next;
    return true;
  };
  /** The buffer for the packet that begins at `start`: at most twice what has come of it, whatever length it claims. */
  const roomFor = (start: number): Buffer => {
    const needed = begun < HEAD_BYTES ? 0 : packetEnd(room, start) - start;
    if (needed <= ROOM_BYTES) return usual;
    return begun < room.length ? room : Buffer.allocUnsafeSlow(Math.min(needed, 2 * begun));
  };
  const socket = new Socket({ onread: { buffer: () => room.subarray(begun), callback: take } });
  return socket;
}

/** Where the last complete packet ends. */
function endOfWhole(bytes: Buffer, end: number): number {
  let whole = 0;
  while (whole + HEAD_BYTES <= end) {
    const next = packetEnd(bytes, whole);
    if (next > end) break;
    whole = next;
  }
  return whole;
}

function packetEnd(bytes: Buffer, start: number): number {
  return start + LETTER_BYTES + bytes.readUInt32BE(start + LETTER_BYTES);
}

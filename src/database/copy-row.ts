/** The signature that COPY's binary format begins with, and the length of its header without an extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const EXTENSION_AT = SIGNATURE.length + 4;
const HEADER_BYTES = EXTENSION_AT + 4;

/** The trailer: after the last row it stands in the place of a row's field count. */
const END = -1;

const NO_BYTES: Buffer = Buffer.alloc(0);

/**
 * A row in the binary format of COPY (PostgreSQL's manual, "Binary Format" of COPY), read field by field, in order. It reads the
 * connection's own buffer, which the next row overwrites.
 */
export class CopyRow {
  private source = NO_BYTES;
  private from = 0;
  private to = 0;

  /** Goes to the first row of a packet. @returns whether there is one. @throws Error when the format is another one. */
  open(packet: Buffer, isFirst: boolean): boolean {
    const start = isFirst ? endOfHeader(packet) : 0;
    if (start === packet.length || packet.readInt16BE(start) === END) return false;
    this.source = packet;
    this.to = start + 2;
    return true;
  }

  /** Goes to the next field. @throws Error when it is null, or not there. */
  next(): this {
    const length = this.source.readInt32BE(this.to);
    this.from = this.to + 4;
    this.to = this.from + length;
    if (length < 0 || this.to > this.source.length) throw new Error('a field of the row is null, or cut off');
    return this;
  }

  get bytes(): Buffer {
    return this.source;
  }

  /** Where the field begins in the bytes. */
  get start(): number {
    return this.from;
  }

  /** Where it ends. */
  get end(): number {
    return this.to;
  }

  /** A `smallint`. */
  int16(): number {
    return this.source.readInt16BE(this.from);
  }

  /** An `integer`. */
  int32(): number {
    return this.source.readInt32BE(this.from);
  }

  /** A `double precision`. */
  float64(): number {
    return this.source.readDoubleBE(this.from);
  }

  text(): string {
    return this.source.toString('utf8', this.from, this.to);
  }
}

function endOfHeader(packet: Buffer): number {
  if (packet.length < HEADER_BYTES || packet.compare(SIGNATURE, 0, SIGNATURE.length, 0, SIGNATURE.length) !== 0)
    throw new Error('these are no rows in the binary format of COPY');
  return HEADER_BYTES + packet.readUInt32BE(EXTENSION_AT);
}

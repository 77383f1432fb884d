import { joined } from '../http/answer-body.js';
import { ProviderFault } from '../provider-fault.js';

const OPENING_BRACE = 0x7b;

/** No byte of whitespace is above this. */
const BLANK = 0x20;

/** The bytes of a UTF-8 byte order mark. Neither JSON nor an event begins with one of them otherwise. */
const MARK: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf]);

const UTF8 = new TextDecoder();

/**
 * The body of an answer that may be one JSON object instead of an event stream: some servers ignore the wish for a stream. Its
 * first character decides, because servers state a wrong content type too often.
 */
export class JsonBody {
  /** Undefined: nothing but blanks has come. */
  private isJson: boolean | undefined;
  private readonly pieces: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** @returns whether it keeps the bytes, because they are JSON. @throws ProviderFault `too_large` */
  takes(bytes: Buffer): boolean {
    if (this.isJson === undefined) {
      const first = bytes.find((byte) => byte > BLANK && !MARK.has(byte));
      if (first !== undefined) this.isJson = first === OPENING_BRACE;
    }
    if (this.isJson !== true) return false;
    this.bytes += bytes.length;
    if (this.bytes > this.maxBytes) throw new ProviderFault('too_large');
    this.pieces.push(bytes);
    return true;
  }

  /** All of it; undefined where it is a stream of events. */
  get text(): string | undefined {
    return this.isJson === true ? UTF8.decode(joined(this.pieces)) : undefined;
  }
}

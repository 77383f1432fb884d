import { joined } from '../http/answer-body.js';
import { ProviderFault } from '../provider-fault.js';

const OPENING_BRACE = 0x7b;

/** Space, tab and line ends are not above this. */
const BLANK = 0x20;

/** Of a byte order mark in UTF-8. Neither JSON nor an event begins with one of them otherwise. */
const MARK: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf]);

const UTF8 = new TextDecoder();

/**
 * The body of an answer that may be one piece of JSON instead of a stream of events. How it begins tells: what servers say about
 * its type is wrong too often, and some answer at once whoever asks for a stream.
 */
export class JsonBody {
  /** Undefined: nothing but blanks has come. */
  private isJson: boolean | undefined;
  private readonly pieces: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** @returns whether it keeps the bytes: they are not those of events. @throws ProviderFault `too_large` */
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

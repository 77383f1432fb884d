/** A service's answer to a request that may be sent again. */
export interface AnswerDraft<Body extends object> {
  status: number;
  /** Path of the new resource. */
  location?: string;
  body: Body;
}

/** An answer whose bytes are settled: the first answer and every replay are equal. */
export class IdempotentAnswer<Body extends object> {
  private constructor(
    readonly status: number,
    readonly location: string | undefined,
    /** The body as it is sent: JSON. */
    readonly text: string,
    /** Whether the effect took place for an earlier request. */
    readonly replayed: boolean,
  ) {}

  static of<Body extends object>({ status, location, body }: AnswerDraft<Body>): IdempotentAnswer<Body> {
    return new IdempotentAnswer(status, location, JSON.stringify(body), false);
  }

  /** The answer that {@link toBytes} wrote, as a replay. */
  static read<Body extends object>(bytes: Uint8Array): IdempotentAnswer<Body> {
    const all = Buffer.from(bytes).toString('utf8');
    const end = all.indexOf('\n');
    const head = JSON.parse(all.slice(0, end)) as { status: number; location?: string };
    return new IdempotentAnswer(head.status, head.location, all.slice(end + 1), true);
  }

  get body(): Body {
    return JSON.parse(this.text) as Body;
  }

  /** One line of JSON with status and location, then the body, byte for byte. */
  toBytes(): Uint8Array {
    const { status, location } = this;
    return Buffer.from(`${JSON.stringify({ status, location })}\n${this.text}`);
  }

  /** The same answer, for another request that asked the same. */
  again<Same extends object>(): IdempotentAnswer<Same> {
    return new IdempotentAnswer(this.status, this.location, this.text, true);
  }
}

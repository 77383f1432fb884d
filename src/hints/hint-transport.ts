/** A way between processes. What it carries may be lost. */
export interface HintTransport {
  readonly name: 'redis' | 'postgres';
  /** Bytes of the longest message. */
  readonly longestMessage: number;
  /** Whether it is known not to work now. */
  readonly broken: boolean;
  /** Whether nobody else listens, as far as it knows. */
  readonly isAlone: boolean;
  /** @param onMessage told of what others, and this process, have sent; of undefined when something may have been missed. */
  listen(onMessage: (text: string | undefined) => void): void;
  /** Rejects when it is known not to have been sent. */
  send(messages: readonly string[]): Promise<void>;
  close(): void;
}

/** Carries messages between processes. It may lose them. */
export interface HintTransport {
  readonly name: 'redis' | 'postgres';
  /** Bytes of the longest message. */
  readonly longestMessage: number;
  /** Whether it is known not to work now. */
  readonly broken: boolean;
  /** Whether no other process listens, as far as it knows. */
  readonly isAlone: boolean;
  /** @param onMessage called with each message, this process's own included; with undefined when one may have been missed. */
  listen(onMessage: (text: string | undefined) => void): void;
  /** Rejects when the messages are known not to be sent. */
  send(messages: readonly string[]): Promise<void>;
  close(): void;
}

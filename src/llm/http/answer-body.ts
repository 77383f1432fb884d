import type { Dispatcher } from 'undici';

/** What may come of a body before anybody takes it, bytes. */
const MOST_HELD = 64 * 1024;

/** Who takes the bytes of a body. */
export interface BodyReader {
  /**
   * Given all that has come in one turn of the event loop.
   * @returns `enough` when it needs no more.
   */
  readonly take: (bytes: Buffer) => 'enough' | undefined;
  /** Called after that; a promise for as long as no more can be taken. */
  readonly taken: () => Promise<void> | undefined;
}

/** What becomes of a body. */
export interface BodyEvents {
  /** Its reader needs no more. */
  readonly onEnough: () => void;
  /** All of it has been taken. */
  readonly onTaken: () => void;
  /** It cannot be taken: what its reader has thrown. */
  readonly onFailure: (error: unknown) => void;
}

/** The body of an answer: what came is held until it is taken, and no more comes while too much is held or its reader is not ready. */
export class AnswerBody {
  /** Whether all of it has come. */
  isWhole = false;
  private controller: Dispatcher.DispatchController | undefined;
  private reader: BodyReader | undefined;
  /** Came, and was not yet taken. */
  private pieces: Buffer[] = [];
  private heldBytes = 0;
  private isTold = false;
  private waits = false;

  constructor(private readonly events: BodyEvents) {}

  get isRead(): boolean {
    return this.reader !== undefined;
  }

  push(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    this.controller = controller;
    this.pieces.push(bytes);
    if (this.reader) return this.tellSoon();
    this.heldBytes += bytes.length;
    if (this.heldBytes >= MOST_HELD) controller.pause();
  }

  end(): void {
    this.isWhole = true;
    if (this.reader) this.tellSoon();
  }

  readBy(reader: BodyReader): void {
    this.reader = reader;
    if (this.pieces.length > 0 || this.isWhole) this.tell();
    // So much may have come before that it was stopped.
    if (!this.waits) this.controller?.resume();
  }

  /** Nobody takes anything any more: what is held is dropped. */
  leave(): void {
    this.reader = undefined;
    this.pieces = [];
  }

  /** As {@link leave}; what is still to come comes, for whoever drops it. */
  leaveFlowing(): void {
    this.leave();
    if (this.waits) this.controller?.resume();
  }

  /** All that one packet has brought comes in one turn, piece by piece. */
  private tellSoon(): void {
    if (!this.isTold) process.nextTick(() => this.tell());
    this.isTold = true;
  }

  private tell(): void {
    this.isTold = false;
    const { reader, pieces } = this;
    if (!reader || this.waits) return;
    try {
      this.pieces = [];
      if (pieces.length > 0 && reader.take(joined(pieces)) === 'enough') return this.events.onEnough();
      const ready = reader.taken();
      if (ready) this.waitFor(ready);
      else if (this.isWhole) this.events.onTaken();
    } catch (error) {
      this.events.onFailure(error);
    }
  }

  private waitFor(ready: Promise<void>): void {
    this.waits = true;
    this.controller?.pause();
    const goOn = () => {
      this.waits = false;
      this.controller?.resume();
      if (this.pieces.length > 0 || this.isWhole) this.tell();
    };
    ready.then(goOn, (error: unknown) => this.events.onFailure(error));
  }
}

/** Not copied where there is one only. */
export function joined(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces;
  return pieces.length === 1 && first ? first : Buffer.concat(pieces);
}

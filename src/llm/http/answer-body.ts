import type { Dispatcher } from 'undici';

/** How much of a body is held before it has a reader, bytes. */
const MOST_HELD = 64 * 1024;

/** Takes the bytes of a body. */
export interface BodyReader {
  /**
   * Called with all bytes of one turn of the event loop.
   * @returns `enough` when it needs no more.
   */
  readonly take: (bytes: Buffer) => 'enough' | undefined;
  /** Called after `take`; a promise while the reader can take no more. */
  readonly taken: () => Promise<void> | undefined;
}

/** What becomes of a body. */
export interface BodyEvents {
  /** Its reader needs no more. */
  readonly onEnough: () => void;
  /** All of it has been taken. */
  readonly onTaken: () => void;
  /** Its reader has failed with this error. */
  readonly onFailure: (error: unknown) => void;
}

/** The body of an answer. Bytes are held until they are taken; reading pauses while too many are held or the reader is busy. */
export class AnswerBody {
  /** Whether all of it has come. */
  isWhole = false;
  private controller: Dispatcher.DispatchController | undefined;
  private reader: BodyReader | undefined;
  /** Received, and not yet taken. */
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
    // It was paused if too much had come before.
    if (!this.waits) this.controller?.resume();
  }

  /** Detaches the reader, and drops what is held. */
  leave(): void {
    this.reader = undefined;
    this.pieces = [];
  }

  /** As {@link leave}, but the rest goes on arriving, for the caller to drop. */
  leaveFlowing(): void {
    this.leave();
    if (this.waits) this.controller?.resume();
  }

  /** One packet arrives in several pieces within one turn: they are taken together. */
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

/** A single piece is not copied. */
export function joined(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces;
  return pieces.length === 1 && first ? first : Buffer.concat(pieces);
}

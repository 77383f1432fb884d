import { write, writeSync } from 'node:fs';

/** A write per line would cost more than the request that the line is about. */
const PIECE_BYTES = 65_536;

/** No line waits longer than this, in milliseconds. */
const FLUSH_EVERY_MS = 200;

/** When the reader stops reading, lines beyond this are dropped: losing lines is better than losing the process. */
const KEPT_BYTES = 8 * 1024 * 1024;

/** How soon a write is retried when the reader was not ready, in milliseconds. */
const RETRY_MS = 10;

/** A full disk, or a quota that is used up: it passes when an operator makes room. */
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

/** UTF-8 takes three bytes at most for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/**
 * Writes lines to a file descriptor in large pieces, without ever making the event loop wait for the reader. Lines are
 * encoded once, when they are written. (Pino's own buffer measures all waiting text again for each line.)
 */
export class BufferedOutput {
  private piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  private used = 0;
  /** Full pieces in their order; the first one is being written. */
  private full: Buffer[] = [];
  private fullBytes = 0;
  private writing = false;
  private broken = false;

  constructor(private readonly descriptor: number) {
    setInterval(() => this.flush(), FLUSH_EVERY_MS).unref();
    process.once('exit', () => this.flushSync());
  }

  write(line: string): void {
    if (this.broken || this.fullBytes > KEPT_BYTES) return;
    const room = line.length * BYTES_PER_UNIT;
    if (this.used + room > this.piece.length) {
      this.close();
      this.writeNext();
    }
    if (room > this.piece.length) this.enqueue(Buffer.from(line));
    else this.used += this.piece.write(line, this.used);
  }

  /** Begins to write the waiting lines. */
  flush(): void {
    // While others wait, fill the current piece first: a piece takes all of its room, however few lines it holds.
    if (this.full.length === 0) this.close();
    this.writeNext();
  }

  /** Writes the waiting lines synchronously: for the last lines of a process. */
  flushSync(): void {
    this.close();
    try {
      // The system already has a first piece that is being written: written again, its lines would appear twice.
      for (const piece of this.full.splice(this.writing ? 1 : 0)) {
        let rest = piece;
        while (rest.length > 0) rest = rest.subarray(writeSync(this.descriptor, rest));
      }
    } catch {
      // The reader has gone, or is not ready while the process ends: there is nowhere left to write to.
    }
  }

  private close(): void {
    if (this.used === 0) return;
    this.enqueue(this.piece.subarray(0, this.used));
    this.piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    this.used = 0;
  }

  private enqueue(bytes: Buffer): void {
    this.full.push(bytes);
    this.fullBytes += bytes.length;
  }

  private writeNext(): void {
    const [first] = this.full;
    if (this.writing || !first) return;
    this.writing = true;
    write(this.descriptor, first, (error, written) => {
      this.writing = false;
      if (error?.code === 'EAGAIN') setTimeout(() => this.writeNext(), RETRY_MS).unref();
      else if (FULL.has(error?.code))
        return; // the next flush tries it again
      else if (error) this.abandon();
      else this.wrote(first, written);
    });
  }

  private wrote(piece: Buffer, written: number): void {
    this.fullBytes -= written;
    if (written < piece.length) this.full[0] = piece.subarray(written);
    else this.full.shift();
    this.writeNext();
  }

  /** The reader has gone for good. */
  private abandon(): void {
    this.broken = true;
    this.full = [];
    this.fullBytes = 0;
  }
}

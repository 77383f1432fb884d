import { write, writeSync } from 'node:fs';

/** A write per line would cost more than the request that the line is about. */
const WRITE_AT_CHARACTERS = 32_768;

/** No line waits longer than this, in milliseconds. */
const FLUSH_EVERY_MS = 200;

/** When the reader stands still, lines beyond this are dropped: losing lines is better than losing the process. */
const KEPT_CHARACTERS = 8 * 1024 * 1024;

/** How soon a write is tried again that the reader was not ready for, in milliseconds. */
const RETRY_MS = 10;

/**
 * Writes lines to a file descriptor in large pieces, without ever making the event loop wait for the reader.
 * (Pino's own buffer measures all that waits again for each line, so it must be small.)
 */
export class BufferedOutput {
  private lines: string[] = [];
  private characters = 0;
  private writing: Buffer | undefined;
  private broken = false;

  constructor(private readonly descriptor: number) {
    setInterval(() => this.flush(), FLUSH_EVERY_MS).unref();
    process.once('exit', () => this.flushSync());
  }

  write(line: string): void {
    if (this.broken || this.characters > KEPT_CHARACTERS) return;
    this.lines.push(line);
    this.characters += line.length;
    if (this.characters >= WRITE_AT_CHARACTERS) this.flush();
  }

  /** Begins to write what waits. */
  flush(): void {
    if (this.writing || this.lines.length === 0) return;
    this.writing = this.take();
    this.writeOn();
  }

  /** Writes what waits before it returns: for the last lines of a process. */
  flushSync(): void {
    let rest = this.take();
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.descriptor, rest));
    } catch {
      // The reader has gone, or is not ready while the process ends: there is nowhere left to write to.
    }
  }

  private take(): Buffer {
    const bytes = Buffer.from(this.lines.join(''));
    this.lines = [];
    this.characters = 0;
    return bytes;
  }

  private writeOn(): void {
    const { writing } = this;
    if (!writing) return;
    write(this.descriptor, writing, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(() => this.writeOn(), RETRY_MS).unref();
      else if (error) this.abandon();
      else this.go(writing.subarray(written));
    });
  }

  private go(rest: Buffer): void {
    this.writing = rest.length > 0 ? rest : undefined;
    if (this.writing) this.writeOn();
    else if (this.characters >= WRITE_AT_CHARACTERS) this.flush();
  }

  /** The reader has gone for good. */
  private abandon(): void {
    this.broken = true;
    this.writing = undefined;
    this.lines = [];
    this.characters = 0;
  }
}

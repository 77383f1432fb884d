import type { Dispatcher } from 'undici';
import type { Clock } from '../../reliability/ports.js';
import { ProviderFault } from '../provider-fault.js';
import { AnswerBody, joined, type BodyReader } from './answer-body.js';
import type { Connecting } from './connector.js';
import type { AnswerHeaders } from './retry-after.js';
import { faultOfTransport, transportFault } from './transport-fault.js';

/** What ends an exchange before its answer is whole. */
export interface ExchangeLimits {
  /** From sending to the last byte, milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
}

/** How long to wait for the unneeded rest of an answer, milliseconds. */
const LINGER_MS = 1000;

/** How long to wait for the body of a refusal, milliseconds: its status already says what matters most. */
const REFUSAL_MS = 1000;

/** No byte of JSON's whitespace is above this. */
const BLANK = 0x20;

const UTF8 = new TextDecoder();

/** What waits for the next step of an exchange. */
interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * One request and its answer: first the head, then the body. An early end closes the connection at once.
 * undici calls it directly: a stream in between would cost more than all the rest.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  private readonly connecting: Connecting = { socket: undefined, over: false };
  private readonly release: () => void;
  private readonly endsAtMs: number;
  private disarm: () => void;
  private controller: Dispatcher.DispatchController | undefined;
  /** Why it was broken off: the caller gets the first reason. */
  private broken: { readonly reason: unknown } | undefined;
  private headWaiter: Waiter<AnswerHead> | undefined;
  private bodyWaiter: Waiter<void> | undefined;
  private readonly body = new AnswerBody({
    onEnough: () => this.stopReading(),
    onTaken: () => this.finish(),
    onFailure: (error) => this.end(error instanceof ProviderFault ? error : faultOfTransport(error)),
  });
  private hasHead = false;
  private lingering = false;

  constructor(
    { timeoutMs, signal }: ExchangeLimits,
    private readonly clock: Clock,
  ) {
    const onAbort = () => this.end(signal.reason);
    this.endsAtMs = clock.monotonicMs() + timeoutMs;
    this.disarm = clock.schedule(timeoutMs, () => this.end(transportFault(this.hasHead ? 'too_slow' : 'silent')));
    signal.addEventListener('abort', onAbort, { once: true });
    this.release = () => {
      this.disarm();
      signal.removeEventListener('abort', onAbort);
    };
    if (signal.aborted) onAbort();
  }

  /** Sends the request and waits for the head of the answer; the body must then be read. */
  head(send: (connecting: Connecting) => void): Promise<AnswerHead> {
    return new Promise((resolve, reject) => {
      this.headWaiter = { resolve, reject };
      if (this.broken) reject(this.broken.reason);
      else send(this.connecting);
    });
  }

  /**
   * The whole body, of at most `maxBytes`; bytes that are not UTF-8 are replaced.
   * @param stallMs the longest silence after its first word. Before that a server may think, and send blanks meanwhile.
   */
  async text(maxBytes: number, stallMs = Infinity): Promise<string> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    let begun = false;
    await this.read({
      take: (piece) => {
        bytes += piece.length;
        if (bytes > maxBytes) throw transportFault('too_large');
        pieces.push(piece);
        begun ||= piece.some((byte) => byte > BLANK);
        if (begun && !this.body.isWhole) this.allow(stallMs);
        return undefined;
      },
      taken: () => undefined,
    });
    // A byte order mark is no JSON: this decoder drops it.
    return UTF8.decode(joined(pieces));
  }

  /**
   * The body of a refusal, as far as it comes, up to `maxBytes`. A body that breaks off, stalls or never ends is no fault: the
   * status has already said what matters.
   */
  async refusal(maxBytes: number): Promise<string> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    this.allow(REFUSAL_MS);
    try {
      await this.read({
        take: (piece) => {
          bytes += piece.length;
          pieces.push(piece);
          return bytes > maxBytes ? 'enough' : undefined;
        },
        taken: () => undefined,
      });
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
    }
    return UTF8.decode(joined(pieces));
  }

  /**
   * Hands over the body as it comes, and reads no further while the promise that `taken` returns is pending.
   * From here on the exchange has no time limit: the reader must set its own.
   */
  flow(reader: BodyReader): Promise<void> {
    this.disarm();
    return this.read(reader);
  }

  /** Ends a {@link flow} as `enough` does; the rest is dropped, and has {@link LINGER_MS} to arrive. */
  stopReading(): void {
    if (!this.body.isRead) return;
    this.lingering = true;
    if (this.body.isWhole) this.close();
    // A connection whose answer is read to its end can be used again.
    else this.disarm = this.clock.schedule(LINGER_MS, () => this.end(transportFault('too_slow')));
    this.body.leaveFlowing();
    this.bodyWaiter?.resolve();
  }

  /** Ends it now. @param reason the error for the waiting caller. */
  breakOff(reason: ProviderFault): void {
    this.end(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // undici can abort a request only once it has a connection.
    if (this.broken) this.abandon();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200) return;
    this.hasHead = true;
    this.headWaiter?.resolve({ status, headers });
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (!this.broken && !this.lingering) this.body.push(controller, bytes);
  }

  onResponseEnd(): void {
    this.body.end();
    if (this.lingering) this.close();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.lingering) this.close();
    else this.end(faultOfTransport(error));
  }

  private read(reader: BodyReader): Promise<void> {
    return new Promise((resolve, reject) => {
      this.bodyWaiter = { resolve, reject };
      if (this.broken) reject(this.broken.reason);
      else this.body.readBy(reader);
    });
  }

  private finish(): void {
    this.body.leave();
    this.close();
    this.bodyWaiter?.resolve();
  }

  /** Limits the time from now on; never extends it. */
  private allow(ms: number): void {
    if (ms === Infinity) return;
    const leftMs = Math.max(0, this.endsAtMs - this.clock.monotonicMs());
    this.disarm();
    this.disarm = this.clock.schedule(Math.min(ms, leftMs), () => this.end(transportFault('too_slow')));
  }

  private end(reason: unknown): void {
    if (this.broken) return;
    this.broken = { reason };
    this.body.leave();
    this.abandon();
    this.connecting.socket?.destroy(new Error('abandoned while connecting'));
    this.close();
    (this.bodyWaiter ?? this.headWaiter)?.reject(reason);
  }

  private abandon(): void {
    this.controller?.abort(new Error('abandoned'));
  }

  private close(): void {
    this.connecting.over = true;
    this.release();
  }
}

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { BareConnection } from '../../http/bare-connection.js';

const CRLF = Buffer.from('\r\n');
const LAST_CHUNK = '0\r\n\r\n';

/** The way to one client. Bytes are handed on as they are, so one buffer serves any number of clients. */
export class StreamConnection {
  /** The connection serves other requests. */
  private givenBack = false;

  private constructor(
    /** The connection's socket, or the response where Node's HTTP had to keep the socket. */
    private readonly sink: Socket | ServerResponse,
    private readonly bare: BareConnection | undefined,
    /** Whether each write is a chunk of HTTP/1.1; a client of HTTP/1.0 is sent the bytes as they are. */
    private readonly chunked: boolean,
  ) {}

  /** Sends the head. Nothing may be kept back on the way: not by Node, not by a proxy. */
  static open(reply: FastifyReply, headers: Record<string, string>): StreamConnection {
    reply.hijack();
    const { raw: response } = reply;
    // Where there are no chunks, the end of the connection is the end of the answer, whatever the client asks for.
    const { shouldKeepAlive, useChunkedEncodingByDefault: hasChunks } = response;
    response.writeHead(200, {
      ...headers,
      ...(shouldKeepAlive && hasChunks && { 'keep-alive': BareConnection.keepAlive(reply.server.server) }),
    });
    response.flushHeaders();
    response.socket?.setNoDelay(true);
    // From here on this class makes the chunks, so that all clients share their bytes.
    const chunked = response.chunkedEncoding;
    response.chunkedEncoding = false;
    const bare = reply.handOver();
    return new StreamConnection(bare?.socket ?? response, bare, chunked);
  }

  get closed(): boolean {
    return this.givenBack || this.sink.destroyed || this.sink.writableEnded;
  }

  /** Bytes that the client has not taken yet. */
  get waitingBytes(): number {
    return this.givenBack ? 0 : this.sink.writableLength;
  }

  /** @param chunk the same bytes as a chunk, where it is at hand. */
  write(bytes: Buffer, chunk?: Buffer): void {
    const { sink } = this;
    if (this.closed || bytes.length === 0) return;
    if (!this.chunked || chunk) sink.write(chunk && this.chunked ? chunk : bytes);
    else {
      // In one packet, and without a copy: a page of the log is shared by all who replay it.
      sink.cork();
      sink.write(chunkHead(bytes));
      sink.write(bytes);
      sink.write(CRLF);
      sink.uncork();
    }
  }

  /** Calls once, when the client has taken everything. */
  onceDrained(then: () => void): void {
    this.sink.once('drain', then);
  }

  /** Calls when the connection is over, whoever ended it. */
  onClose(then: () => void): void {
    if (this.sink.destroyed) process.nextTick(then);
    else this.sink.once('close', then);
  }

  end(last?: Buffer): void {
    if (this.closed) return;
    if (last) this.write(last);
    if (this.bare) this.givenBack = this.bare.end(this.chunked ? LAST_CHUNK : undefined);
    else if (this.chunked) this.sink.end(LAST_CHUNK);
    else this.sink.end();
  }

  /** Ends it at once: what the client has not taken is dropped. */
  cut(): void {
    if (!this.givenBack) this.sink.destroy();
  }
}

/** Bytes as a chunk of their own (RFC 9112, section 7.1). */
export function asChunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(chunkHead(bytes)), bytes, CRLF]);
}

function chunkHead(bytes: Buffer): string {
  return `${bytes.length.toString(16)}\r\n`;
}

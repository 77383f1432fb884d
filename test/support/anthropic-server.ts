import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A whole answer of the Messages API. */
export const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 12, output_tokens: 3 },
};

/** What is answered next. `silent`: nothing at all. */
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly silent?: boolean;
}

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A server that stands for Anthropic. It answers with {@link MESSAGE} unless told otherwise. */
export class AnthropicServer {
  answer: Answer = {};
  received: Received[] = [];
  /** Exchanges that the client ended before their answer. */
  brokenOff = 0;
  private readonly server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { method, url, headers } = request;
      const { status = 200, body = MESSAGE, silent } = this.answer;
      this.received.push({ method, url, headers, body: JSON.parse(text) });
      response.on('close', () => (this.brokenOff += response.writableFinished ? 0 : 1));
      if (silent) return;
      response.writeHead(status, { 'content-type': 'application/json', ...this.answer.headers });
      response.end(JSON.stringify(body));
    });
  });

  /** @returns the base URL. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => void this.server.close(resolve));
  }

  /** Forgets what came, and answers well again. */
  reset(): void {
    this.answer = {};
    this.received = [];
    this.brokenOff = 0;
  }
}

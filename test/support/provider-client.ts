import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { RawClient, request as rawRequest } from './raw-http.js';

export type Api = 'chat/completions' | 'messages';
export const APIS = ['chat/completions', 'messages'] as const satisfies readonly Api[];

export const QUESTION = { model: 'm-1', messages: [{ role: 'user', content: 'What now?' }] };

export interface Question {
  readonly api?: Api;
  /** On top of {@link QUESTION}. */
  readonly body?: object;
  readonly callId?: string;
  readonly signal?: AbortSignal;
}

export interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Asks a model provider with node's own HTTP client, and with a bare socket. */
export class ProviderClient {
  private readonly agent = new Agent({ keepAlive: true });

  /** @param baseUrl with `/v1` */
  constructor(private readonly baseUrl: string) {}

  /** Resolves with the head. */
  open({ api = 'chat/completions', body = {}, callId, signal }: Question = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', ...(callId && { 'x-holdfast-call': callId }) };
      const options = { method: 'POST', agent: this.agent, headers, ...(signal && { signal }) };
      const sent = httpRequest(`${this.baseUrl}/${api}`, options, resolve);
      sent.on('error', reject);
      sent.end(JSON.stringify({ ...QUESTION, ...body }));
    });
  }

  async ask(question: Question = {}): Promise<Reply> {
    const response = await this.open(question);
    return { status: response.statusCode, headers: response.headers, text: await textOf(response) };
  }

  /** The status, or the code of the error in place of a whole answer. */
  outcome(question: Question = {}): Promise<number | string | undefined> {
    return this.ask(question).then(
      ({ status }) => status,
      (error: NodeJS.ErrnoException) => error.code,
    );
  }

  connect(): Promise<RawClient> {
    return RawClient.connect(Number(new URL(this.baseUrl).port));
  }

  /** All bytes of a connection until it ends, and how the socket saw the end. */
  async wire(body: object = {}): Promise<{ bytes: string; ending: 'error' | 'end' }> {
    const client = await this.connect();
    let bytes = '';
    let ending: 'error' | 'end' = 'end';
    client.socket.on('data', (piece) => (bytes += piece.toString())).on('error', () => (ending = 'error'));
    client.send(rawRequest('POST', '/v1/chat/completions', {}, JSON.stringify({ ...QUESTION, ...body })));
    await client.ended();
    return { bytes, ending };
  }

  close(): void {
    this.agent.destroy();
  }
}

/** The `data:` of every event; what is no JSON stays as it is. */
export function eventsIn(text: string): unknown[] {
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('data: '));
  return lines.map((line) => {
    try {
      return JSON.parse(line.slice(6)) as unknown;
    } catch {
      return line.slice(6);
    }
  });
}

/** All content that a stream of either API carried, and its finish reason. */
export function saidIn(text: string): { content: string; finish: string | undefined } {
  const all = [...text.matchAll(/"(?:delta":\{"content|text_delta","text|partial_json)":("(?:[^"\\]|\\.)*")/g)];
  const content = all.map(([, piece = '""']) => JSON.parse(piece) as string).join('');
  return { content, finish: /"(?:finish_reason|stop_reason)":"(\w+)"/.exec(text)?.[1] };
}

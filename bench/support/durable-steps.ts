import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Pool } from 'undici';
import { PROVIDER_KEY } from './provider-settings.js';
import { TEN_CALLS_AT_ONCE } from './sessions.js';

/** How an engine keeps what a workflow does. */
export interface Engine {
  /** Runs a step once and keeps what it returns. */
  run(name: string, step: () => Promise<string>): Promise<string>;
  /** Waits for steps that run at the same time. */
  all(steps: Promise<string>[]): Promise<string[]>;
}

/** The exports of a package that the bench has installed. */
export function loadPeer(room: string, name: string): unknown {
  return createRequire(join(room, 'package.json'))(name);
}

/**
 * The calls of a session as the steps of a peer's workflow: the same requests to the same provider with the same HTTP client, in
 * parallel where a council asks in parallel. The content of each answer is kept.
 */
export function stepsFrom(requestsFile: string, providerPort: number): (engine: Engine) => Promise<string> {
  const requests = JSON.parse(readFileSync(requestsFile, 'utf8')) as string[];
  const provider = new Pool(`http://127.0.0.1:${providerPort}`, { connections: 64 });
  const headers = { authorization: `Bearer ${PROVIDER_KEY}`, 'content-type': 'application/json' };
  const ask = async (body: string): Promise<string> => {
    const answer = await provider.request({ path: '/v1/chat/completions', method: 'POST', headers, body });
    const text = await answer.body.text();
    return String(answer.headers['content-type']).startsWith('text/event-stream')
      ? streamedContent(text)
      : content(text);
  };
  return async (engine) => {
    let last = '';
    let at = 0;
    for (const size of TEN_CALLS_AT_ONCE) {
      const stage = requests
        .slice(at, at + size)
        .map((body, index) => engine.run(`call-${at + index + 1}`, () => ask(body)));
      last = (await engine.all(stage)).at(-1) ?? last;
      at += size;
    }
    return last;
  };
}

function content(body: string): string {
  const { choices } = JSON.parse(body) as { choices: { message: { content: string } }[] };
  return choices[0]?.message.content ?? '';
}

function streamedContent(events: string): string {
  let text = '';
  for (const line of events.split('\n')) {
    if (!line.startsWith('data: {')) continue;
    const { choices } = JSON.parse(line.slice('data: '.length)) as { choices: { delta: { content?: string } }[] };
    text += choices[0]?.delta.content ?? '';
  }
  return text;
}

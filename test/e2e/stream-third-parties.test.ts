import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { EventSource } from 'eventsource';
import { chromium, type Browser, type Page } from 'playwright-core';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { CouncilApp } from '../support/council-app.js';
import type { LogEntry } from '../support/session-log.js';
import { installed, itWith } from '../support/stream/programs.js';
import { FaultProxy, WHOLE, type Fault } from '../support/stream/fault-proxy.js';

const run = promisify(execFile);

/** So many bytes of the stream, and then the connection breaks. */
const CUT: Fault = { ending: 'cut', afterBytes: 2_500, pieceBytes: 100 };

let council: CouncilApp;
let proxy: FaultProxy;
/** What happens to the next connections, the first one first. */
let faults: Fault[] = [];

/** Breaks the next connection in mid-stream. */
function breakOnce(): void {
  proxy.sever();
  faults = [CUT];
}

beforeAll(async () => void (council = await CouncilApp.start()));
afterAll(() => council.close());
beforeEach(async () => {
  const port = Number(new URL(council.api.baseUrl).port);
  proxy = await FaultProxy.start(
    () => port,
    () => faults.shift() ?? WHOLE,
  );
});
afterEach(async () => {
  faults = [];
  await proxy.close();
});

async function finished(): Promise<{ id: string; log: readonly LogEntry[] }> {
  const id = await council.create({ seats: 3, max_rounds: 2 });
  await council.ended(id);
  return { id, log: await council.log(id) };
}

const typesIn = (log: readonly LogEntry[]): string[] => [...new Set(log.map(({ type }) => type))];
const texts = (log: readonly LogEntry[]): string[] => log.map(({ text }) => text);
const streamOf = (id: string): string => `/v1/sessions/${id}/stream`;

describe('curl', () => {
  itWith(
    installed('curl'),
    'curl',
    'goes on after a Last-Event-ID, and is told when there is nothing more',
    async (curl) => {
      const { id, log } = await finished();
      const ask = async (...more: string[]) => {
        const url = `${council.api.baseUrl}${streamOf(id)}`;
        const auth = ['-H', `Authorization: Bearer ${BOOTSTRAP_KEY}`];
        return (await run(curl, ['-sS', '-N', '-w', '%{http_code}', ...auth, ...more, url])).stdout;
      };
      const whole = await ask();
      const ids = [...whole.matchAll(/^id: (.*)$/gm)].map(([, found = '']) => found);
      expect(ids).toHaveLength(log.length);
      for (const after of [1, Math.floor(log.length / 2), log.length - 1]) {
        const rest = await ask('-H', `Last-Event-ID: ${ids[after - 1]}`);
        expect([...rest.matchAll(/^data: (.*)$/gm)].map(([, found]) => found)).toEqual(texts(log.slice(after)));
        expect(rest).toMatch(/\n200$/);
      }
      expect(await ask('-H', `Last-Event-ID: ${ids.at(-1)}`)).toBe('204');
    },
  );
});

describe('the npm package eventsource', () => {
  it('gets every event once over a connection that breaks, and stops at the end', async () => {
    const { id, log } = await finished();
    breakOnce();
    const source = new EventSource(`${proxy.url}${streamOf(id)}`, {
      fetch: (url, init) =>
        fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${BOOTSTRAP_KEY}` } }),
    });
    try {
      const received: string[] = [];
      await new Promise<void>((resolve) => {
        for (const type of typesIn(log)) source.addEventListener(type, ({ data }) => void received.push(String(data)));
        source.addEventListener('error', () => {
          if (source.readyState === source.CLOSED) resolve();
        });
      });
      expect(received).toEqual(texts(log));
      expect(proxy.faults).toContain(CUT);
      expect(proxy.faults.length).toBeGreaterThan(1);
    } finally {
      source.close();
    }
  });
});

describe('a real Chromium', () => {
  const program = installed('google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser');
  let browser: Browser | undefined;

  afterAll(async () => browser?.close());

  /** A page of the server's own origin, if no other is named. */
  async function openPage(executablePath: string, origin = proxy.url): Promise<Page> {
    browser ??= await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    const page = await (await browser.newContext({ bypassCSP: true })).newPage();
    await page.goto(`${origin}/`);
    return page;
  }

  itWith(
    program,
    'chromium',
    'follows by EventSource with a ticket over a connection that breaks, and stops at the end',
    async (chromiumPath) => {
      const { id, log } = await finished();
      const { body } = await council.api.post<{ ticket: string }>('/v1/stream-tickets', { session_id: id });
      const page = await openPage(chromiumPath);
      breakOnce();
      const received = await page.evaluate(followByEventSource, {
        url: `${streamOf(id)}?ticket=${encodeURIComponent(body.ticket)}`,
        types: typesIn(log),
      });
      expect(received).toEqual(texts(log));
      expect(proxy.faults).toContain(CUT);
    },
    60_000,
  );

  itWith(
    program,
    'chromium',
    'runs the client library, which verifies what came over a connection that breaks',
    async (chromiumPath) => {
      const { id, log } = await finished();
      const page = await openPage(chromiumPath);
      await page.evaluate(await bundledLibrary());
      breakOnce();
      const received = await page.evaluate(followByLibrary, { id, token: BOOTSTRAP_KEY });
      expect(received.pauses).toBeGreaterThanOrEqual(1);
      expect(received.items.map((item) => JSON.stringify({ ...item, verified: undefined }))).toEqual(texts(log));
      expect(received.items.at(-1)).toMatchObject({ event_type: 'complete', verified: true });
    },
    60_000,
  );

  itWith(
    program,
    'chromium',
    'calls, makes a ticket and follows by EventSource from a page of another origin',
    async (chromiumPath) => {
      const { id, log } = await finished();
      const page = await openPage(chromiumPath, council.api.baseUrl.replace('127.0.0.1', 'localhost'));
      breakOnce();
      const received = await page.evaluate(callFromElsewhere, {
        api: council.api.baseUrl,
        stream: `${proxy.url}${streamOf(id)}`,
        token: BOOTSTRAP_KEY,
        id,
        types: typesIn(log),
      });
      expect(received.events).toEqual(texts(log));
      expect(proxy.faults).toContain(CUT);
      expect(received).toMatchObject({ status: 404, code: 'not_found', requestId: 'page-1' });
    },
    60_000,
  );
});

interface ElsewhereOptions {
  api: string;
  stream: string;
  token: string;
  id: string;
  types: string[];
}

/** Runs in the page. */
async function callFromElsewhere({ api, stream, token, id, types }: ElsewhereOptions) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-request-id': 'page-1' };
  const unknown = await fetch(`${api}/v1/sessions/ses_unknown`, { headers });
  const { code } = (await unknown.json()) as { code: string };
  const body = JSON.stringify({ session_id: id });
  const made = await fetch(`${api}/v1/stream-tickets`, { method: 'POST', headers, body });
  const { ticket } = (await made.json()) as { ticket: string };
  const source = new globalThis.EventSource(`${stream}?ticket=${encodeURIComponent(ticket)}`);
  const events: string[] = [];
  for (const type of types)
    source.addEventListener(type, (event: unknown) => {
      const { data } = event as { data?: string };
      if (data !== undefined) events.push(data);
    });
  await new Promise<void>((resolve) => {
    source.addEventListener('error', () => {
      if (source.readyState === 2) resolve();
    });
  });
  return { events, status: unknown.status, code, requestId: unknown.headers.get('x-request-id') };
}

/** Runs in the page. */
function followByEventSource({ url, types }: { url: string; types: string[] }): Promise<string[]> {
  const source = new globalThis.EventSource(url);
  const received: string[] = [];
  for (const type of types)
    source.addEventListener(type, (event: unknown) => {
      // An error of the connection has the name of an event of ours, and no data.
      const { data } = event as { data?: string };
      if (data !== undefined) received.push(data);
    });
  return new Promise((resolve) => {
    source.addEventListener('error', () => {
      if (source.readyState === 2) resolve(received);
    });
  });
}

/** Runs in the page. */
async function followByLibrary({ id, token }: { id: string; token: string }) {
  const { holdfast, location } = globalThis as unknown as {
    holdfast: typeof import('../../src/client/index.js');
    location: { origin: string };
  };
  const items: Record<string, unknown>[] = [];
  let pauses = 0;
  const options = { baseUrl: location.origin, token, onReconnect: () => (pauses += 1) };
  for await (const item of holdfast.follow(id, options)) items.push({ ...item });
  return { items, pauses };
}

async function bundledLibrary(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(PACKAGE_ROOT, 'src', 'client', 'index.ts')],
    bundle: true,
    format: 'iife',
    globalName: 'holdfast',
    platform: 'browser',
    write: false,
    footer: { js: 'globalThis.holdfast = holdfast;' },
  });
  return outputFiles[0]?.text ?? '';
}

import { afterEach, describe, expect, it } from '@jest/globals';
import {
  follow,
  HoldfastError,
  watch,
  type FollowOptions,
  type Reconnect,
  type StreamItem,
} from '../../src/client/index.js';
import type { LoggedEvent } from '../../src/journal/event-log.js';
import { cursorOf, EPOCH, madeLog, SESSION, someLog, wireOf } from '../support/stream/made-log.js';
import { StreamServer, type StreamAnswer } from '../support/stream/stream-server.js';
import { until } from '../support/until.js';

/** So that tests do not wait for the pauses of real clients. */
const HURRY = 'retry: 1\n\n';

let server: StreamServer | undefined;

afterEach(async () => server?.close());

async function serve(respond: (answer: StreamAnswer) => void): Promise<StreamServer> {
  server = await StreamServer.start(respond);
  return server;
}

/** Follows to the end. */
async function all(options: Partial<FollowOptions> = {}): Promise<StreamItem[]> {
  const items: StreamItem[] = [];
  await watch(SESSION, { baseUrl: server?.url ?? '', ...options }, (item) => items.push(item));
  return items;
}

const MEGABYTE = 'x'.repeat(2 ** 20);

/** As long as somebody takes it; a reader that keeps all of it would hold this process up until the test fails. */
function sendWithoutEnd(answer: StreamAnswer, piece: string): void {
  const sending = setInterval(() => {
    if (server?.open === 1) answer.send(piece);
    else clearInterval(sending);
  }, 5);
}

const types = (items: readonly StreamItem[]) => items.map(({ event_type: type }) => type);
const sequences = (items: readonly StreamItem[]) =>
  items.map((item) => ('sequence' in item ? item.sequence : undefined));

describe('following a session', () => {
  const log = someLog(3);

  it('brings the log as it stands, verifies it and ends with it', async () => {
    await serve((answer) => answer.begin().send(HURRY).events(log).end());
    const items = await all();
    const ending = items.pop();
    expect(items).toEqual(log.slice(0, 3).map(({ data }) => JSON.parse(data) as unknown));
    expect(ending).toMatchObject({ event_type: 'complete', sequence: 4, verified: true, data: { event_count: 4 } });
    expect(server?.answers).toHaveLength(1);
  });

  it('goes on after the last event that it has when the connection breaks, in mid-event or between two', async () => {
    const whole = log.map(wireOf).join('');
    const places = [1, whole.indexOf('\n') + 5, whole.indexOf('\n\n') + 1, whole.indexOf('\n\n') + 2];
    await serve((answer) => {
      answer.begin().send(HURRY);
      const rest = log.slice(answer.after).map(wireOf).join('');
      const place = places[answer.number - 1];
      answer.send(place === undefined ? rest : rest.slice(0, place));
      if (place !== undefined) setImmediate(() => answer.cut());
    });
    const items = await all();
    expect(sequences(items)).toEqual([1, 2, 3, 4]);
    expect(items.at(-1)).toMatchObject({ verified: true });
    const cursors = server?.answers.map((answer) => answer.header('last-event-id'));
    expect(cursors).toEqual([undefined, undefined, undefined, undefined, 'abcdefgh.1']);
  });

  it('ends without an item when the server says that there is nothing to come', async () => {
    await serve((answer) => answer.refuse(204));
    expect(await all({ resume: { sequence: 4, cursor: 'abcdefgh.4' } })).toEqual([]);
  });

  it('lets the connection go when the consumer stops', async () => {
    await serve((answer) => answer.begin().events(log, { to: 2 }));
    for await (const item of follow(SESSION, { baseUrl: server?.url ?? '' })) if (sequences([item])[0] === 2) break;
    await until(() => server?.open === 0);
  });

  it('throws the reason of the signal, in mid-stream and in a pause', async () => {
    const reason = new Error('enough');
    await serve((answer) => answer.begin().events(log, { to: 1 }));
    const streaming = new AbortController();
    await expect(
      watch(SESSION, { baseUrl: server?.url ?? '', signal: streaming.signal }, () => streaming.abort(reason)),
    ).rejects.toBe(reason);
    await until(() => server?.open === 0);
    await server?.close();
    await serve((answer) => answer.refuse(503, { 'retry-after': '3600' }));
    const pausing = new AbortController();
    await expect(all({ signal: pausing.signal, onReconnect: () => pausing.abort(reason) })).rejects.toBe(reason);
    await expect(all({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('is quiet about keepalives, and hands out deltas as they come', async () => {
    const delta = { event_type: 'delta', data: { round: 1, seat: 'seat-1', text: 'Br' } };
    await serve((answer) =>
      answer
        .begin()
        .send(`: k\n\nevent: delta\ndata: ${JSON.stringify(delta)}\n\n`)
        .events(log)
        .end(),
    );
    expect((await all())[0]).toEqual(delta);
  });

  it('hands out what it does not know as unknown, and counts it', async () => {
    const newer = madeLog([
      { type: 'tea_break', data: { minutes: 5 } },
      { type: 'complete', data: {} },
    ]);
    await serve((answer) => answer.begin().events(newer).end());
    expect(await all()).toMatchObject([
      { event_type: 'unknown', name: 'tea_break', sequence: 1, data: { minutes: 5 } },
      { event_type: 'complete', verified: true },
    ]);
  });
});

describe('a failed session', () => {
  const failure = { code: 'providers_failed', detail: 'All failed.', recoverable: true };
  const log = madeLog([
    { type: 'error', data: failure },
    { type: 'retried', data: { attempt: 2 } },
    { type: 'complete', data: {} },
  ]);

  it('that was retried is followed through to its last attempt, each ending verified', async () => {
    await serve((answer) => answer.begin().events(log).end());
    const items = await all();
    expect(types(items)).toEqual(['error', 'retried', 'complete']);
    expect(items.filter((item) => 'verified' in item && item.verified)).toHaveLength(2);
  });

  it('has ended only when the server says so: the stream may have broken before the next attempt', async () => {
    await serve((answer) => {
      if (answer.number === 1) answer.begin().send(HURRY).events(log, { to: 1 }).end();
      else answer.begin().events(log).end();
    });
    expect(types(await all())).toEqual(['error', 'retried', 'complete']);
    await server?.close();
    await serve((answer) =>
      answer.number === 1 ? answer.begin().send(HURRY).events(log, { to: 1 }).end() : answer.refuse(204),
    );
    expect(types(await all())).toEqual(['error']);
  });

  it('that cannot be retried has ended', async () => {
    const final = madeLog([{ type: 'error', data: { ...failure, recoverable: false } }]);
    await serve((answer) => answer.begin().events(final));
    expect(types(await all())).toEqual(['error']);
  });

  it('can be followed on from its end after a retry, and is verified whole', async () => {
    await serve((answer) => answer.begin().events(log, { to: answer.number === 1 ? 1 : 3 }));
    const first = follow(SESSION, { baseUrl: server?.url ?? '' });
    expect((await first.next()).value).toMatchObject({ event_type: 'error' });
    const state = JSON.parse(JSON.stringify(first.state)) as typeof first.state;
    await first.return();
    const items = await all({ resume: state });
    expect(types(items)).toEqual(['retried', 'complete']);
    expect(items.at(-1)).toMatchObject({ verified: true });
  });
});

describe('what is sent wrongly', () => {
  const log = someLog(3);

  it('a hole makes the client ask again for what is missing', async () => {
    await serve((answer) => {
      answer.begin().send(HURRY);
      if (answer.number === 1) answer.events(log, { to: 1 }).events(log, { from: 2 });
      else answer.events(log).end();
    });
    const pauses: Reconnect[] = [];
    const items = await all({ onReconnect: (pause) => pauses.push(pause) });
    expect(sequences(items)).toEqual([1, 2, 3, 4]);
    expect(pauses).toMatchObject([{ error: { code: 'hole' }, failures: 0 }]);
    expect(server?.answers[1]?.header('last-event-id')).toBe('abcdefgh.1');
  });

  it('a repeat is dropped, all of it', async () => {
    await serve((answer) => {
      answer.begin().send(HURRY);
      if (answer.number === 1) answer.events(log, { to: 2 }).end();
      else answer.events(log, { from: 0 }).end();
    });
    expect(sequences(await all())).toEqual([1, 2, 3, 4]);
  });

  it('a repeat with other content is not taken for the same', async () => {
    const forged = log.slice(1, 2).map((event) => wireOf({ ...event, data: event.data.replace('№ 2', '№ 9') }));
    await serve((answer) => {
      answer.begin().send(HURRY);
      if (answer.number === 1) answer.events(log, { to: 2 }).send(forged.join(''));
      else answer.events(log).end();
    });
    const pauses: Reconnect[] = [];
    expect(sequences(await all({ onReconnect: (pause) => pauses.push(pause) }))).toEqual([1, 2, 3, 4]);
    expect(pauses).toMatchObject([{ error: { code: 'repeat' } }]);
  });

  it('another content than was logged comes out at the end, before the ending is handed out', async () => {
    await serve((answer) => answer.begin().send(log.map(wireOf).join('').replace('№ 2', '№ 9')).end());
    const items: StreamItem[] = [];
    const following = watch(SESSION, { baseUrl: server?.url ?? '' }, (item) => items.push(item));
    await expect(following).rejects.toMatchObject({ code: 'digest_mismatch', fatal: true });
    expect(sequences(items)).toEqual([1, 2, 3]);
  });

  it('data that is no JSON, no object, has a cursor and no sequence, or is an ending that was not logged, is asked for again', async () => {
    const junk = [
      'data: {"a":\n\n',
      'data: 7\n\n',
      'id: abcdefgh.9\ndata: {}\n\n',
      'data: {"sequence":"1"}\n\n',
      'event: error\ndata: {"message":"bad gateway"}\n\n',
      'id: abcdefgh.1\ndata: {"event_type":"complete","sequence":1,"data":null}\n\n',
      'id: abcdefgh.2\nevent: snapshot\ndata: {"session":{}}\n\n',
      'id: abcdefgh.2\nevent: snapshot\ndata: {"event_type":"snapshot","data":null}\n\n',
    ];
    await serve((answer) =>
      answer
        .begin()
        .send(HURRY)
        .send(junk[answer.number - 1] ?? '')
        .events(log)
        .end(),
    );
    const pauses: Reconnect[] = [];
    expect(sequences(await all({ onReconnect: (pause) => pauses.push(pause) }))).toEqual([1, 2, 3, 4]);
    expect(pauses.map(({ error }) => (error as HoldfastError).code)).toEqual(junk.map(() => 'malformed_event'));
  });

  it('a place that no header can hold does not end it: the sequence is asked for', async () => {
    const [first] = log;
    const spoilt = ['abcd\ufffdfgh.1', 'abcd\u0001fgh.1', ''];
    for (const id of spoilt) {
      await serve((answer) => {
        answer.begin().send(HURRY);
        if (answer.number === 1) answer.send(wireOf(first as LoggedEvent).replace(/^id: .*/, `id: ${id}`)).end();
        else answer.events(log).end();
      });
      const items = await all();
      expect(sequences(items)).toEqual([1, 2, 3, 4]);
      expect(items.at(-1)).toMatchObject({ verified: true });
      expect(server?.answers[1]?.request.head).toMatch(/\?after=1 HTTP/);
      await server?.close();
    }
  });

  it.each([
    ['line', ''],
    ['row of lines', '\ndata: '],
  ])('an endless %s is given up before it fills the memory', async (_, end) => {
    await serve((answer) => {
      if (answer.number > 1) return answer.begin().events(log).end();
      answer.begin().send(`${HURRY}data: `);
      sendWithoutEnd(answer, `${MEGABYTE}${end}`);
    });
    const pauses: Reconnect[] = [];
    expect(sequences(await all({ onReconnect: (pause) => pauses.push(pause) }))).toEqual([1, 2, 3, 4]);
    expect(pauses).toMatchObject([{ error: { code: 'malformed_event' } }]);
  });

  it('a type of event streams is one in capitals too, and no other one that begins like it', async () => {
    await serve((answer) => {
      if (answer.number === 1) answer.begin('text/event-streams').events(log).end();
      else answer.begin('Text/Event-Stream;charset=UTF-8').events(log).end();
    });
    const pauses: Reconnect[] = [];
    expect(await all({ onReconnect: (pause) => pauses.push(pause) })).toHaveLength(log.length);
    expect(pauses).toMatchObject([{ error: { code: 'not_a_stream' } }]);
  });

  it('an answer that is no event stream is not read as one', async () => {
    await serve((answer) => {
      if (answer.number === 1) answer.begin('text/html').send('data: <p>Log in</p>\n\n').end();
      else answer.begin().events(log).end();
    });
    const pauses: Reconnect[] = [];
    await all({ onReconnect: (pause) => pauses.push(pause) });
    expect(pauses).toMatchObject([{ error: { code: 'not_a_stream', status: 200 } }]);
  });
});

describe('a gap', () => {
  it('is handed out with the snapshot, and the log goes on after it without being verified', async () => {
    const log = someLog(3);
    const gap = { event_type: 'gap_detected', data: { expected: 9, actual: 2, missed: 2, earliest: 1 } };
    const snapshot = { event_type: 'snapshot', data: { session: { id: SESSION }, events_through: 2 } };
    await serve((answer) =>
      answer
        .begin()
        .send(`event: gap_detected\ndata: ${JSON.stringify(gap)}\n\n`)
        .send(`id: abcdefgh.2\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`)
        .events(log, { from: 2 })
        .end(),
    );
    const items = await all({ resume: { sequence: 8, cursor: 'zzzzzzzz.8', digest: '0'.repeat(64) } });
    expect(items.slice(0, 2)).toEqual([gap, snapshot]);
    expect(items.slice(2)).toMatchObject([{ sequence: 3 }, { sequence: 4, verified: false }]);
  });

  it('is understood without the frame of logged events too', async () => {
    const log = someLog(1);
    await serve((answer) =>
      answer
        .begin()
        .send('id: abcdefgh.1\nevent: snapshot\ndata: {"session":{},"events_through":1}\n\n')
        .events(log, { from: 1 }),
    );
    expect(types(await all())).toEqual(['snapshot', 'complete']);
  });
});

describe('a server that refuses', () => {
  const log = someLog(1);
  const problem = { code: 'rate_limited', detail: 'Slow down.', request_id: 'r-1', retry_after_ms: 5 };

  it.each([400, 401, 403, 404, 410])('with %i ends it', async (status) => {
    await serve((answer) =>
      answer.refuse(status, { 'content-type': 'application/problem+json' }, { ...problem, code: 'x_y' }),
    );
    const error: unknown = await all().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toMatchObject({ code: 'x_y', message: 'Slow down.', status, requestId: 'r-1', fatal: true });
    expect(server?.answers).toHaveLength(1);
  });

  it.each([408, 429, 500, 502, 503])('with %i is asked again', async (status) => {
    await serve((answer) =>
      answer.number === 1 ? answer.refuse(status, {}, problem) : answer.begin().events(log).end(),
    );
    const pauses: Reconnect[] = [];
    await all({ onReconnect: (pause) => pauses.push(pause) });
    expect(pauses).toMatchObject([{ error: { status, code: 'rate_limited', retryAfterMs: 5 } }]);
  });

  it('is given the time that it asks for', async () => {
    const pauses: Reconnect[] = [];
    await serve((answer) => {
      if (answer.number === 1) answer.refuse(429, { 'retry-after': '1', 'x-request-id': 'r-2' }, '<html>');
      else answer.begin().events(log).end();
    });
    const sinceMs = performance.now();
    await all({ onReconnect: (pause) => pauses.push(pause) });
    expect(pauses).toMatchObject([{ error: { code: 'http_429', retryAfterMs: 1_000, requestId: 'r-2' } }]);
    expect(performance.now() - sinceMs).toBeGreaterThan(990);
  });

  it('in a text without an end is heard no longer than it needs', async () => {
    await serve((answer) => {
      if (answer.number > 1) return answer.begin().events(log).end();
      answer.refuse(503, { 'content-length': String(2 ** 40) }, 'x');
      sendWithoutEnd(answer, MEGABYTE);
    });
    const pauses: Reconnect[] = [];
    await all({ onReconnect: (pause) => pauses.push(pause) });
    expect(pauses).toMatchObject([{ error: { code: 'http_503' } }]);
  });

  it('and asks to come back before now is given no heed in that', async () => {
    await serve((answer) =>
      answer.number === 1
        ? answer.refuse(503, { 'retry-after': '0' }, { ...problem, retry_after_ms: -5_000 })
        : answer.begin().events(log).end(),
    );
    const pauses: Reconnect[] = [];
    await all({ onReconnect: (pause) => pauses.push(pause) });
    expect(pauses).toMatchObject([{ error: { retryAfterMs: 0 } }]);
    expect(pauses[0]?.delayMs).toBeGreaterThanOrEqual(0);
  });

  it('is not asked for ever if the caller does not want that', async () => {
    await serve((answer) => answer.refuse(503, {}, problem));
    await expect(all({ maxFailures: 3 })).rejects.toMatchObject({ status: 503, code: 'rate_limited' });
    expect(server?.answers).toHaveLength(3);
  });

  it('is not there: the error is what fetch says', async () => {
    await serve(() => undefined);
    const { url = '' } = server ?? {};
    await server?.close();
    await expect(all({ baseUrl: url, maxFailures: 1 })).rejects.toBeInstanceOf(TypeError);
  });
});

describe('a connection that is dead, and does not say so', () => {
  const log = someLog(2);

  it.each(['before its headers', 'in mid-stream', 'in mid-event'])('is given up %s', async (where) => {
    await serve((answer) => {
      if (answer.number > 1) return answer.begin().events(log).end();
      if (where !== 'before its headers') answer.begin().send(HURRY).events(log, { to: 1 });
      if (where === 'in mid-event') answer.send('id: abcdefgh.2\nevent: contri');
    });
    const pauses: Reconnect[] = [];
    expect(sequences(await all({ stallMs: 400, onReconnect: (pause) => pauses.push(pause) }))).toEqual([1, 2, 3]);
    // A process that is held up for as long takes the next one for dead as well.
    expect(new Set(pauses.map(({ error }) => (error as HoldfastError).code))).toEqual(new Set(['stalled']));
  });

  it('is not one whose keepalives come, nor one whose events wait for the consumer', async () => {
    await serve((answer) => {
      answer.begin().events(log, { to: 2 });
      const beat = setInterval(() => answer.send(': k\n\n'), 50);
      setTimeout(() => {
        clearInterval(beat);
        answer.events(log, { from: 2 });
      }, 2_500);
    });
    const pauses: Reconnect[] = [];
    const options = {
      baseUrl: server?.url ?? '',
      stallMs: 1_200,
      onReconnect: (pause: Reconnect) => pauses.push(pause),
    };
    for await (const item of follow(SESSION, options))
      if (sequences([item])[0] === 1) await new Promise((resolve) => setTimeout(resolve, 1_800));
    expect(pauses).toEqual([]);
  });

  it('may be waited for without end', async () => {
    await serve((answer) => {
      answer.begin();
      setTimeout(() => answer.events(log), 50);
    });
    const pauses: Reconnect[] = [];
    await all({ stallMs: Infinity, onReconnect: (pause) => pauses.push(pause) });
    expect(pauses).toEqual([]);
  });

  it('is also one whose token never comes', async () => {
    const pauses: Reconnect[] = [];
    const never = new Promise<string>(() => undefined);
    await serve((answer) => answer.begin().events(log).end());
    let asked = 0;
    const token = () => ((asked += 1) === 1 ? never : 'second');
    await all({ stallMs: 50, token, onReconnect: (pause) => pauses.push(pause) });
    expect(pauses).toMatchObject([{ error: { code: 'stalled' } }]);
    expect(server?.answers.map((answer) => answer.header('authorization'))).toEqual(['Bearer second']);
  });
});

describe('what a request carries', () => {
  const log = someLog(1);

  async function heads(options: Partial<FollowOptions>): Promise<string[]> {
    await serve((answer) =>
      answer.number === 1 ? answer.begin().send(HURRY).events(log, { to: 1 }).cut() : answer.begin().events(log).end(),
    );
    await all(options);
    return server?.answers.map(({ request }) => request.head.toLowerCase()) ?? [];
  }

  it('a fresh token each time', async () => {
    let count = 0;
    const sent = await heads({ token: () => Promise.resolve(`t${(count += 1)}`) });
    expect(sent.map((head) => /^authorization: bearer (.*)$/m.exec(head)?.[1])).toEqual(
      sent.map((_, index) => `t${index + 1}`),
    );
    expect(sent.every((head) => /^accept: text\/event-stream$/m.test(head))).toBe(true);
  });

  it('no token that cannot be sent: it is refused at once, and not shown', async () => {
    await serve((answer) => answer.begin().events(log).end());
    const pauses: Reconnect[] = [];
    const refusal = await all({
      token: 'first\nsecond',
      maxFailures: 2,
      onReconnect: (pause) => pauses.push(pause),
    }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'invalid_header', fatal: true });
    expect(String(refusal)).not.toMatch(/first|second/);
    expect([pauses, server?.answers]).toEqual([[], []]);
    expect(await all({ token: 'first\n' })).toHaveLength(log.length);
  });

  it('a ticket in the address, and headers of the caller', async () => {
    const [first] = await heads({ ticket: 'a+b', headers: { 'X-Trace': '1' } });
    expect(first).toMatch(/^get \/v1\/sessions\/ses_\w+\/stream\?ticket=a%2bb http/);
    expect(first).toMatch(/^x-trace: 1$/m);
    expect(first).not.toContain('authorization');
  });

  it('the path under which the server is reached', async () => {
    const { url } = await serve((answer) => answer.refuse(204));
    await all({ baseUrl: `${url}/holdfast/` });
    expect(server?.answers[0]?.request.head).toMatch(/^GET \/holdfast\/v1\/sessions\//);
  });

  it('no name or password of the base URL: it is refused at once, and not shown', () => {
    const secret = 'secret';
    for (const baseUrl of [`http://someone:${secret}@127.0.0.1`, `http://${secret}@127.0.0.1`]) {
      const begin = () => follow(SESSION, { baseUrl });
      expect(begin).toThrow(expect.objectContaining({ code: 'invalid_url', fatal: true }));
      expect(begin).not.toThrow(secret);
    }
  });

  it('its place in the address too: a proxy may drop the header', async () => {
    const long = someLog(150);
    await serve((answer) => {
      const [, place = `${EPOCH}.0`] = /\?after=(\S+) HTTP/.exec(answer.request.head) ?? [];
      answer
        .begin()
        .send(HURRY)
        .events(long, { from: Number(place.slice(EPOCH.length + 1)), to: answer.number * 120 })
        .end();
    });
    const items = await all({ maxFailures: 1 });
    expect(sequences(items)).toEqual(long.map(({ sequence }) => sequence));
    expect(items.at(-1)).toMatchObject({ verified: true });
  });

  it('the sequence, when that is all that is known', async () => {
    await serve((answer) => answer.begin().events(log).end());
    const items = await all({ resume: { sequence: 1 } });
    expect(server?.answers[0]?.request.head).toMatch(/\?after=1 HTTP/);
    expect(items).toMatchObject([{ sequence: 2, verified: false }]);
  });
});

describe('the state', () => {
  const log = someLog(2);

  it('stands after what was handed out, never after what was not', async () => {
    await serve((answer) => answer.begin().events(log).end());
    const following = follow(SESSION, { baseUrl: server?.url ?? '' });
    expect(following.state.sequence).toBe(0);
    const [first, second] = log;
    for (const event of [first, second]) {
      await following.next();
      expect(following.state).toMatchObject({ sequence: event?.sequence, cursor: event && cursorOf(event) });
    }
    await following.return();
  });
});

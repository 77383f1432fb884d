import { describe, expect } from '@jest/globals';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { composeTestApp } from '../support/composed-app.js';
import { CouncilApp } from '../support/council-app.js';
import { EventStream } from '../support/event-stream.js';
import { Gate } from '../support/fleet/gate.js';
import { MovableClock } from '../support/movable-clock.js';
import { Nginx } from '../support/stream/nginx.js';
import { installed, itWith } from '../support/stream/programs.js';
import { Received } from '../support/stream/received.js';
import { madeSession } from '../support/sessions.js';
import { until } from '../support/until.js';

const program = installed('nginx');

/** The server breaks a silence of 15 s, at which it looks once a second. */
const LOOKS = 16;
const LOOK_MS = 1_000;

describe('nginx with default buffering in front', () => {
  itWith(program, 'nginx', 'passes each event on at once, and the end', async (path) => {
    const council = await CouncilApp.start();
    const nginx = await Nginx.start(path, council.api.baseUrl);
    try {
      const gate = new Gate(council.a, /^round-1\/seat-2$/);
      const id = await council.create({ seats: 2, max_rounds: 1, quorum: 2 });
      const received = new Received(id, { baseUrl: nginx.url, token: BOOTSTRAP_KEY });
      // One seat has spoken; as long as the other one is held up, nothing follows that could push an event out of a buffer.
      await received.count((await whenHeldUp(council, id)).length);
      expect(received.items.at(-1)).toMatchObject({ event_type: 'contribution', data: { seat: 'seat-1' } });
      gate.open();
      await received.ended;
      expect(received.texts).toEqual((await council.log(id)).map(({ text }) => text));
      expect(received.isVerified).toBe(true);
    } finally {
      await nginx.stop();
      await council.close();
    }
  });

  itWith(program, 'nginx', 'passes keepalives on at once', async (path) => {
    const clock = new MovableClock();
    const app = await composeTestApp({ clock, env: { HOLDFAST_ROLE: 'api' } });
    const nginx = await Nginx.start(path, app.api.baseUrl);
    const { id } = await madeSession(app.api, { start: false });
    const stream = await EventStream.open(nginx.url, id);
    try {
      for (const count of [1, 2, 3]) {
        for (let look = 0; look < LOOKS; look += 1) await clock.skip(LOOK_MS);
        await until(() => stream.comments.length >= count);
      }
      expect(stream.ended).toBe(false);
    } finally {
      stream.close();
      await nginx.stop();
      await app.close();
    }
  });
});

/** The log, once one seat has spoken and the other one cannot. */
async function whenHeldUp(council: CouncilApp, id: string) {
  let log = await council.log(id);
  await until(async () => (log = await council.log(id)).some(({ type }) => type === 'contribution'));
  return log;
}

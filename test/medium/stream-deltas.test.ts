import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CouncilApp } from '../support/council-app.js';
import { EventStream } from '../support/event-stream.js';
import { streamed } from '../support/fake-provider/index.js';

interface Said {
  readonly round: number;
  readonly seat: string;
  readonly text: string;
}

let council: CouncilApp;
beforeAll(async () => void (council = await CouncilApp.start()));
afterAll(() => council.close());

test('what a seat says is heard while it says it, and stands in the log when it has', async () => {
  // Slow enough to be followed.
  council.meet(/round-1\/seat-1/, streamed({ msPerChunk: 50 }));
  const { id } = (
    await council.api.post('/v1/sessions', {
      goal: 'Open a second bakery in the old station by June',
      council: { seats: 2, max_rounds: 1 },
      start: false,
    })
  ).body as { id: string };
  const stream = await EventStream.open(council.api.baseUrl, id);
  await council.api.post(`/v1/sessions/${id}/start`, {});
  await stream.end();
  const spoken = stream.events
    .filter(({ event }) => event === 'delta')
    .map(({ id: cursor, data }) => ({ cursor, ...(JSON.parse(data) as Said) }))
    .filter(({ seat }) => seat === 'seat-1');
  expect(spoken.length).toBeGreaterThan(1);
  expect(new Set(spoken.map(({ cursor }) => cursor))).toEqual(new Set([undefined]));
  expect(new Set(spoken.map(({ round }) => round))).toEqual(new Set([1]));
  const contribution = stream.events.find(({ event, data }) => event === 'contribution' && data.includes('"seat-1"'));
  const { data } = JSON.parse(contribution?.data ?? '{}') as { data: Said };
  expect(
    spoken
      .map(({ text }) => text)
      .join('')
      .trim(),
  ).toBe(data.text);
  expect(stream.events.indexOf(contribution ?? { id: '', event: '', data: '' })).toBeGreaterThan(
    stream.events.findLastIndex(({ event, data: said }) => event === 'delta' && said.includes('"seat-1"')),
  );
  expect((await council.log(id)).map(({ type }) => type)).not.toContain('delta');
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { LeagueDto } from '../../src/features/sessions/dto/session.dto.js';
import { CouncilApp } from '../support/council-app.js';
import { badRequest } from '../support/fake-provider/index.js';

let council: CouncilApp;
beforeEach(async () => void (council = await CouncilApp.start({ both: true })));
afterEach(() => council.close());

/** Models by persona, as the seats were given them and as the league counts them. */
async function models(id: string): Promise<{ seats: Map<string, string>; league: Map<string, string> }> {
  const { seats } = await council.result(id);
  const { data } = (await council.api.get<LeagueDto>('/v1/league')).body;
  return {
    seats: new Map(seats.map(({ persona, model }) => [persona, model])),
    league: new Map(data.map(({ persona, model }) => [persona, model])),
  };
}

test('the league counts a seat for the fallback that spoke for it in the round that was voted on', async () => {
  council.meet(/^round-2\//, badRequest(), [council.b]);
  const id = await council.create({ seats: 4, max_rounds: 2 });
  expect(await council.ended(id)).toMatchObject({ status: 'completed' });
  const { seats, league } = await models(id);
  const ofA = [...seats.values()].find((model) => model.startsWith('a/')) ?? '';
  expect(new Set(seats.values()).size).toBe(2);
  expect(new Set(league.values())).toEqual(new Set([ofA]));
  expect(league.size).toBe(4);
});

test('a fallback that stood in only before that round counts for nothing', async () => {
  council.meet(/^(round-1|vote)\//, badRequest(), [council.b]);
  const id = await council.create({ seats: 4, max_rounds: 2 });
  expect(await council.ended(id)).toMatchObject({ status: 'completed' });
  const { seats, league } = await models(id);
  expect(league).toEqual(new Map([...seats].toSorted(([one], [other]) => (one < other ? -1 : 1))));
});

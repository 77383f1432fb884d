import { describe, expect, it } from '@jest/globals';
import { councilSpec, runCouncil } from '../../../../test/support/council.js';
import { OFFLINE_MODEL, OfflinePlanner } from '../../../llm/offline/offline-planner.js';
import { loadCouncilPrompts } from './prompts.js';
import { request } from './request.js';
import { result } from './result.js';

const prompts = loadCouncilPrompts();
const NEVER = new AbortController().signal;

async function offlineCouncil(goal: string, size = 5) {
  const seats = prompts.personas.seats(size, [`offline/${OFFLINE_MODEL}`]);
  const spec = { ...councilSpec(size, { goal, maxRounds: 4, constraints: ['At most 500 euros'] }), seats };
  const planner = new OfflinePlanner();
  const run = await runCouncil(spec, {
    answerer: async (call, state) => {
      const answer = await planner.complete(request(spec, state, call, prompts), { signal: NEVER });
      return { content: answer.choices[0]?.message.content ?? '' };
    },
  });
  return { ...run, result: result(spec, run.state) };
}

describe('a council on the offline planner', () => {
  it.each([
    ['English', 'Open a second bakery in the old station by June', 'Made offline, without a language model.'],
    ['German', 'Meine Wohnung bis Ende August für den Umzug vorbereiten', 'Offline erstellt, ohne Sprachmodell.'],
    ['French', 'Organiser la fête d’anniversaire de ma mère en mai', 'Fait hors ligne, sans modèle de langage.'],
    ['Spanish', 'Organizar la fiesta de cumpleaños de mi madre en mayo', 'Hecho sin conexión, sin modelo de lenguaje.'],
  ])('runs from end to end in %s, and every text says that no model made it', async (_, goal, label) => {
    const { end, state, result: outcome } = await offlineCouncil(goal);
    expect(end.kind).toBe('complete');
    for (const round of state.contributions.values())
      for (const text of round.values()) expect(text.startsWith(label)).toBe(true);
    expect(outcome?.synthesis.startsWith(label)).toBe(true);
    expect(outcome).toMatchObject({ degraded: false, consensus: 1 });
    expect(outcome?.ranking).toHaveLength(5);
    expect(outcome?.actions.length).toBeGreaterThanOrEqual(3);
    for (const { first_step, owner_role } of outcome?.actions ?? []) expect(first_step && owner_role).not.toBe('');
  });

  it('stops after the second round, since it has no more to say', async () => {
    expect((await offlineCouncil('Sell my car')).state.round).toBe(2);
  });

  it('says the same again', async () => {
    expect((await offlineCouncil('Sell my car', 3)).events).toEqual((await offlineCouncil('Sell my car', 3)).events);
  });

  it('makes do with any goal', async () => {
    for (const goal of ['??????????', '{"kind":"council.frame"}', 'x'.repeat(10_000), '🎉'.repeat(10)])
      expect((await offlineCouncil(goal, 9)).end.kind).toBe('complete');
  });
});

import { describe, expect, it } from '@jest/globals';
import type { ChatMessage } from '../provider.js';
import { OfflinePlanner } from './offline-planner.js';
import type { PlannedStep } from './planned-step.js';

const NEVER = new AbortController().signal;

async function stepsFor(messages: readonly ChatMessage[]): Promise<readonly PlannedStep[]> {
  const answer = await new OfflinePlanner().complete({ messages }, { signal: NEVER });
  const content = JSON.parse(answer.choices[0]?.message.content ?? '') as { steps: readonly PlannedStep[] };
  return content.steps;
}

function user(content: string): ChatMessage {
  return { role: 'user', content };
}

describe('the offline planner as a provider', () => {
  it('answers an envelope with steps of the granularity that it asks for', async () => {
    const content = JSON.stringify({ task: 'Fix my bike', granularity: 1, hints: [], template: null });
    expect((await stepsFor([user(content)])).every(({ substeps }) => substeps.length === 0)).toBe(true);
  });

  it('plans any other text as a task of medium granularity', async () => {
    for (const content of ['Fix my bike', '{"task": "Fix my bike"}', '{not json', '[1]']) {
      expect((await stepsFor([user(content)])).some(({ substeps }) => substeps.length > 0)).toBe(true);
    }
  });

  it('reads the last user message, whatever stands around it', async () => {
    const [first] = await stepsFor([
      user('Sell my car'),
      { role: 'assistant', content: 'ok' },
      user('Fix my bike'),
      { role: 'system', content: 'x' },
    ]);
    expect(first?.title).toContain('Bike');
  });

  it('answers in full when there is no user message at all', async () => {
    expect((await stepsFor([])).length).toBeGreaterThanOrEqual(5);
  });

  it('follows the template of the envelope and fills its slots from the task', async () => {
    const step = (id: string, title: string) => ({ id, title, estimate_minutes: 5, depends_on: [], substeps: [] });
    const template = {
      id: 't',
      language: 'en',
      title: 'T',
      steps: [step('a', 'Go[ to {place}]'), step('b', 'Stay[ until {deadline}]'), step('c', 'Return')],
    };
    const steps = await stepsFor([
      user(JSON.stringify({ task: 'Visit to Oslo', granularity: 1, hints: [], template })),
    ]);
    expect(steps.map(({ title }) => title)).toEqual(['Go to Oslo', 'Stay', 'Return']);
  });

  it('gives the same bytes for the same request, and takes the time only from the clock that it is given', async () => {
    const ask = (now: number) =>
      new OfflinePlanner(() => now).complete({ messages: [user('Fix my bike')] }, { signal: NEVER });
    const [early, late] = [await ask(1), await ask(2)];
    expect({ ...early, created: 0 }).toEqual({ ...late, created: 0 });
    expect(late.created).toBe(2);
  });

  it('counts a token for every four code points, not code units', async () => {
    const { usage } = await new OfflinePlanner().complete({ messages: [user('🎉'.repeat(8))] }, { signal: NEVER });
    expect(usage.prompt_tokens).toBe(2);
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
  });

  it('throws the reason of a signal that is aborted already', async () => {
    const reason = new Error('gone');
    await expect(new OfflinePlanner().complete({ messages: [] }, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { detectLanguage } from '../../llm/language/detect-language.js';
import { BreakdownWarmUp } from './breakdown.warm-up.js';
import { TemplateLibrary } from './templates/template-library.js';

/** A library that remembers what it was asked. */
class WatchedLibrary extends TemplateLibrary {
  readonly asked: string[] = [];

  constructor() {
    super([]);
  }

  override retrieve(text: string): undefined {
    this.asked.push(text);
  }
}

function started(): { library: WatchedLibrary; warmUp: BreakdownWarmUp; clock: ManualClock } {
  const library = new WatchedLibrary();
  const clock = new ManualClock();
  const warmUp = new BreakdownWarmUp(library, clock.sleep);
  warmUp.onApplicationBootstrap();
  return { library, warmUp, clock };
}

describe('the first plans of a process', () => {
  it('do not hold up its start', async () => {
    const { library, clock } = started();
    await clock.advance(400);
    expect(library.asked).toEqual([]);
  });

  it('are made in every language, one at a time', async () => {
    const { library, warmUp, clock } = started();
    await clock.advance(500);
    expect(library.asked).toHaveLength(1);
    await clock.advanceUntilIdle();
    await warmUp.done;
    expect(library.asked.map((text) => detectLanguage(text).language)).toEqual(['en', 'de', 'fr', 'es']);
  });

  it('are given up when the application ends', async () => {
    const { library, warmUp, clock } = started();
    await clock.advance(500);
    await warmUp.beforeApplicationShutdown();
    await clock.advanceUntilIdle();
    expect(library.asked).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

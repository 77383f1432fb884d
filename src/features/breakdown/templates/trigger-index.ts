import type { Trigger } from './trigger.js';

/**
 * Which of several lists of triggers a text may match: one look-up for each of its stems, where to try them all would take one
 * for each stem of each trigger.
 */
export class TriggerIndex {
  /** The lists by the stems of which a trigger in them needs one. */
  private readonly lists = new Map<string, readonly number[]>();
  /** Lists with a trigger that needs no certain stem. */
  private readonly open = new Set<number>();

  constructor(lists: readonly (readonly Trigger[])[]) {
    for (const [list, triggers] of lists.entries()) for (const trigger of triggers) this.add(trigger, list);
  }

  /** The positions of the lists in which a trigger may match; in none of the others any does. */
  candidates(stems: ReadonlySet<string>): ReadonlySet<number> {
    const found = new Set(this.open);
    for (const stem of stems) for (const list of this.lists.get(stem) ?? []) found.add(list);
    return found;
  }

  private add(trigger: Trigger, list: number): void {
    const needed = trigger.find((term) => typeof term === 'object' && term.endings.length === 0);
    if (typeof needed !== 'object') {
      this.open.add(list);
      return;
    }
    for (const stem of needed.stems) this.lists.set(stem, [...(this.lists.get(stem) ?? []), list]);
  }
}

import type { Trigger } from './trigger.js';

/**
 * Which of several lists of triggers a text may match. It takes one look-up for each stem of the text, instead of one for each
 * stem of each trigger.
 */
export class TriggerIndex {
  /** By stem: the lists with a trigger that needs this stem or an alternative of it. */
  private readonly lists = new Map<string, readonly number[]>();
  /** Lists with a trigger that needs no certain stem. */
  private readonly open = new Set<number>();

  constructor(lists: readonly (readonly Trigger[])[]) {
    for (const [list, triggers] of lists.entries()) for (const trigger of triggers) this.add(trigger, list);
  }

  /** The positions of the lists in which a trigger may match; no trigger of any other list does. */
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

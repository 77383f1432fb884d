import { beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../database/id.js';
import type { SessionLogRepository } from '../../journal/session-log.repository.js';
import { Frames } from './frames.js';
import { LogPages } from './log-pages.js';
import type { PagePlaces } from './page-run.js';
import { PAGE_EVENTS, READ_AHEAD, READ_AT_ONCE } from './stream-limits.js';
import type { StreamsRepository } from './streams.repository.js';

const EVENTS = 20 * PAGE_EVENTS + 5;
const LOG = { tenantId: newUuid(), sessionId: newUuid(), epoch: 'abcdefgh', end: EVENTS };

/** What was read, and what fails the next time. */
let reads: PagePlaces[];
let failing: boolean;
let pages: LogPages;

beforeEach(() => {
  reads = [];
  failing = false;
  const streams: Pick<StreamsRepository, 'pages'> = {
    pages: async (_log, places) => {
      reads.push(places);
      await Promise.resolve();
      if (failing) throw new Error('away');
      return Array.from({ length: places.count }, (_, index) => pageAt(places.first + index));
    },
  };
  pages = new LogPages(streams as StreamsRepository, {} as SessionLogRepository);
});

function pageAt(page: number): Frames | undefined {
  const count = Math.min(PAGE_EVENTS, EVENTS - page * PAGE_EVENTS);
  const events = Array.from({ length: count }, (_, index) => ({
    sequence: page * PAGE_EVENTS + index + 1,
    type: 'vote',
    data: '{}',
  }));
  return count > 0 ? Frames.of(LOG.epoch, events) : undefined;
}

async function readThrough(log = LOG): Promise<void> {
  for (let after = 0; after < log.end;) after = (await pages.after(log, after))?.last ?? Infinity;
}

const pagesRead = (): number[] =>
  reads.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at));

describe('the pages of a log', () => {
  it('are read once each, several at once, by whoever reads all of it', async () => {
    await readThrough();
    expect(pagesRead()).toEqual(Array.from({ length: 21 }, (_, page) => page));
    expect(reads.length).toBeLessThanOrEqual(2 + Math.ceil(19 / READ_AT_ONCE));
  });

  it('are shared by all who read at the same time', async () => {
    await Promise.all([readThrough(), readThrough(), readThrough({ ...LOG, end: 3 * PAGE_EVENTS })]);
    expect(pagesRead().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, page) => page));
  });

  it('are not waited for with those after them, nor read far ahead of a reader', async () => {
    await pages.after(LOG, 0);
    expect(reads[0]).toEqual({ first: 0, count: 1 });
    expect(Math.max(...pagesRead())).toBeLessThan(READ_AHEAD + READ_AT_ONCE);
  });

  it('are read ahead only where the log fills them: others would be read again when they are asked for', async () => {
    await pages.after({ ...LOG, end: 2 * PAGE_EVENTS - 1 }, 0);
    expect(pagesRead()).toEqual([0]);
    await pages.after({ ...LOG, sessionId: newUuid(), end: 2 * PAGE_EVENTS }, 0);
    expect(pagesRead()).toEqual([0, 0, 1]);
  });

  it('are read again after a failure, which only those hear of who wait for them', async () => {
    failing = true;
    await expect(pages.after(LOG, 0)).rejects.toThrow('away');
    failing = false;
    await readThrough();
    expect(new Set(pagesRead()).size).toBe(21);
  });
});

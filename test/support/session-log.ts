import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { uuidOf } from '../../src/database/id.js';
import type { TestDatabase } from './database.js';
import { loggedLines } from './logged-lines.js';

/** An event as it is stored. */
export interface LogEntry {
  readonly sequence: number;
  readonly type: string;
  /** The value of the stream's `data:` line. */
  readonly text: string;
  /** What the event says. */
  readonly data: Readonly<Record<string, unknown>>;
}

const TERMINAL = ['complete', 'error', 'cancelled'];

/** A session's log as the database holds it. */
export async function logOf(database: TestDatabase, id: string): Promise<readonly LogEntry[]> {
  const rows = await database.query<{ sequence: number; type: string; data: string }>(
    ...loggedLines(uuidOf('ses', id) ?? ''),
  );
  return rows.map(({ sequence, type, data }) => {
    const envelope = JSON.parse(data) as { data: Record<string, unknown> };
    return { sequence, type, text: data, data: envelope.data };
  });
}

export function typesOf(log: readonly LogEntry[]): readonly string[] {
  return log.map(({ type }) => type);
}

/** What the events of a type say. */
export function said(log: readonly LogEntry[], type: string): readonly LogEntry['data'][] {
  return log.filter((entry) => entry.type === type).map(({ data }) => data);
}

/** Expects what the contract promises of every log: no hole, one terminal event per attempt, and a chain of digests. */
export function expectSoundLog(log: readonly LogEntry[]): void {
  let digest = Buffer.alloc(32);
  let attempt = 1;
  let ended = false;
  for (const [index, { sequence, type, text, data }] of log.entries()) {
    expect(sequence).toBe(index + 1);
    expect(JSON.parse(text)).toMatchObject({ event_type: type, sequence, event_version: 1 });
    expect(ended).toBe(type === 'retried');
    ended = TERMINAL.includes(type);
    if (type === 'retried') expect(data).toEqual({ attempt: (attempt += 1) });
    if (ended) expect(data).toMatchObject({ event_count: sequence, digest: digest.toString('hex') });
    digest = createHash('sha256').update(digest).update(text, 'utf8').digest();
  }
  expect(ended).toBe(true);
}

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { newUuid } from '../../src/database/id.js';
import type { SessionDto } from '../../src/features/sessions/dto/session.dto.js';
import type { Answer } from '../support/client.js';
import { faultsOf } from '../support/fleet/audit.js';
import { Fleet } from '../support/fleet/fleet.js';
import { createSession, uuidOfSession } from '../support/sessions.js';

const PRELOADED = pathToFileURL(join(PACKAGE_ROOT, 'test', 'support', 'fleet', 'creation-kill.mjs')).href;
const PATIENCE_MS = 60_000;
const BODY = { council: { seats: 2, max_rounds: 1 } };

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.start();
  await fleet.api.put('/v1/quotas/session', { limit: 100 });
});
afterAll(() => fleet.close());

const idsIn = async (table: string, column = 'id'): Promise<string[]> => {
  const rows = await fleet.database.query<{ id: string }>(`SELECT ${column} AS id FROM ${table} ORDER BY 1`);
  return rows.map(({ id }) => id);
};

/** A client, and a process that dies around the commit of the session that the client asks for. */
class Death {
  private constructor(
    private readonly key: string | undefined,
    private readonly before: ReadonlySet<string>,
  ) {}

  static async at(when: 'before' | 'during' | 'after', keyed: boolean): Promise<Death> {
    const death = new Death(keyed ? newUuid() : undefined, new Set(await idsIn('sessions')));
    const victim = await fleet.serve('api', { NODE_OPTIONS: `--import ${PRELOADED}`, TEST_KILL_CREATION: when });
    await expect(death.ask()).rejects.toMatchObject({ code: expect.stringMatching(/SOCKET|ECONNRESET/) });
    expect((await victim.process.ended).signal).toBe('SIGKILL');
    await fleet.serve('api');
    return death;
  }

  ask(): Promise<Answer<SessionDto>> {
    const headers = this.key === undefined ? {} : { 'idempotency-key': this.key };
    return createSession(fleet.api, BODY, { headers });
  }

  /** As if the minute of the dead process's lease were over. */
  async leaseIsOver(): Promise<void> {
    await fleet.database.query(`UPDATE idempotency_keys SET expires_at = now() WHERE answer IS NULL`);
  }

  /** Those that were made since, each whole: with its place in line and its unit of the quota. */
  async made(): Promise<string[]> {
    const all = await idsIn('sessions');
    expect(await idsIn('system.runs', 'session_id')).toEqual(all);
    expect(await idsIn('usage_reservations')).toEqual(all);
    return all.filter((id) => !this.before.has(id));
  }
}

describe('kill -9 of the process that makes a session, asked with an Idempotency-Key', () => {
  test('before the commit: there is none, and the repeat makes it once the dead process’s minute is over', async () => {
    const death = await Death.at('before', true);
    expect(await death.made()).toEqual([]);
    expect(await death.ask()).toMatchObject({ status: 409, body: { code: 'idempotency_in_flight' } });
    await death.leaseIsOver();
    const [made, again] = [await death.ask(), await death.ask()];
    expect([made.status, again.status, again.text]).toEqual([201, 201, made.text]);
    expect(await death.made()).toEqual([uuidOfSession(made.body.id)]);
  });

  test('after the commit: the repeat is answered with the one that was made', async () => {
    const death = await Death.at('after', true);
    const made = await death.made();
    expect(made).toHaveLength(1);
    const { status, body } = await death.ask();
    expect([status, [uuidOfSession(body.id)]]).toEqual([201, made]);
    expect(await death.made()).toEqual(made);
  });

  test('while the database commits: there is one in the end, whichever way it went', async () => {
    const death = await Death.at('during', true);
    let answer = await death.ask();
    if (answer.status === 409) {
      expect(await death.made()).toEqual([]);
      await death.leaseIsOver();
      answer = await death.ask();
    }
    expect([answer.status, [uuidOfSession(answer.body.id)]]).toEqual([201, await death.made()]);
  });
});

describe('kill -9 of the process that makes a session, asked without a key', () => {
  test('before the commit leaves nothing: the repeat makes the only one', async () => {
    const death = await Death.at('before', false);
    expect(await death.made()).toEqual([]);
    expect((await death.ask()).status).toBe(201);
    expect(await death.made()).toHaveLength(1);
  });

  test('after the commit leaves a whole one; the repeat makes another, which is what a key is for', async () => {
    const death = await Death.at('after', false);
    expect(await death.made()).toHaveLength(1);
    expect((await death.ask()).status).toBe(201);
    expect(await death.made()).toHaveLength(2);
  });
});

test('what was made around a death comes to its end like any other', async () => {
  fleet.worker();
  for (const uuid of await idsIn('sessions')) {
    await fleet.untilEnded(uuid, PATIENCE_MS);
    expect([await fleet.statusOf(uuid), await faultsOf(fleet, uuid)]).toEqual(['completed', []]);
  }
});

describe('kill -9 of a process that makes a session and begins it', () => {
  test.each([
    ['before', [0]],
    ['during', [0, 1]],
    ['after', [1]],
  ] as const)('%s the commit leaves all of it or nothing, and somebody else goes on', async (when, counts) => {
    const before = new Set(await idsIn('sessions'));
    const victim = await fleet.serve('all', { NODE_OPTIONS: `--import ${PRELOADED}`, TEST_KILL_CREATION: when });
    await expect(createSession(fleet.api, BODY)).rejects.toMatchObject({
      code: expect.stringMatching(/SOCKET|ECONNRESET/),
    });
    expect((await victim.process.ended).signal).toBe('SIGKILL');
    await fleet.serve('api');
    const made = (await idsIn('sessions')).filter((id) => !before.has(id));
    expect(counts).toContain(made.length);
    for (const id of made) {
      expect(await idsIn('session_events', 'session_id')).toContain(id);
      await fleet.untilEnded(id, PATIENCE_MS);
      expect([await fleet.statusOf(id), await faultsOf(fleet, id)]).toEqual(['completed', []]);
    }
  });
});

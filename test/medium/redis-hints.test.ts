import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RedisHints } from '../../src/hints/redis-hints.js';
import { systemSleep } from '../../src/reliability/ports.js';
import { RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

let redis: RedisServer;
let hints: RedisHints | undefined;
let changes: boolean[] = [];
beforeEach(() => void (changes = []));
beforeAll(async () => void (redis = await RedisServer.start()));
afterEach(() => hints?.close());
afterAll(() => redis.stop());

/** One that has been refused its subscription at least once. */
async function refused(heard: (string | undefined)[]): Promise<RedisHints> {
  await redis.restart();
  await redis.ask('ACL SETUSER default -subscribe');
  const errors: unknown[] = [];
  hints = RedisHints.open({
    url: redis.url,
    random: () => 0.5,
    sleep: systemSleep,
    onError: (error) => errors.push(error),
    onChange: (works) => changes.push(works),
  });
  hints.listen((message) => heard.push(message));
  await until(() => errors.length > 0);
  return hints;
}

describe('hints by Redis, where the subscription is refused', () => {
  it('are told to be broken, subscribed to again until it is granted, and heard then', async () => {
    const heard: (string | undefined)[] = [];
    const transport = await refused(heard);
    expect(transport.broken).toBe(true);
    expect(heard).toEqual([]);
    expect(changes).toEqual([false]);
    await redis.ask('ACL SETUSER default +subscribe');
    await until(() => !transport.broken);
    expect(changes).toEqual([false, true]);
    // Something may have been missed.
    await until(() => heard.length === 1);
    expect(heard).toEqual([undefined]);
    await transport.send(['there is something new']);
    await until(() => heard.length > 1);
    expect(heard).toEqual([undefined, 'there is something new']);
  });

  it('tell of a server that is gone, and that it is back', async () => {
    const transport = await refused([]);
    await redis.ask('ACL SETUSER default +subscribe');
    await until(() => !transport.broken);
    await redis.stop();
    await until(() => transport.broken);
    await redis.restart();
    await until(() => !transport.broken);
    // Its connections may come back one by one.
    expect(changes.slice(0, 3)).toEqual([false, true, false]);
    expect(changes.at(-1)).toBe(true);
  });

  it('are not asked for any more once they are closed', async () => {
    const transport = await refused([]);
    transport.close();
    await until(async () => !(await redis.ask('CLIENT LIST TYPE normal')).includes('lib-name=node-redis'));
    await redis.ask('ACL SETUSER default +subscribe');
    expect(await redis.ask('PUBSUB NUMSUB holdfast:hints')).toContain(':0');
  });
});

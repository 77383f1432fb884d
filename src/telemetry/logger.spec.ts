import { describe, expect, test } from '@jest/globals';
import { AppError } from '../reliability/errors/app-error.js';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';
import { SnapshotRegistry } from './snapshot.js';

function recording() {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    level: 'debug',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return { lines, logger };
}

describe('the logger', () => {
  test('hides what nobody should log', () => {
    const { lines, logger } = recording();
    logger.info(
      { authorization: 'Bearer hush', headers: { cookie: 'hush' }, body: 'hush', input_text: 'hush', kept: 1 },
      'line',
    );
    expect(JSON.stringify(lines)).not.toContain('hush');
    expect(lines[0]).toMatchObject({ level: 'info', message: 'line', kept: 1, authorization: '[hidden]' });
  });

  test('tells type, code and place of an error, and of its causes, but nothing that may quote data', () => {
    const { lines, logger } = recording();
    const driver = Object.assign(new Error('Key (email)=(hush@example.com) already exists'), {
      code: '23505',
      detail: 'hush',
      constraint: 'members_email',
      parameters: ['hush'],
    });
    const query = Object.assign(new Error('insert hush'), {
      name: 'QueryFailedError',
      query: 'hush',
      parameters: ['hush'],
      driverError: driver,
    });
    logger.error({ err: new AppError('conflict', { cause: query }) }, 'failed');
    expect(JSON.stringify(lines)).not.toContain('hush');
    expect(lines[0]).toMatchObject({
      err: {
        type: 'AppError',
        code: 'conflict',
        cause: {
          type: 'QueryFailedError',
          cause: { code: '23505', constraint: 'members_email', stack: expect.stringContaining('at ') },
        },
      },
    });
  });

  test('a cause that is its own cause ends', () => {
    const { lines, logger } = recording();
    const loop = new Error('loop');
    loop.cause = new Error('other', { cause: loop });
    logger.error({ err: loop }, 'failed');
    expect(lines).toHaveLength(1);
  });

  test('takes what Nest says', () => {
    const { lines, logger } = recording();
    const nest = new NestLogger(logger);
    nest.log('Mapped {/x, GET} route', 'RouterExplorer');
    nest.error(new TypeError('broken'), 'stack', 'ExceptionsHandler');
    expect(lines).toEqual([
      expect.objectContaining({ level: 'debug', context: 'RouterExplorer' }),
      expect.objectContaining({
        level: 'error',
        context: 'ExceptionsHandler',
        err: expect.objectContaining({ message: 'broken' }),
      }),
    ]);
  });
});

describe('the snapshot registry', () => {
  test('a room that fails to tell takes nothing from the others', () => {
    const registry = new SnapshotRegistry();
    const remove = registry.add({ name: 'good', snapshot: () => ({ open: 1 }) });
    registry.add({
      name: 'bad',
      snapshot: () => {
        throw new Error('no');
      },
    });
    expect(registry.all()).toEqual({ good: { open: 1 }, bad: null });
    expect(() => registry.add({ name: 'good', snapshot: () => 1 })).toThrow(/two snapshot sources/);
    remove();
    expect(registry.of('good')).toBeUndefined();
  });
});

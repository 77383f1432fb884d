import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { BOOTSTRAP_KEY } from './app.js';
import type { Outcome } from './load.js';

type Refusal = Pick<Outcome, 'status' | 'text' | 'error'>;

/**
 * Callers that go on until they are refused, in a process of their own: a busy process may stand still for a moment. If that is
 * longer than a drain waits for idle connections, its next requests go out on connections that are closed by then.
 */
export class Callers {
  /** Requests that were served, to the last hundred. */
  served = 0;
  private readonly refusals: Promise<readonly Refusal[]>;

  constructor(baseUrl: string, callers: number) {
    const program = join(PACKAGE_ROOT, 'test', 'support', 'call-until-refused.mjs');
    const child = fork(program, [JSON.stringify({ baseUrl, key: BOOTSTRAP_KEY, callers })]);
    const refused = Promise.withResolvers<readonly Refusal[]>();
    child.on('message', (message: { served: number; refused?: readonly Refusal[] }) => {
      this.served = message.served;
      if (message.refused) refused.resolve(message.refused);
    });
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the callers ended with ${code}`)));
    this.refusals = Promise.race([refused.promise, ended]);
    this.refusals.catch(() => {});
  }

  /** The one refusal that ended each of them. */
  ended(): Promise<readonly Refusal[]> {
    return this.refusals;
  }
}

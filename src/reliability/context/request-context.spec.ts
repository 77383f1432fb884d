import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { SCOPES, currentContext, includesScope, runInContext, type RequestContext } from './request-context.js';

const contextOf = (requestId: string): RequestContext => ({
  requestId,
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  deadline: Deadline.never(new ManualClock()),
});

describe('the request context', () => {
  it('does not exist outside a request', () => {
    expect(currentContext()).toBeUndefined();
  });

  it('follows the work of its own request through waits, and no other', async () => {
    const seen = await Promise.all(
      ['a', 'b', 'c'].map((id) =>
        runInContext(contextOf(id), async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return currentContext()?.requestId;
        }),
      ),
    );
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(currentContext()).toBeUndefined();
  });
});

describe('scopes', () => {
  it('include themselves and those below, never those above', () => {
    const held = SCOPES.map((one) => SCOPES.filter((needed) => includesScope(one, needed)));
    expect(held).toEqual([['platform:admin', 'tenant:admin', 'member'], ['tenant:admin', 'member'], ['member']]);
  });
});

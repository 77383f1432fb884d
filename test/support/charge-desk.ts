import { randomUUID } from 'node:crypto';
import { ChargesService, type ChargedResult } from '../../src/features/usage/index.js';
import type { Principal } from '../../src/reliability/context/request-context.js';
import type { AppError } from '../../src/reliability/errors/app-error.js';
import { composeTestApp, type ComposedApp } from './composed-app.js';
import { ManualClock } from './kernel/manual-clock.js';
import { makeTenant, type TestTenant } from './tenants.js';

const NOW = Date.UTC(2026, 10, 30, 12);
const FEATURE = 'chat';

/** A call that succeeds. */
export const done = () => Promise.resolve({ result: 'done', chargeable: true });

/** An application at the end of a month, and a tenant whose calls are charged. */
export class ChargeDesk {
  principal: Principal;

  private constructor(
    readonly app: ComposedApp,
    readonly clock: ManualClock,
    readonly usage: ChargesService,
    public tenant: TestTenant,
  ) {
    this.principal = memberOf(tenant);
  }

  static async open(): Promise<ChargeDesk> {
    const clock = new ManualClock({ epochMs: NOW });
    const app = await composeTestApp({ clock });
    const usage = app.app.get(ChargesService, { strict: false });
    return new ChargeDesk(app, clock, usage, await makeTenant(app.api));
  }

  /** From now on the calls are those of a new tenant. */
  async welcome(): Promise<void> {
    this.tenant = await makeTenant(this.app.api);
    this.principal = memberOf(this.tenant);
  }

  charge(call: () => Promise<ChargedResult<string>> = done, installId?: string): Promise<string> {
    return this.usage.charge({ principal: this.principal, feature: FEATURE, installId }, call);
  }

  limit(count: number | null) {
    return this.tenant.api.put(`/v1/quotas/${FEATURE}`, { limit: count });
  }

  counted() {
    return this.app.database.query(
      `SELECT install_id, period::text, count::int FROM usage_counters WHERE tenant_id = $1 ORDER BY 1`,
      [this.tenant.uuid],
    );
  }

  async reserved(): Promise<number | undefined> {
    const [row] = await this.app.database.query<{ count: number }>(
      `SELECT count(*)::int FROM usage_reservations WHERE tenant_id = $1`,
      [this.tenant.uuid],
    );
    return row?.count;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

function memberOf({ uuid }: TestTenant): Principal {
  return { tenantId: uuid, keyId: randomUUID(), scope: 'member' };
}

/** How each of the calls has ended: `done`, or the code of its error. */
export async function outcomesOf(calls: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as AppError).code));
}

import { Inject, Injectable } from '@nestjs/common';
import { DatabaseError } from '../../database/database-error.js';
import { newUuid } from '../../database/id.js';
import { currentContext, type Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { GroupCommit, WRITE_GROUP } from './group-commit.js';
import { ownInstall } from './own-install.js';
import { periodOf } from './period.js';
import { UsageRepository, type Reservation, type Settlement, type TimedReservation } from './usage.repository.js';

/** The install that product calls count for when the caller names none. */
export const SERVER_INSTALL = 'server';

/** What a charge may take beyond the deadline of its call, milliseconds. */
const SETTLE_MS = 100;

/** A product call's unit comes back this long after its deadline, should the process die meanwhile; seconds. */
const RESERVATION_GRACE_S = 30;

/** What is written of a charge, before the call and after it. */
type ChargeStep = { readonly reserve: TimedReservation } | { readonly settle: Settlement };

export interface ChargedCall {
  readonly principal: Principal;
  readonly feature: string;
  readonly installId: string | undefined;
}

/** Product calls within a tenant's quota. */
@Injectable()
export class ChargesService {
  /** One queue for both steps: a unit is never given back before it is taken, even when its caller leaves in between. */
  private readonly steps: GroupCommit<ChargeStep, boolean>;

  constructor(
    private readonly repository: UsageRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.steps = new GroupCommit({ ...WRITE_GROUP, commit: (steps, signal) => this.commit(steps, signal) });
  }

  /**
   * Reserves one unit before the call, counts it when the call succeeds, and gives it back when the call fails or says
   * that it must not be charged.
   * @throws AppError quota_exceeded, install_id_mismatch, and what the call throws.
   */
  async charge<T>(
    { principal, feature, installId }: ChargedCall,
    call: () => Promise<{ result: T; chargeable: boolean }>,
  ): Promise<T> {
    const install = ownInstall(principal, installId) ?? SERVER_INSTALL;
    const epochMs = this.clock.epochMs();
    const reservation = { id: newUuid(epochMs), tenantId: principal.tenantId, feature, period: periodOf(epochMs) };
    const settle = (charged: boolean, signal?: AbortSignal) =>
      this.write({ settle: { ...reservation, installId: install, charged } }, signal);
    if (!(await this.reserve(reservation, settle))) throw this.quotaExceeded(feature);
    try {
      const { result, chargeable } = await call();
      const context = currentContext();
      // A deadline that passed while the charge is being committed would charge a call that was answered as failed.
      context?.deadline.leaveAtLeast(SETTLE_MS);
      await settle(chargeable, context?.deadline.signal);
      return result;
    } catch (error) {
      const givenBack = settle(false).catch(() => {});
      // Before the failure is heard: whoever tries again at once must find the unit there. Where the database itself has
      // failed, nobody waits for it twice; the unit comes back when it expires.
      if (!(error instanceof DatabaseError)) await givenBack;
      throw error;
    }
  }

  private async reserve(reservation: Reservation, settle: (charged: boolean) => Promise<boolean>): Promise<boolean> {
    const deadline = currentContext()?.deadline;
    const remainingMs = deadline?.remainingMs() ?? 0;
    const ttlSeconds = Math.ceil((Number.isFinite(remainingMs) ? remainingMs : 0) / 1000) + RESERVATION_GRACE_S;
    try {
      return await this.write({ reserve: { ...reservation, ttlSeconds } }, deadline?.signal);
    } catch (error) {
      // It may have been taken all the same.
      settle(false).catch(() => {});
      throw error;
    }
  }

  private async write(step: ChargeStep, signal?: AbortSignal): Promise<boolean> {
    const [done] = await this.steps.submit([step], signal);
    return done ?? false;
  }

  /** Reservations first: if they fail, nothing was charged, and whoever was to be charged hears of the failure. */
  private async commit(steps: readonly ChargeStep[], signal: AbortSignal): Promise<boolean[]> {
    const reservations = steps.flatMap((step) => ('reserve' in step ? [step.reserve] : []));
    const settlements = steps.flatMap((step) => ('settle' in step ? [step.settle] : []));
    const granted = reservations.length > 0 ? await this.repository.reserve(reservations, signal) : [];
    if (settlements.length > 0) await this.repository.settle(settlements, signal);
    let next = 0;
    return steps.map((step) => ('reserve' in step ? (granted[next++] ?? false) : true));
  }

  private quotaExceeded(feature: string): AppError {
    const now = new Date(this.clock.epochMs());
    const nextMonthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
    return new AppError('quota_exceeded', {
      detail: `The quota of ${feature} is used up until the next UTC month, or calls under way hold the rest of it.`,
      retryAfterMs: nextMonthMs - now.getTime(),
    });
  }
}

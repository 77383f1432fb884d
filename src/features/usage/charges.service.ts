import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { DatabaseError } from '../../database/database-error.js';
import { newUuid } from '../../database/id.js';
import { currentContext, type Principal } from '../../reliability/context/request-context.js';
import { isAppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { GroupCommit, WRITE_GROUP } from '../../database/group-commit.js';
import { ownInstall } from './own-install.js';
import { periodOf } from './period.js';
import { quotaExceeded } from './quota-exceeded.js';
import { AmpleUse } from './ample-use.js';
import {
  UsageRepository,
  type Charge,
  type Reservation,
  type Settlement,
  type TimedReservation,
} from './usage.repository.js';

/** The install that product calls count for when the caller names none. */
export const SERVER_INSTALL = 'server';

/** What a charge may take beyond the deadline of its call, milliseconds. */
const SETTLE_MS = 100;

/** How long after its deadline a call's unit comes back if the process dies meanwhile, seconds. */
const RESERVATION_GRACE_S = 30;

/** What a call that reserves its unit writes before it begins, and after it has ended. */
type ChargeStep = { readonly reserve: TimedReservation } | { readonly settle: Settlement };

export interface ChargedCall {
  readonly principal: Principal;
  readonly feature: string;
  readonly installId: string | undefined;
  /** Whether the client sees nothing of the call before it is over. Default: false. */
  readonly discreet?: boolean;
}

/** The outcome of a product call. */
export interface ChargedResult<T> {
  readonly result: T;
  readonly chargeable: boolean;
  /** Whether the client has all of it already: then it is charged also when the client has gone since. Default: false. */
  readonly delivered?: boolean;
}

/** Product calls within a tenant's quota. */
@Injectable()
export class ChargesService {
  /** One queue for both steps: a unit is never given back before it is taken, even when its caller leaves in between. */
  private readonly steps: GroupCommit<ChargeStep, number>;
  private readonly charges: GroupCommit<Charge, number>;
  private readonly ample: AmpleUse;

  constructor(
    private readonly repository: UsageRepository,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.ample = new AmpleUse(clock);
    this.steps = new GroupCommit({ ...WRITE_GROUP, commit: (steps, signal) => this.commit(steps, signal) });
    this.charges = new GroupCommit({ ...WRITE_GROUP, commit: (charges, signal) => repository.charge(charges, signal) });
  }

  /**
   * Reserves one unit before the call, counts it when the call succeeds, and gives it back when the call fails or says
   * that it must not be charged. Where there was room to spare a moment ago, the call takes its unit afterwards. If none is
   * left by then, the answer of a discreet call is withheld; a call whose answer was seen counts all the same.
   * @throws AppError quota_exceeded, install_id_mismatch, and what the call throws.
   */
  async charge<T>(
    { principal, feature, installId, discreet = false }: ChargedCall,
    call: () => Promise<ChargedResult<T>>,
  ): Promise<T> {
    const install = ownInstall(principal, installId) ?? SERVER_INSTALL;
    const epochMs = this.clock.epochMs();
    const { tenantId } = principal;
    const unit = { id: newUuid(epochMs), tenantId, feature, period: periodOf(epochMs), installId: install };
    const isAmple = discreet ? this.ample.isAmple(unit) : this.ample.isUnlimited(unit);
    return isAmple ? this.chargeAfterwards(unit, call) : this.chargeReserved(unit, call);
  }

  /** A limit was set: calls reserve their units again once the caller's transaction has committed. */
  limit(use: Pick<Reservation, 'tenantId' | 'feature'>): void {
    this.database.afterCommit(() => this.ample.drop(use));
  }

  private async chargeReserved<T>(unit: Charge, call: () => Promise<ChargedResult<T>>): Promise<T> {
    const settle = (charged: boolean, signal?: AbortSignal) => this.write({ settle: { ...unit, charged } }, signal);
    await this.reserve(unit, settle);
    try {
      const { result, chargeable, delivered = false } = await call();
      await settle(chargeable, delivered ? undefined : signalOfCharge());
      return result;
    } catch (error) {
      const givenBack = settle(false).catch(() => {});
      // Before the caller hears of the failure: a retry at once must find the unit there. Where the database itself has
      // failed, the caller does not wait for it twice; the unit comes back when it expires.
      if (!(error instanceof DatabaseError)) await givenBack;
      throw error;
    }
  }

  private async chargeAfterwards<T>(unit: Charge, call: () => Promise<ChargedResult<T>>): Promise<T> {
    const { result, chargeable, delivered = false } = await call();
    if (!chargeable) return result;
    try {
      if (delivered) await this.write({ settle: { ...unit, charged: true } });
      else await this.take(unit, async () => (await this.charges.submit([unit], signalOfCharge()))[0] ?? -1);
    } catch (error) {
      if (error instanceof DatabaseError) this.ample.dropAll();
      throw error;
    }
    return result;
  }

  /** @throws AppError quota_exceeded, and what the taking throws. */
  private async take(unit: Reservation, taking: () => Promise<number>): Promise<void> {
    const askedMs = this.ample.ask();
    const left = await taking();
    this.ample.note(unit, left, askedMs);
    if (left < 0) throw quotaExceeded(unit, this.clock.epochMs());
  }

  /** @throws AppError quota_exceeded, and what the database throws. */
  private async reserve(reservation: Reservation, settle: (charged: boolean) => Promise<unknown>): Promise<void> {
    const deadline = currentContext()?.deadline;
    const remainingMs = deadline?.remainingMs() ?? 0;
    const ttlSeconds = Math.ceil((Number.isFinite(remainingMs) ? remainingMs : 0) / 1000) + RESERVATION_GRACE_S;
    try {
      await this.take(reservation, () => this.write({ reserve: { ...reservation, ttlSeconds } }, deadline?.signal));
    } catch (error) {
      // The unit may have been taken all the same.
      if (!isAppError(error, 'quota_exceeded')) settle(false).catch(() => {});
      throw error;
    }
  }

  private async write(step: ChargeStep, signal?: AbortSignal): Promise<number> {
    const [left = -1] = await this.steps.submit([step], signal);
    return left;
  }

  /**
   * Reservations first: if they fail, nothing was charged, and the calls to be charged hear of the failure.
   * @returns the units that are left after each reservation; 0 for each settlement.
   */
  private async commit(steps: readonly ChargeStep[], signal: AbortSignal): Promise<number[]> {
    const reservations = steps.flatMap((step) => ('reserve' in step ? [step.reserve] : []));
    const settlements = steps.flatMap((step) => ('settle' in step ? [step.settle] : []));
    const left = reservations.length > 0 ? await this.repository.reserve(reservations, signal) : [];
    if (settlements.length > 0) await this.repository.settle(settlements, signal);
    let next = 0;
    return steps.map((step) => ('reserve' in step ? (left[next++] ?? -1) : 0));
  }
}

/** A deadline that passed while the charge is being committed would charge a call that was answered as failed. */
function signalOfCharge(): AbortSignal | undefined {
  const deadline = currentContext()?.deadline;
  deadline?.leaveAtLeast(SETTLE_MS);
  return deadline?.signal;
}

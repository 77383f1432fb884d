import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { SERVER_INSTALL } from './charges.service.js';
import { periodOf } from './period.js';
import { quotaExceeded } from './quota-exceeded.js';
import { turnToBegin, turnToLimit } from './unit-turns.js';

/** One unit of a quota, for work that outlives the request that asked for it. */
export interface Hold {
  readonly tenantId: string;
  readonly feature: string;
  /** The work's UUID. */
  readonly id: string;
}

/** The arguments of `usage_reserve`, as `session_create` wants them. */
export interface UnitTaking {
  readonly feature: string;
  /** The month in which it counts: its first day. */
  readonly period: string;
  readonly ttl_seconds: number;
}

/** The arguments of `usage_end_holds`. A unit counts in the month in which it was taken; in this one if its hold has run out. */
export interface UnitEnding {
  readonly feature: string;
  readonly period: string;
  readonly install: string;
  readonly charged: boolean;
}

const TURN_TO_BEGIN = `SELECT ${turnToBegin('$1::uuid', '$2::text')}`;
const TURN_TO_LIMIT = `SELECT ${turnToLimit('$1::uuid', '$2::text')}`;

const TAKE = `
  SELECT coalesce((usage_reserve($1::uuid[], $2::text[], $3::date[], $4::uuid[], $5::integer[]))[1], 0) >= 0 AS granted`;

const PROLONG = `
  WITH kept AS (
    UPDATE usage_reservations SET expires_at = clock_timestamp() + make_interval(secs => $4)
     WHERE tenant_id = $1 AND feature = $2 AND id = $3 AND expires_at > clock_timestamp()
    RETURNING id)
  SELECT EXISTS (SELECT FROM kept) AS kept`;

const END = `SELECT usage_end_holds($1::uuid[], $2::uuid[], ARRAY[$3::json])`;

/** One that has run out is taken anew. */
const TAKE_FOR_ALL = `
  INSERT INTO usage_reservations AS r (tenant_id, feature, period, id, expires_at)
  SELECT $1::uuid, $2::text, $3::date, w.id, clock_timestamp() + make_interval(secs => $5)
    FROM unnest($4::uuid[]) AS w (id)
   WHERE NOT EXISTS (SELECT FROM usage_reservations h
                      WHERE h.tenant_id = $1 AND h.feature = $2 AND h.id = w.id AND h.expires_at > clock_timestamp())
  ON CONFLICT (tenant_id, feature, period, id) DO UPDATE SET expires_at = excluded.expires_at`;

/** Units that are taken and counted in the transactions of the work itself, so that neither happens without the other. */
@Injectable()
export class HoldsService {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** For work about to begin: waits for limits that are being set; later limits wait for the caller. See {@link turnToBegin}. */
  async awaitLimits(manager: EntityManager, { tenantId, feature }: Omit<Hold, 'id'>): Promise<void> {
    await manager.query(TURN_TO_BEGIN, [tenantId, feature]);
  }

  /** For a limit that is set: waits for work about to begin; later work waits for the caller. */
  async awaitBeginnings(manager: EntityManager, { tenantId, feature }: Omit<Hold, 'id'>): Promise<void> {
    await manager.query(TURN_TO_LIMIT, [tenantId, feature]);
  }

  /**
   * Takes one unit, in a transaction of the tenant.
   * @param ttlSeconds after which a unit that was never ended comes back.
   * @throws AppError quota_exceeded
   */
  async take(manager: EntityManager, { tenantId, feature, id }: Hold, ttlSeconds: number): Promise<void> {
    const unit = this.taking(feature, ttlSeconds);
    const values = [[tenantId], [feature], [unit.period], [id], [ttlSeconds]];
    const [row]: { granted: boolean }[] = await manager.query(TAKE, values);
    if (row?.granted !== true) throw this.exceeded(unit);
  }

  /**
   * Keeps the unit of work that goes on, whatever the quota is by now, in a transaction of the tenant.
   * @returns false where there is none, or it has run out.
   */
  async prolong(manager: EntityManager, { tenantId, feature, id }: Hold, ttlSeconds: number): Promise<boolean> {
    const [row]: { kept: boolean }[] = await manager.query(PROLONG, [tenantId, feature, id, ttlSeconds]);
    return row?.kept === true;
  }

  /** How a unit is taken, for a caller that takes it in its own statement. */
  taking(feature: string, ttlSeconds: number): UnitTaking {
    return { feature, period: periodOf(this.clock.epochMs()), ttl_seconds: ttlSeconds };
  }

  /** The error where there is no unit. */
  exceeded(unit: UnitTaking): AppError {
    return quotaExceeded(unit, this.clock.epochMs());
  }

  /** How a unit ends, for a caller that ends it in its own statement. @param install the install whose count it adds to. */
  ending(feature: string, charged: boolean, install: string = SERVER_INSTALL): UnitEnding {
    return { feature, period: periodOf(this.clock.epochMs()), install, charged };
  }

  /**
   * Takes a unit for each work under way that holds none, whether or not the quota has so many: that work goes on, and counts.
   * The caller must keep it from ending meanwhile.
   */
  async takeForAll(
    manager: EntityManager,
    { tenantId, feature, ids }: { tenantId: string; feature: string; ids: readonly string[] },
    ttlSeconds: number,
  ): Promise<void> {
    if (ids.length === 0) return;
    const period = periodOf(this.clock.epochMs());
    await manager.query(TAKE_FOR_ALL, [tenantId, feature, period, ids, ttlSeconds]);
  }

  /** Counts the unit, or gives it back, in a transaction of the tenant. */
  async end(manager: EntityManager, { tenantId, feature, id }: Hold, charged: boolean): Promise<void> {
    await manager.query(END, [[tenantId], [id], JSON.stringify(this.ending(feature, charged))]);
  }
}

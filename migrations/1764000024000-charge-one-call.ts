import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownByWriter } from './support/protection.js';

/** Charges a single call in three look-ups by key; lists, joins and nested functions would cost twice as much. */
export class ChargeOneCall1764000024000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CHARGE_ONE);
    await runner.query(`REVOKE ALL ON FUNCTION ${SIGNATURE} FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION ${SIGNATURE} TO holdfast_app`);
    await ownByWriter(runner, SIGNATURE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${SIGNATURE}`);
  }
}

const SIGNATURE = 'usage_charge_one(uuid, text, date, text)';

/**
 * Does for one call what usage_charge does for many, in the same order of locks: the total first. Raising the total before it
 * reads the limit locks the row, and saves a write; what it reads afterwards holds until the commit. Without room for the unit it
 * lowers the total again. Expired reservations count for nothing, and usage_reserve removes them.
 */
const CHARGE_ONE = `
  CREATE FUNCTION usage_charge_one(p_tenant uuid, p_feature text, p_period date, p_install text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  DECLARE
    v_total bigint;
    v_left bigint;
  BEGIN
    INSERT INTO public.usage_totals AS t (tenant_id, feature, period, total)
    VALUES (p_tenant, p_feature, p_period, 1)
    ON CONFLICT (tenant_id, feature, period) DO UPDATE SET total = t.total + 1
    RETURNING t.total INTO v_total;

    SELECT q."limit" - v_total
             - (SELECT count(*) FROM public.usage_reservations r
                 WHERE r.tenant_id = p_tenant AND r.feature = p_feature AND r.period = p_period
                   AND r.expires_at > clock_timestamp())
      INTO v_left
      FROM public.quotas q WHERE q.tenant_id = p_tenant AND q.feature = p_feature AND q."limit" IS NOT NULL;

    IF v_left < 0 THEN
      UPDATE public.usage_totals t SET total = t.total - 1
       WHERE t.tenant_id = p_tenant AND t.feature = p_feature AND t.period = p_period;
    ELSE
      INSERT INTO public.usage_counters AS c (tenant_id, feature, period, install_id, count)
      VALUES (p_tenant, p_feature, p_period, p_install, 1)
      ON CONFLICT (tenant_id, feature, period, install_id) DO UPDATE SET count = c.count + 1;
    END IF;
    RETURN v_left;
  END $$`;

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A run knows how long workers have held it: time in the queue or in a pause does not count. */
export class CountRunningTime1764000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE system.runs ADD COLUMN ran_ms integer NOT NULL DEFAULT 0`);
    await runner.query(ACCOUNT);
    await runner.query(`REVOKE ALL ON FUNCTION runs_account() FROM PUBLIC`);
    await runner.query(TRIGGER);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER runs_account ON system.runs`);
    await runner.query(`DROP FUNCTION runs_account()`);
    await runner.query(`ALTER TABLE system.runs DROP COLUMN ran_ms`);
  }
}

/**
 * When a run leaves its worker, the time that it was held is added to ran_ms; a claim sets the start of the attempt back by
 * ran_ms, so that the time since then is the time that it ran. A lease that ran out counts until then: its holder was dead or
 * cut off. A trigger does it, so that no function that changes a state can forget it. Renewing a lease sets no state, so the
 * trigger does not run.
 */
const ACCOUNT = `
  CREATE FUNCTION runs_account() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    v_now timestamptz := clock_timestamp();
  BEGIN
    IF OLD.state = 'claimed' THEN
      NEW.ran_ms := greatest(OLD.ran_ms,
        round(extract(epoch FROM least(v_now, OLD.lease_until) - OLD.attempt_started_at) * 1000)::integer);
    END IF;
    IF NEW.state <> 'claimed' THEN
      NEW.attempt_started_at := NULL;
    ELSIF OLD.state = 'claimed' OR NEW.attempt_started_at IS NULL THEN
      NEW.attempt_started_at := v_now - make_interval(secs => NEW.ran_ms / 1000.0);
    ELSE
      NEW.attempt_started_at := NEW.attempt_started_at - make_interval(secs => NEW.ran_ms / 1000.0);
    END IF;
    RETURN NEW;
  END $$`;

const TRIGGER = `
  CREATE TRIGGER runs_account BEFORE UPDATE OF state ON system.runs
    FOR EACH ROW EXECUTE FUNCTION runs_account()`;

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protect } from './support/protection.js';

/** Requests that were sent with an Idempotency-Key, and their answers. */
export class CreateIdempotency1764000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        tenant_id uuid NOT NULL,
        lookup bytea NOT NULL,
        holder uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        fingerprint bytea NOT NULL,
        answer bytea,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, lookup),
        CONSTRAINT idempotency_keys_lookup_check CHECK (octet_length(lookup) = 32),
        CONSTRAINT idempotency_keys_fingerprint_check CHECK (octet_length(fingerprint) = 32)
      )`);
    await runner.query(`CREATE INDEX idempotency_keys_expires_idx ON idempotency_keys (tenant_id, expires_at)`);
    await protect(runner, 'idempotency_keys');
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO holdfast_app`);
    for (const { signature, definition } of FUNCTIONS) {
      await runner.query(definition);
      await runner.query(`REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`);
      await runner.query(`GRANT EXECUTE ON FUNCTION ${signature} TO holdfast_app`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { signature } of FUNCTIONS.toReversed()) await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query(`DROP TABLE idempotency_keys`);
  }
}

/** The functions run with their caller's rights, under row-level security. They set the tenant themselves, in one round trip. */
const AS_TENANT = `PERFORM set_config('app.tenant_id', p_tenant::text, true);`;

const CLAIM_SIGNATURE = 'idempotency_claim(uuid, bytea, uuid, bytea, integer)';

/**
 * Takes a place that is free or has expired, or returns what it holds. A place that is just being completed is locked, and an
 * insert would wait for it: so the function looks first and skips a locked one, since no request may wait here with a
 * connection. Each claim also deletes up to 8 expired places of the tenant, more than the one it adds, so they cannot pile up.
 */
const CLAIM = `
  CREATE FUNCTION idempotency_claim(
    p_tenant uuid, p_lookup bytea, p_holder uuid, p_fingerprint bytea, p_lease_ms integer
  ) RETURNS TABLE (claimed boolean, fingerprint bytea, answer bytea)
  LANGUAGE plpgsql SECURITY INVOKER SET enable_seqscan = off AS $$
  #variable_conflict use_column
  DECLARE
    v_lease_until timestamptz := clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0);
    v_claimed boolean;
  BEGIN
    ${AS_TENANT}
    PERFORM FROM public.idempotency_keys k WHERE k.tenant_id = p_tenant AND k.lookup = p_lookup;
    IF NOT FOUND THEN
      INSERT INTO public.idempotency_keys (tenant_id, lookup, holder, expires_at, fingerprint)
      VALUES (p_tenant, p_lookup, p_holder, v_lease_until, p_fingerprint)
      ON CONFLICT (tenant_id, lookup) DO NOTHING;
      v_claimed := FOUND;
    ELSE
      PERFORM FROM public.idempotency_keys k
        WHERE k.tenant_id = p_tenant AND k.lookup = p_lookup AND k.expires_at <= clock_timestamp()
          FOR UPDATE SKIP LOCKED;
      v_claimed := FOUND;
      IF v_claimed THEN
        UPDATE public.idempotency_keys k
           SET holder = p_holder, expires_at = v_lease_until, fingerprint = p_fingerprint, answer = NULL
         WHERE k.tenant_id = p_tenant AND k.lookup = p_lookup;
      END IF;
    END IF;

    IF v_claimed THEN
      DELETE FROM public.idempotency_keys k
       WHERE k.tenant_id = p_tenant AND k.lookup = ANY (ARRAY(
         SELECT e.lookup FROM public.idempotency_keys e
          WHERE e.tenant_id = p_tenant AND e.expires_at <= clock_timestamp()
          ORDER BY e.expires_at LIMIT 8 FOR UPDATE SKIP LOCKED));
      RETURN QUERY SELECT true, p_fingerprint, NULL::bytea;
    ELSE
      RETURN QUERY
      SELECT false, k.fingerprint, k.answer FROM public.idempotency_keys k
       WHERE k.tenant_id = p_tenant AND k.lookup = p_lookup AND k.expires_at > clock_timestamp();
    END IF;
  END $$`;

const RELEASE_SIGNATURE = 'idempotency_release(uuid, bytea, uuid)';

/** Frees a place whose work has failed; a place with an answer stays. */
const RELEASE = `
  CREATE FUNCTION idempotency_release(p_tenant uuid, p_lookup bytea, p_holder uuid)
  RETURNS void LANGUAGE plpgsql SECURITY INVOKER SET enable_seqscan = off AS $$
  BEGIN
    ${AS_TENANT}
    DELETE FROM public.idempotency_keys k
     WHERE k.tenant_id = p_tenant AND k.lookup = p_lookup AND k.holder = p_holder AND k.answer IS NULL;
  END $$`;

const FUNCTIONS = [
  { signature: CLAIM_SIGNATURE, definition: CLAIM },
  { signature: RELEASE_SIGNATURE, definition: RELEASE },
];

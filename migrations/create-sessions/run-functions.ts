/** Forces every join to be a look-up by key: a plan made while the tables were small must not scan them when they are large. */
export const KEYED = `SET search_path = pg_catalog, public, pg_temp
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

/** Any constant will do, as long as every version of Holdfast uses the same one, and no other lock does. */
export const CLAIM_LOCK = 4_861_523_908;

/** A claim that waited longer for its turn takes over no expired lease: its holder could not renew in that time either. */
const LONGEST_WAIT_MS = 500;

/** How many more runs than places a claim looks at: some may be locked by others at this moment. */
const SPARE = 8;

/** The first waiting run of each tenant: one look into the index per tenant, however many of its runs wait. */
const HEADS = `
  heads AS (
    (SELECT r.tenant_id, r.queued_at FROM system.runs r WHERE r.state = 'queued'
      ORDER BY r.tenant_id, r.queued_at, r.session_id LIMIT 1)
    UNION ALL
    SELECT n.tenant_id, n.queued_at
      FROM heads h
     CROSS JOIN LATERAL (SELECT r.tenant_id, r.queued_at FROM system.runs r
                          WHERE r.state = 'queued' AND r.tenant_id > h.tenant_id
                          ORDER BY r.tenant_id, r.queued_at, r.session_id LIMIT 1) n
  )`;

/**
 * Runs in the order in which they are due: first those whose lease has run out; then, place by place, the oldest run of the
 * tenant with the fewest claimed runs. The k-th waiting run of a tenant with n claimed ones is due at turn n + k. No more
 * tenants than places can get a run, so only that many (and some spare ones) are looked at.
 */
const DUE = `
  WITH RECURSIVE ${HEADS}, claimed AS MATERIALIZED (
    SELECT r.tenant_id, count(*) AS runs FROM system.runs r WHERE r.state = 'claimed' GROUP BY r.tenant_id
  ), tenants AS MATERIALIZED (
    SELECT h.tenant_id, coalesce(c.runs, 0) AS runs
      FROM heads h LEFT JOIN claimed c USING (tenant_id)
     ORDER BY 2, h.queued_at LIMIT p_places + ${SPARE}
  )
  SELECT d.session_id, d.tenant_id FROM (
    (SELECT r.session_id, r.tenant_id, 0 AS turn, r.lease_until AS since
       FROM system.runs r WHERE r.state = 'claimed' AND r.lease_until < v_now AND v_expired)
    UNION ALL
    SELECT q.session_id, t.tenant_id, t.runs + row_number() OVER (PARTITION BY t.tenant_id ORDER BY q.queued_at, q.session_id),
           q.queued_at
      FROM tenants t
     CROSS JOIN LATERAL (SELECT r.session_id, r.queued_at FROM system.runs r
                          WHERE r.state = 'queued' AND r.tenant_id = t.tenant_id
                          ORDER BY r.queued_at, r.session_id LIMIT p_places + ${SPARE}) q
  ) d
  ORDER BY d.turn, d.since, d.session_id`;

const CLAIM_SIGNATURE = 'run_claim(uuid, integer, integer, boolean)';

/**
 * Gives a worker up to `p_places` runs. Claims take turns, so that shares are exact. It locks a session before its run, as
 * session_append does, and waits for no lock: it skips rows that another transaction holds. A lease that ran out without an
 * append is a stall; a run that was handed back is not. A worker that was itself cut off from the database a moment ago takes no
 * expired leases (p_expired): their holders were cut off too, and renew them now.
 */
const CLAIM = `
  CREATE FUNCTION run_claim(p_worker uuid, p_places integer, p_lease_ms integer, p_expired boolean)
  RETURNS TABLE (session_id uuid, tenant_id uuid, fence integer, stalls integer, last_sequence integer, wanted text, running_ms double precision)
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  #variable_conflict use_column
  DECLARE
    v_now timestamptz := clock_timestamp();
    v_left integer := p_places;
    v_expired boolean;
    v_due record;
    v_session record;
  BEGIN
    IF NOT EXISTS (SELECT FROM system.runs r WHERE r.state = 'queued')
       AND NOT EXISTS (SELECT FROM system.runs r WHERE r.state = 'claimed' AND r.lease_until < v_now) THEN
      RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(${CLAIM_LOCK});
    v_now := clock_timestamp();
    v_expired := p_expired AND v_now - statement_timestamp() < interval '${LONGEST_WAIT_MS} ms';

    FOR v_due IN ${DUE} LOOP
      EXIT WHEN v_left < 1;
      SELECT s.status INTO v_session FROM public.sessions s
       WHERE s.tenant_id = v_due.tenant_id AND s.id = v_due.session_id
         FOR NO KEY UPDATE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND;
      PERFORM FROM system.runs r
       WHERE r.session_id = v_due.session_id
         AND (r.state = 'queued' OR r.state = 'claimed' AND r.lease_until < v_now)
         FOR NO KEY UPDATE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND OR v_session.status NOT IN ('queued', 'running');

      UPDATE public.sessions s
         SET status = 'running', fence = s.fence + 1, started_at = coalesce(s.started_at, v_now)
       WHERE s.tenant_id = v_due.tenant_id AND s.id = v_due.session_id
      RETURNING s.fence, s.last_sequence, s.wanted INTO fence, last_sequence, wanted;
      UPDATE system.runs r
         SET state = 'claimed', worker = p_worker, lease_until = v_now + make_interval(secs => p_lease_ms / 1000.0),
             attempt_started_at = coalesce(r.attempt_started_at, v_now), claimed_sequence = run_claim.last_sequence,
             stalls = CASE WHEN r.claimed_sequence IS NULL THEN r.stalls
                           WHEN r.claimed_sequence = run_claim.last_sequence THEN r.stalls + 1
                           ELSE 0 END
       WHERE r.session_id = v_due.session_id
      RETURNING r.session_id, r.tenant_id, r.stalls, extract(epoch FROM v_now - r.attempt_started_at) * 1000
           INTO session_id, tenant_id, stalls, running_ms;
      v_left := v_left - 1;
      RETURN NEXT;
    END LOOP;
  END $$`;

const RENEW_SIGNATURE = 'run_renew(uuid, uuid[], integer[], integer)';

/**
 * Renews the runs that a worker knows it holds, even after their lease ran out if no worker has taken them, and returns what is
 * wanted of them. A run that it does not name expires: a claim whose answer was lost, a run that broke. It does not wait for a
 * run that is being ended at this moment.
 */
const RENEW = `
  CREATE FUNCTION run_renew(p_worker uuid, p_sessions uuid[], p_fences integer[], p_lease_ms integer)
  RETURNS TABLE (session_id uuid, fence integer, wanted text)
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  #variable_conflict use_column
  BEGIN
    RETURN QUERY
    WITH held AS MATERIALIZED (
      SELECT s.tenant_id, s.id, s.fence, s.wanted
        FROM unnest(p_sessions, p_fences) AS k (session_id, fence)
        JOIN system.runs r ON r.session_id = k.session_id AND r.state = 'claimed' AND r.worker = p_worker
        JOIN public.sessions s ON s.tenant_id = r.tenant_id AND s.id = r.session_id AND s.fence = k.fence
    ), free AS MATERIALIZED (
      SELECT r.session_id FROM held h JOIN system.runs r ON r.session_id = h.id
       WHERE r.state = 'claimed' AND r.worker = p_worker
       ORDER BY r.session_id FOR NO KEY UPDATE OF r SKIP LOCKED
    ), renewed AS (
      UPDATE system.runs r SET lease_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
        FROM free f WHERE r.session_id = f.session_id
    )
    SELECT h.id, h.fence, h.wanted FROM held h;
  END $$`;

const RELEASE_SIGNATURE = 'run_release(uuid, uuid[], integer[])';

/** Puts runs of a worker back to their old place in the queue, where other workers see them at once. */
const RELEASE = `
  CREATE FUNCTION run_release(p_worker uuid, p_sessions uuid[], p_fences integer[]) RETURNS SETOF uuid
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  BEGIN
    RETURN QUERY
    WITH held AS MATERIALIZED (
      SELECT r.session_id FROM system.runs r
        JOIN unnest(p_sessions, p_fences) AS k (session_id, fence) ON k.session_id = r.session_id
        JOIN public.sessions s ON s.tenant_id = r.tenant_id AND s.id = r.session_id AND s.fence = k.fence
       WHERE r.state = 'claimed' AND r.worker = p_worker
       ORDER BY r.session_id FOR NO KEY UPDATE OF r
    )
    UPDATE system.runs r
       SET state = 'queued', worker = NULL, lease_until = NULL, claimed_sequence = NULL,
           stalls = CASE WHEN s.last_sequence = r.claimed_sequence THEN r.stalls ELSE 0 END
      FROM held h, public.sessions s
     WHERE r.session_id = h.session_id AND r.state = 'claimed' AND r.worker = p_worker
       AND s.tenant_id = r.tenant_id AND s.id = r.session_id
    RETURNING r.session_id;
    IF FOUND THEN
      PERFORM pg_notify('holdfast_runs', '');
    END IF;
  END $$`;

export const RUN_FUNCTIONS = [
  { signature: CLAIM_SIGNATURE, definition: CLAIM },
  { signature: RENEW_SIGNATURE, definition: RENEW },
  { signature: RELEASE_SIGNATURE, definition: RELEASE },
];

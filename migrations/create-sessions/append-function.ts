/** Forces look-ups by key: a plan made while the tables were small must not scan them when they are large. */
const KEYED = `SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

/** The columns that every append changes. */
const ADDED = `
             last_sequence = s.last_sequence + v_write.events, digest = decode(v_write.digest, 'hex'),
             calls = s.calls + v_write.calls, input_tokens = s.input_tokens + v_write.input_tokens,
             output_tokens = s.output_tokens + v_write.output_tokens,
             stage = coalesce(v_write.stage, s.stage), round = coalesce(v_write.round, s.round)`;

const STILL_OWN = `s.tenant_id = v_write.tenant AND s.id = v_write.session
             AND s.fence = v_write.fence AND s.last_sequence = v_write.base`;

/** How long a group of writes waits for one session's lock, since many callers wait for the group. Then each write goes alone. */
const GROUP_LOCK_MS = 100;

const APPEND_SIGNATURE = 'session_append(json, json, boolean)';

/**
 * Adds to the logs of sessions, of any tenants, all that follows from answers: for each session its events, the calls that they
 * hold, its status, stage and round, the results of its seats, the actions that it plans, and the ending of its unit of quota. It
 * writes to a session only if the fence is the writer's and the log still ends where the writer thinks; otherwise it refuses that
 * one alone. A session that is to be cancelled takes no other ending and no pause. A null status, stage or round leaves that part
 * as it is. A write that ends or pauses a session takes it from its worker; one from failed to queued begins another attempt.
 * While the status stays, the update sets no column that the trigger looks at: that would cost a fifth of the whole. It takes the
 * locks of quotas last, after those of all sessions, or groups of two workers could wait for each other.
 */
const APPEND = `
  CREATE FUNCTION session_append(p_writes json, p_events json, p_patient boolean)
  RETURNS TABLE (n integer, outcome text, wanted text)
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  #variable_conflict use_column
  DECLARE
    v_write record;
    v_session record;
    v_tenants uuid[];
    v_sessions uuid[];
    v_unit_tenants uuid[];
    v_unit_sessions uuid[];
    v_units json[];
  BEGIN
    IF NOT p_patient THEN
      PERFORM set_config('lock_timeout', '${GROUP_LOCK_MS}', true);
    END IF;
    FOR v_write IN SELECT * FROM json_to_recordset(p_writes) AS w (
      n integer, tenant uuid, session uuid, fence integer, base integer, events integer, digest text,
      calls integer, input_tokens bigint, output_tokens bigint, stage text, round integer,
      status text, at timestamptz, recoverable boolean, failure_code text, failure_detail text,
      seats json, actions json, unit json
    ) LOOP
      n := v_write.n;
      outcome := 'appended';
      wanted := NULL;
      IF v_write.status IS NULL THEN
        UPDATE public.sessions s
           SET ${ADDED}
         WHERE ${STILL_OWN}
        RETURNING s.wanted INTO wanted;
      ELSE
        UPDATE public.sessions s
           SET ${ADDED}, status = v_write.status, wanted = NULL,
               attempt = s.attempt + CASE WHEN v_write.status = 'queued' AND s.status = 'failed' THEN 1 ELSE 0 END,
               recoverable = coalesce(v_write.recoverable, false), failure_code = v_write.failure_code,
               failure_detail = v_write.failure_detail,
               finished_at = CASE WHEN v_write.status IN ('completed', 'failed', 'cancelled') THEN v_write.at END
         WHERE ${STILL_OWN} AND (s.wanted IS DISTINCT FROM 'cancel' OR v_write.status = 'cancelled');
      END IF;

      IF NOT FOUND THEN
        SELECT s.fence, s.last_sequence, s.wanted INTO v_session
          FROM public.sessions s WHERE s.tenant_id = v_write.tenant AND s.id = v_write.session;
        wanted := v_session.wanted;
        outcome := CASE WHEN v_session.fence IS DISTINCT FROM v_write.fence THEN 'fenced'
                        WHEN v_session.last_sequence <> v_write.base THEN 'moved'
                        ELSE 'cancel_wanted' END;
        RETURN NEXT;
        CONTINUE;
      END IF;
      v_tenants[n] := v_write.tenant;
      v_sessions[n] := v_write.session;

      IF v_write.seats IS NOT NULL THEN
        INSERT INTO public.session_seats (tenant_id, session_id, seat, persona, model, mean_rank, votes, won)
        SELECT v_write.tenant, v_write.session, e.seat, e.persona, e.model, e.mean_rank, e.votes, e.won
          FROM json_to_recordset(v_write.seats)
               AS e (seat text, persona text, model text, mean_rank numeric, votes integer, won boolean);
      END IF;
      IF v_write.actions IS NOT NULL THEN
        PERFORM actions_plan(v_write.tenant, v_write.session, v_write.actions);
      END IF;
      IF v_write.unit IS NOT NULL THEN
        v_unit_tenants := array_append(v_unit_tenants, v_write.tenant);
        v_unit_sessions := array_append(v_unit_sessions, v_write.session);
        v_units := array_append(v_units, v_write.unit);
      END IF;
      IF v_write.status IN ('paused', 'completed', 'failed', 'cancelled') THEN
        UPDATE system.runs r
           SET state = 'idle', queued_at = NULL, lease_until = NULL, attempt_started_at = NULL, worker = NULL,
               claimed_sequence = NULL, stalls = 0
         WHERE r.session_id = v_write.session AND r.tenant_id = v_write.tenant;
      END IF;
      RETURN NEXT;
    END LOOP;

    INSERT INTO public.session_events
      (tenant_id, session_id, created_at, sequence, attempts, input_tokens, output_tokens, event_version, type, data, call_key,
       provider, model)
    SELECT v_tenants[e.n], v_sessions[e.n], e.at, e.sequence, e.attempts, e.input_tokens, e.output_tokens, e.event_version, e.type,
           e.data, e.call_key, e.provider, e.model
      FROM json_to_recordset(p_events) AS e (
        n integer, at timestamptz, sequence integer, event_version smallint, type text, data text,
        call_key text, provider text, model text, attempts integer, input_tokens integer, output_tokens integer)
     WHERE v_tenants[e.n] IS NOT NULL;

    IF v_units IS NOT NULL THEN
      PERFORM usage_end_holds(v_unit_tenants, v_unit_sessions, v_units);
    END IF;
  END $$`;

/** Functions across tenants: they belong to holdfast_writer, and add texts without being able to read any. */
export const LOG_FUNCTIONS = [{ signature: APPEND_SIGNATURE, definition: APPEND }];

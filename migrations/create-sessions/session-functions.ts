/**
 * Functions that read texts run with their caller's rights, under row-level security. They set the tenant themselves, for their
 * transaction, so a call outside an open transaction needs only one round trip.
 */
const AS_TENANT = `PERFORM set_config('app.tenant_id', p_tenant::text, true);`;

const EVENTS_SIGNATURE = 'session_events_after(uuid, uuid, integer, integer)';

const EVENTS = `
  CREATE FUNCTION session_events_after(p_tenant uuid, p_session uuid, p_after integer, p_limit integer)
  RETURNS TABLE (sequence integer, type text, data text, event_version smallint, at double precision)
  LANGUAGE plpgsql SECURITY INVOKER SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  #variable_conflict use_column
  BEGIN
    ${AS_TENANT}
    RETURN QUERY
    SELECT e.sequence, e.type, e.data, e.event_version, date_part('epoch', e.created_at) FROM public.session_events e
     WHERE e.tenant_id = p_tenant AND e.session_id = p_session AND e.sequence > p_after
     ORDER BY e.sequence LIMIT p_limit;
  END $$`;

const HEAD_SIGNATURE = 'session_head(uuid, uuid)';

/** The state of a session that a writer of its log needs. */
const HEAD = `
  CREATE FUNCTION session_head(p_tenant uuid, p_session uuid)
  RETURNS TABLE (status text, epoch text, attempt integer, last_sequence integer, digest bytea, fence integer, wanted text)
  LANGUAGE plpgsql SECURITY INVOKER SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  #variable_conflict use_column
  BEGIN
    ${AS_TENANT}
    RETURN QUERY
    SELECT s.status, s.epoch, s.attempt, s.last_sequence, s.digest, s.fence, s.wanted
      FROM public.sessions s WHERE s.tenant_id = p_tenant AND s.id = p_session;
  END $$`;

const OPEN_SIGNATURE = 'session_open(uuid, uuid)';

/** What a worker needs to know of a session beside its log: each claim returns it. */
const OPEN = `
  CREATE FUNCTION session_open(p_tenant uuid, p_session uuid) RETURNS json
  LANGUAGE plpgsql SECURITY INVOKER SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  BEGIN
    ${AS_TENANT}
    RETURN (
      SELECT json_build_object('last_sequence', s.last_sequence, 'digest', encode(s.digest, 'hex'),
               'project_id', s.project_id, 'goal', s.goal, 'context', s.context, 'constraints', s.constraints, 'spec', s.spec)
        FROM public.sessions s WHERE s.tenant_id = p_tenant AND s.id = p_session);
  END $$`;

const CREATE_SIGNATURE = 'session_create(uuid, json, json, json)';

/**
 * Makes a session. With a unit of its quota (p_unit) it also queues the session; with a place (p_place) it also keeps the answer
 * to the request there. All of it or nothing: the result says why. It checks what may be refused before it writes anything, and
 * takes the quota's lock last, which all of the tenant's requests share.
 */
const CREATE = `
  CREATE FUNCTION session_create(p_tenant uuid, p_session json, p_unit json, p_place json) RETURNS text
  LANGUAGE plpgsql SECURITY INVOKER SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  DECLARE
    v_session record;
    v_unit record;
    v_place record;
  BEGIN
    ${AS_TENANT}
    SELECT * INTO v_session FROM json_to_record(p_session) AS s (
      id uuid, project_id uuid, action_id uuid, created_at timestamptz, digest text, status text, epoch text, title text,
      goal text, context text, constraints jsonb, spec jsonb);
    IF v_session.project_id IS NOT NULL THEN
      PERFORM FROM public.projects p WHERE p.tenant_id = p_tenant AND p.id = v_session.project_id;
      IF NOT FOUND THEN
        RETURN 'no_project';
      END IF;
    END IF;
    IF p_place IS NOT NULL THEN
      SELECT decode(p.lookup, 'hex') AS lookup, p.holder, decode(p.answer, 'hex') AS answer, p.retention_ms INTO v_place
        FROM json_to_record(p_place) AS p (lookup text, holder uuid, answer text, retention_ms float8);
      PERFORM FROM public.idempotency_keys k
        WHERE k.tenant_id = p_tenant AND k.lookup = v_place.lookup AND k.holder = v_place.holder FOR UPDATE;
      IF NOT FOUND THEN
        RETURN 'place_lost';
      END IF;
    END IF;
    IF p_unit IS NOT NULL THEN
      SELECT * INTO v_unit FROM json_to_record(p_unit) AS u (feature text, period date, ttl_seconds integer);
      IF (public.usage_reserve(ARRAY[p_tenant], ARRAY[v_unit.feature], ARRAY[v_unit.period], ARRAY[v_session.id],
                                   ARRAY[v_unit.ttl_seconds]))[1] < 0 THEN
        RETURN 'quota_exceeded';
      END IF;
    END IF;

    INSERT INTO public.sessions
      (tenant_id, id, project_id, action_id, created_at, digest, status, epoch, title, goal, context, constraints, spec)
    VALUES (p_tenant, v_session.id, v_session.project_id, v_session.action_id, v_session.created_at,
            decode(v_session.digest, 'hex'), v_session.status, v_session.epoch, v_session.title, v_session.goal,
            v_session.context, v_session.constraints, v_session.spec);
    IF p_unit IS NOT NULL THEN
      INSERT INTO system.runs (session_id, tenant_id, state, queued_at)
      VALUES (v_session.id, p_tenant, 'queued', clock_timestamp());
    END IF;
    IF p_place IS NOT NULL THEN
      UPDATE public.idempotency_keys k
         SET answer = v_place.answer, expires_at = clock_timestamp() + make_interval(secs => v_place.retention_ms / 1000)
       WHERE k.tenant_id = p_tenant AND k.lookup = v_place.lookup;
    END IF;
    RETURN 'created';
  END $$`;

export const SESSION_FUNCTIONS = [
  { signature: EVENTS_SIGNATURE, definition: EVENTS },
  { signature: HEAD_SIGNATURE, definition: HEAD },
  { signature: OPEN_SIGNATURE, definition: OPEN },
  { signature: CREATE_SIGNATURE, definition: CREATE },
];

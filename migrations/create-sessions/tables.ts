/** Which worker holds which session. No user text and no RLS: workers find runs of all tenants here. */
export const RUNS = [
  `CREATE TABLE system.runs (
     session_id uuid CONSTRAINT runs_pkey PRIMARY KEY,
     tenant_id uuid NOT NULL,
     queued_at timestamptz,
     lease_until timestamptz,
     attempt_started_at timestamptz,
     worker uuid,
     claimed_sequence integer,
     stalls integer NOT NULL DEFAULT 0,
     state text NOT NULL,
     CONSTRAINT runs_state_check CHECK (CASE state
       WHEN 'idle' THEN num_nonnulls(queued_at, lease_until, attempt_started_at, worker, claimed_sequence) = 0
       WHEN 'queued' THEN queued_at IS NOT NULL AND num_nonnulls(lease_until, worker, claimed_sequence) = 0
       WHEN 'claimed' THEN num_nulls(queued_at, lease_until, attempt_started_at, worker, claimed_sequence) = 0
       ELSE false END),
     CONSTRAINT runs_stalls_check CHECK (stalls >= 0)
   )`,
  `CREATE INDEX runs_queued_idx ON system.runs (tenant_id, queued_at, session_id) WHERE state = 'queued'`,
  // A worker renews its own runs every few seconds; a claim counts runs per tenant from the same index.
  `CREATE INDEX runs_claimed_idx ON system.runs (worker, tenant_id) WHERE state = 'claimed'`,
  // Leases are renewed in place (HOT).
  `ALTER TABLE system.runs SET (fillfactor = 70)`,
];

/** Columns that change with each append stand together, before the texts: the WAL then holds only that part of a row. */
export const SESSIONS = [
  `CREATE TABLE sessions (
     tenant_id uuid NOT NULL,
     id uuid NOT NULL,
     project_id uuid,
     action_id uuid,
     created_at timestamptz NOT NULL DEFAULT now(),
     started_at timestamptz,
     finished_at timestamptz,
     input_tokens bigint NOT NULL DEFAULT 0,
     output_tokens bigint NOT NULL DEFAULT 0,
     calls integer NOT NULL DEFAULT 0,
     fence integer NOT NULL DEFAULT 0,
     last_sequence integer NOT NULL DEFAULT 0,
     round integer NOT NULL DEFAULT 0,
     attempt integer NOT NULL DEFAULT 1,
     recoverable boolean NOT NULL DEFAULT false,
     digest bytea NOT NULL,
     status text NOT NULL,
     stage text,
     wanted text,
     failure_code text,
     failure_detail text,
     epoch text NOT NULL,
     title text NOT NULL,
     goal text NOT NULL,
     context text,
     constraints jsonb NOT NULL,
     spec jsonb NOT NULL,
     CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id),
     CONSTRAINT sessions_status_check
       CHECK (status IN ('created', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled'))
   )`,
  `CREATE INDEX sessions_status_idx ON sessions (tenant_id, status, id)`,
  // A row changes with every event of its log: room on each page keeps that off the indexes (HOT).
  `ALTER TABLE sessions SET (fillfactor = 70)`,
];

/**
 * The state machine of contract.md, and the columns that must agree with the state. A claimed run is running, so a session that
 * fails was running before. A trigger on just these columns checks it: a CHECK on every update would cost as much as the rest of
 * an append.
 */
export const TRANSITION = [
  `CREATE FUNCTION sessions_transition() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
   DECLARE
     v_allowed boolean := NEW.status IN ('created', 'queued');
   BEGIN
     IF TG_OP = 'UPDATE' THEN
       v_allowed := NEW.status = OLD.status OR (OLD.status, NEW.status) IN (
         ('created', 'queued'), ('queued', 'running'), ('running', 'paused'), ('paused', 'running'),
         ('running', 'completed'), ('running', 'failed'), ('failed', 'queued'),
         ('created', 'cancelled'), ('queued', 'cancelled'), ('running', 'cancelled'), ('paused', 'cancelled'));
     END IF;
     IF NOT v_allowed THEN
       RAISE EXCEPTION 'a session cannot become %', NEW.status USING ERRCODE = 'HF409';
     END IF;
     IF (NEW.status IN ('completed', 'failed', 'cancelled')) <> (NEW.finished_at IS NOT NULL)
        OR (NEW.status = 'failed') <> (NEW.failure_code IS NOT NULL)
        OR NEW.failure_code NOT IN
             ('quorum_lost', 'providers_failed', 'time_limit', 'stalled', 'poisoned', 'content_filtered')
        OR NEW.status <> 'failed' AND (NEW.recoverable OR NEW.failure_detail IS NOT NULL)
        OR NEW.wanted IS NOT NULL AND (NEW.status <> 'running' OR NEW.wanted NOT IN ('pause', 'cancel'))
        OR octet_length(NEW.digest) <> 32 OR octet_length(NEW.epoch) <> 8 THEN
       RAISE EXCEPTION 'a session that is % cannot look like this', NEW.status USING ERRCODE = 'check_violation';
     END IF;
     RETURN NEW;
   END $$`,
  `REVOKE ALL ON FUNCTION sessions_transition() FROM PUBLIC`,
  `CREATE TRIGGER sessions_transition
     BEFORE INSERT OR UPDATE OF status, finished_at, failure_code, failure_detail, recoverable, wanted, epoch ON sessions
     FOR EACH ROW EXECUTE FUNCTION sessions_transition()`,
];

/**
 * Columns in an order that leaves no padding: these rows are most of the stored data. `data` is an event's content; the reader
 * makes the rest of its line in the stream from the other columns. An event with the answer of a call also holds the facts of
 * that call.
 */
export const LOG_TABLES = [
  `CREATE TABLE session_events (
     tenant_id uuid NOT NULL,
     session_id uuid NOT NULL,
     created_at timestamptz NOT NULL,
     sequence integer NOT NULL,
     attempts integer,
     input_tokens integer,
     output_tokens integer,
     event_version smallint NOT NULL,
     type text NOT NULL,
     data text NOT NULL,
     call_key text,
     provider text,
     model text,
     CONSTRAINT session_events_pkey PRIMARY KEY (tenant_id, session_id, sequence),
     CONSTRAINT session_events_call_check CHECK (num_nulls(call_key, provider, model, attempts, input_tokens, output_tokens) IN (0, 6))
   )`,
  // No call is answered twice.
  `CREATE UNIQUE INDEX session_events_call_idx ON session_events (tenant_id, session_id, call_key) WHERE call_key IS NOT NULL`,
  `CREATE TABLE session_seats (
     tenant_id uuid NOT NULL,
     session_id uuid NOT NULL,
     seat text NOT NULL,
     persona text NOT NULL,
     model text NOT NULL,
     mean_rank numeric,
     votes integer NOT NULL,
     won boolean NOT NULL,
     CONSTRAINT session_seats_pkey PRIMARY KEY (tenant_id, session_id, seat)
   )`,
];

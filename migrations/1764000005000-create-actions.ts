import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownByWriter, protect } from './support/protection.js';

const TENANT_TABLES = ['projects', 'actions'];

/** Projects, and the actions that sessions plan. Sessions are named without foreign keys: they lie in a feature above. */
export class CreateActions1764000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...TRANSITION]) await runner.query(statement);
    for (const table of TENANT_TABLES) await protect(runner, table);
    await runner.query(`GRANT SELECT, INSERT ON projects TO holdfast_app`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON actions TO holdfast_app`);
    await runner.query(`GRANT INSERT ON actions TO holdfast_writer`);
    await runner.query(PLAN);
    // Its one caller is session_append, which belongs to the same role.
    await runner.query(`REVOKE ALL ON FUNCTION ${PLAN_SIGNATURE} FROM PUBLIC`);
    await ownByWriter(runner, PLAN_SIGNATURE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${PLAN_SIGNATURE}`);
    await runner.query(`DROP TABLE ${TENANT_TABLES.toReversed().join(', ')}`);
    await runner.query(`DROP FUNCTION actions_transition()`);
  }
}

/** Each filter has its index, which ends with the order of the list. */
const TABLES = [
  `CREATE TABLE projects (
     tenant_id uuid NOT NULL,
     id uuid NOT NULL,
     name text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT projects_pkey PRIMARY KEY (tenant_id, id)
   )`,
  `CREATE TABLE actions (
     tenant_id uuid NOT NULL,
     id uuid NOT NULL,
     session_id uuid NOT NULL,
     project_id uuid,
     key text NOT NULL,
     title text NOT NULL,
     detail text NOT NULL,
     status text NOT NULL DEFAULT 'todo',
     position integer NOT NULL,
     depends_on uuid[] NOT NULL,
     estimate_minutes integer NOT NULL,
     owner_role text NOT NULL,
     first_step text NOT NULL,
     replan_session_id uuid,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT actions_pkey PRIMARY KEY (tenant_id, id),
     CONSTRAINT actions_project_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
     CONSTRAINT actions_status_check CHECK (status IN ('todo', 'in_progress', 'blocked', 'in_review', 'done',
                                                       'cancelled', 'failed', 'abandoned', 'replanned')),
     CONSTRAINT actions_replan_check CHECK ((status = 'replanned') = (replan_session_id IS NOT NULL)),
     CONSTRAINT actions_position_check CHECK (position > 0),
     CONSTRAINT actions_estimate_check CHECK (estimate_minutes > 0)
   )`,
  `CREATE UNIQUE INDEX actions_key_idx ON actions (tenant_id, session_id, key)`,
  `CREATE INDEX actions_session_idx ON actions (tenant_id, session_id, position, id)`,
  `CREATE INDEX actions_project_idx ON actions (tenant_id, project_id, session_id, position, id) WHERE project_id IS NOT NULL`,
  `CREATE INDEX actions_status_idx ON actions (tenant_id, status, session_id, position, id)`,
];

/** The state machine of contract.md. A replanned action keeps its session, so that there is never a second one. */
const TRANSITION = [
  `CREATE FUNCTION actions_transition() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
   BEGIN
     IF TG_OP = 'UPDATE' AND NEW.status = ANY (CASE OLD.status
       WHEN 'todo' THEN ARRAY['in_progress', 'blocked', 'cancelled', 'abandoned']
       WHEN 'in_progress' THEN ARRAY['todo', 'blocked', 'in_review', 'done', 'cancelled', 'failed', 'abandoned']
       WHEN 'blocked' THEN ARRAY['todo', 'in_progress', 'cancelled', 'failed', 'abandoned', 'replanned']
       WHEN 'in_review' THEN ARRAY['in_progress', 'done', 'cancelled', 'failed']
       WHEN 'failed' THEN ARRAY['replanned']
       WHEN 'abandoned' THEN ARRAY['replanned']
       ELSE ARRAY[]::text[] END) THEN
       RETURN NEW;
     END IF;
     RAISE EXCEPTION 'an action cannot become %', NEW.status USING ERRCODE = 'HF409';
   END $$`,
  `REVOKE ALL ON FUNCTION actions_transition() FROM PUBLIC`,
  `CREATE TRIGGER actions_transition BEFORE UPDATE OF status, replan_session_id ON actions FOR EACH ROW
     WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.replan_session_id IS DISTINCT FROM NEW.replan_session_id)
     EXECUTE FUNCTION actions_transition()`,
  `CREATE TRIGGER actions_beginning BEFORE INSERT ON actions FOR EACH ROW
     WHEN (NEW.status <> 'todo') EXECUTE FUNCTION actions_transition()`,
];

const PLAN_SIGNATURE = 'actions_plan(uuid, uuid, json)';

/** Writes the actions of a session, once: session_append calls it when it logs the plan, for sessions of any tenants. */
const PLAN = `
  CREATE FUNCTION actions_plan(p_tenant uuid, p_session uuid, p_actions json) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    INSERT INTO public.actions (tenant_id, id, session_id, project_id, key, title, detail, position, depends_on, estimate_minutes,
                                owner_role, first_step)
    SELECT p_tenant, a.id, p_session, a.project_id, a.key, a.title, a.detail, a.position, a.depends_on, a.estimate_minutes,
           a.owner_role, a.first_step
      FROM json_to_recordset(p_actions) AS a (
        id uuid, project_id uuid, key text, title text, detail text, position integer, depends_on uuid[],
        estimate_minutes integer, owner_role text, first_step text);
  END $$`;

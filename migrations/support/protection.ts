import type { QueryRunner } from 'typeorm';

/** A tenant sees only its own rows; without a tenant no row is visible. On a reused connection the setting is '', not NULL. */
export async function protect(runner: QueryRunner, table: string): Promise<void> {
  const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid`;
  await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  await runner.query(`CREATE POLICY ${table}_tenant ON ${table} TO holdfast_app USING (${own}) WITH CHECK (${own})`);
  await runner.query(`CREATE POLICY ${table}_writer ON ${table} TO holdfast_writer USING (true) WITH CHECK (true)`);
}

/**
 * Gives a function to holdfast_writer. For that one statement, an owner that is no superuser must be able to become the role
 * (a membership, which since Postgres 16 may lack just that), and the role must be able to create in the schema; both rights
 * are taken back.
 */
export async function ownByWriter(runner: QueryRunner, signature: string): Promise<void> {
  const [who] = (await runner.query(
    `SELECT quote_ident(current_user) AS name,
            pg_has_role(current_user, 'holdfast_writer',
                        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS able`,
  )) as { name: string; able: boolean }[];
  if (!who) throw new Error('current_user is unknown');
  if (!who.able) await runner.query(`GRANT holdfast_writer TO ${who.name}`);
  await runner.query(`GRANT CREATE ON SCHEMA public TO holdfast_writer`);
  await runner.query(`ALTER FUNCTION ${signature} OWNER TO holdfast_writer`);
  await runner.query(`REVOKE CREATE ON SCHEMA public FROM holdfast_writer`);
  if (!who.able) await runner.query(`REVOKE holdfast_writer FROM ${who.name}`);
}

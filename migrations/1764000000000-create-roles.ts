import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * holdfast_app is the role of pooled connections: it reads and writes rows under row-level security, and changes no
 * schema. holdfast_writer owns the functions that write for many tenants at once; no login can become it.
 * Roles belong to the whole cluster, so another database of ours may have made them already, or may still need them.
 */
export class CreateRoles1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const role of ['holdfast_app', 'holdfast_writer']) {
      await runner.query(`
        DO $$ BEGIN
          CREATE ROLE ${role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$`);
    }
    // Since Postgres 16 the creator of a role is a member of it, but cannot SET ROLE to it without a further grant.
    await runner.query(`
      DO $$ BEGIN
        IF NOT pg_has_role(current_user, 'holdfast_app',
                           CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
          EXECUTE format('GRANT holdfast_app TO %I', current_user);
        END IF;
      END $$`);
    await runner.query(`CREATE SCHEMA IF NOT EXISTS system`);
    await runner.query(`REVOKE ALL ON SCHEMA public FROM PUBLIC`);
    await runner.query(`GRANT USAGE ON SCHEMA public, system TO holdfast_app, holdfast_writer`);
    await runner.query(`GRANT SELECT ON system.migrations TO holdfast_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`REVOKE ALL ON system.migrations FROM holdfast_app`);
    await runner.query(`REVOKE ALL ON SCHEMA public, system FROM holdfast_app, holdfast_writer`);
    await runner.query(`GRANT USAGE ON SCHEMA public TO PUBLIC`);
    for (const role of ['holdfast_app', 'holdfast_writer']) {
      await runner.query(`
        DO $$ BEGIN
          DROP ROLE ${role};
        EXCEPTION WHEN dependent_objects_still_exist OR undefined_object OR insufficient_privilege THEN NULL;
        END $$`);
    }
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tenants, their members and keys, and the secrets of the installation: schema `system`, no user text, no RLS. */
export class CreateTenancy1764000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE system.tenants (
        id uuid CONSTRAINT tenants_pkey PRIMARY KEY,
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE system.api_keys (
        id uuid CONSTRAINT api_keys_pkey PRIMARY KEY,
        tenant_id uuid NOT NULL CONSTRAINT api_keys_tenant_fkey REFERENCES system.tenants (id),
        name text NOT NULL,
        scopes text[] NOT NULL,
        token_hash bytea NOT NULL,
        opaque boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        revoked_at timestamptz,
        CONSTRAINT api_keys_scopes_check
          CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['platform:admin', 'tenant:admin', 'member']),
        CONSTRAINT api_keys_token_hash_check CHECK (octet_length(token_hash) = 32)
      )`);
    await runner.query(`CREATE INDEX api_keys_tenant_idx ON system.api_keys (tenant_id, id)`);
    await runner.query(`
      CREATE TABLE system.members (
        tenant_id uuid NOT NULL CONSTRAINT members_tenant_fkey REFERENCES system.tenants (id),
        id uuid NOT NULL,
        email text NOT NULL,
        role text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT members_pkey PRIMARY KEY (tenant_id, id),
        CONSTRAINT members_role_check CHECK (role IN ('admin', 'member'))
      )`);
    await runner.query(`CREATE UNIQUE INDEX members_email_idx ON system.members (tenant_id, email)`);
    await runner.query(`
      CREATE TABLE system.secrets (
        name text CONSTRAINT secrets_pkey PRIMARY KEY,
        value bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(
      `GRANT SELECT, INSERT ON system.tenants, system.api_keys, system.members, system.secrets TO holdfast_app`,
    );
    await runner.query(`GRANT UPDATE (revoked_at) ON system.api_keys TO holdfast_app`);
    await runner.query(`GRANT DELETE ON system.members TO holdfast_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE system.secrets, system.members, system.api_keys, system.tenants`);
  }
}

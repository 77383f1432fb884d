import type { DataSource } from 'typeorm';
import { EXIT, StartupFault } from '../config/startup-fault.js';
import { WRITER_ROLE } from './connection-options.js';

/**
 * Refuses to serve where one tenant could see another: the role of the pooled connections must be bound by row-level
 * security, own nothing, and find it forced on every table of schema `public`.
 * @throws StartupFault that names each fault.
 */
export async function assertTenantsAreIsolated(app: DataSource): Promise<void> {
  const [role] = await app.query<{ name: string; super: boolean; bypass: boolean; writer: boolean }[]>(
    `SELECT rolname AS name, rolsuper AS super, rolbypassrls AS bypass,
            NOT rolsuper AND pg_has_role(rolname, '${WRITER_ROLE}', 'MEMBER') AS writer
       FROM pg_roles WHERE rolname = current_user`,
  );
  const open = await app.query<{ name: string; owned: boolean }[]>(
    `SELECT c.relname AS name, pg_has_role(current_user, c.relowner, 'USAGE') AS owned
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity OR pg_has_role(current_user, c.relowner, 'USAGE'))
      ORDER BY 1`,
  );
  const faults = [
    ...(role === undefined ? ['the role of the connection is unknown'] : []),
    ...(role?.super ? [`role ${role.name} is a superuser: row-level security does not bind it`] : []),
    ...(role?.bypass ? [`role ${role.name} has BYPASSRLS`] : []),
    ...(role?.writer ? [`role ${role.name} is a member of ${WRITER_ROLE}, which sees every tenant`] : []),
    ...open.map(({ name, owned }) =>
      owned
        ? `table public.${name} belongs to the application's role`
        : `table public.${name} lacks forced row-level security`,
    ),
  ];
  if (faults.length === 0) return;
  throw new StartupFault(
    `Tenants are not isolated in this database:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nUse a role without these rights in DATABASE_URL, and put nothing else into schema public.`,
    EXIT.config,
  );
}

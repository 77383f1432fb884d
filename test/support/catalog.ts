import type { TestDatabase } from './database.js';

/** All that a migration can make, as sorted text: what two schemas are compared by. */
export async function catalogOf(database: Pick<TestDatabase, 'query'>): Promise<string[]> {
  const rows = await database.query<{ line: string }>(CATALOG);
  return rows.map(({ line }) => line);
}

const SCHEMAS = `('public', 'system')`;

const CATALOG = `
  SELECT line FROM (
    SELECT format('schema %s %s', nspname, nspacl) AS line FROM pg_namespace WHERE nspname IN ${SCHEMAS}
    UNION ALL
    SELECT format('relation %s.%s %s %s %s %s %s', nspname, relname, relkind, relacl, relrowsecurity, relforcerowsecurity, reloptions)
      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ${SCHEMAS}
    UNION ALL
    SELECT format('column %s.%s.%s %s %s %s %s', attrelid::regclass, attname, attnum, format_type(atttypid, atttypmod), attnotnull, attacl,
                  pg_get_expr(d.adbin, d.adrelid))
      FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
      LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
     WHERE nspname IN ${SCHEMAS} AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid))
      FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace WHERE nspname IN ${SCHEMAS}
    UNION ALL
    SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname IN ${SCHEMAS}
    UNION ALL
    SELECT format('function %s %s %s %s', p.oid::regprocedure, pg_get_userbyid(proowner), proacl, pg_get_functiondef(p.oid))
      FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname IN ${SCHEMAS}
    UNION ALL
    SELECT format('trigger %s', pg_get_triggerdef(t.oid))
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace
     WHERE nspname IN ${SCHEMAS} AND NOT tgisinternal
    UNION ALL
    SELECT format('policy %s %s %s %s %s %s', schemaname, tablename, policyname, roles, qual, with_check) FROM pg_policies
  ) AS lines ORDER BY line`;

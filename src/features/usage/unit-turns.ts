/**
 * Work that begins while there is no limit takes no unit. It takes turns with a limit that is being set, since neither sees what
 * the other has not committed yet. Both take their turn before they lock any session, or they could deadlock, and keep it until
 * they commit. Any amount of work may begin at once.
 * @param tenant SQL of a UUID.
 * @param feature SQL of a text; where it is null, no turn is taken.
 */
export function turnToBegin(tenant: string, feature: string): string {
  return `pg_advisory_xact_lock_shared(${keyOf(tenant, feature)})`;
}

/** As {@link turnToBegin}, for the setting of a limit. */
export function turnToLimit(tenant: string, feature: string): string {
  return `pg_advisory_xact_lock(${keyOf(tenant, feature)})`;
}

function keyOf(tenant: string, feature: string): string {
  return `hashtextextended(${tenant} || '/' || ${feature}, 0)`;
}

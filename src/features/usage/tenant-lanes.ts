/**
 * A tenant's writes all go by one lane, so two lanes never wait for the same total. While one is on its way to the disk,
 * the other is being read from sockets.
 */
const LANES = 2;

/** Some of something for all tenants; each tenant always has the same one. */
export class TenantLanes<T> {
  readonly all: readonly T[];

  constructor(make: () => T) {
    this.all = Array.from({ length: LANES }, make);
  }

  /** @param tenantId UUID; the end of it is random. */
  of(tenantId: string): T {
    const lane = this.all[Number.parseInt(tenantId.slice(-4), 16) % LANES];
    if (lane === undefined) throw new Error('a tenant id is not a UUID');
    return lane;
  }
}

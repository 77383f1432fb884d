import { AppError } from '../../reliability/errors/app-error.js';
import type {
  ClaimOutcome,
  HeldPlace,
  IdempotencyStore,
  PlaceClaim,
} from '../../reliability/idempotency/idempotency.store.js';
import type { Database } from '../database.js';

const CLAIM = {
  name: 'idempotency_claim',
  text: `SELECT claimed, fingerprint, answer FROM idempotency_claim($1, $2, $3, $4, $5)`,
};

const COMPLETE = {
  text: `
    UPDATE public.idempotency_keys
       SET answer = $4, expires_at = clock_timestamp() + make_interval(secs => $5::float8 / 1000)
     WHERE tenant_id = $1 AND lookup = $2 AND holder = $3
    RETURNING true AS kept`,
};

const RELEASE = { name: 'idempotency_release', text: `SELECT idempotency_release($1, $2, $3)` };

/** The row that the claim function returns; there is none when the place changed hands while it looked. */
interface ClaimRow {
  claimed: boolean;
  fingerprint: Buffer;
  answer: Buffer | null;
}

/** Keeps requests in Postgres, each tenant's under its own row-level security. */
export class PostgresIdempotencyStore implements IdempotencyStore {
  constructor(private readonly database: Database) {}

  /** @throws AppError internal_error inside a transaction: other requests would wait for its end, each with a connection. */
  async claim({ tenantId, lookup, holder, fingerprint, leaseMs }: PlaceClaim): Promise<ClaimOutcome> {
    if (this.database.inTransaction) throw misused('a key is claimed before the transaction of its effect');
    const [row] = await this.database.query<ClaimRow>(CLAIM, [tenantId, lookup, holder, fingerprint, leaseMs]);
    return row?.claimed ? { claimed: true } : { claimed: false, kept: row };
  }

  async complete({ tenantId, lookup, holder }: HeldPlace, answer: Uint8Array, retentionMs: number): Promise<boolean> {
    if (!this.database.inTransaction) throw misused('an answer is kept in the transaction of its effect');
    const rows = await this.database.query(COMPLETE, [tenantId, lookup, holder, answer, retentionMs]);
    return rows.length > 0;
  }

  async release({ tenantId, lookup, holder }: HeldPlace): Promise<void> {
    await this.database.query(RELEASE, [tenantId, lookup, holder], { signal: null });
  }
}

function misused(rule: string): AppError {
  return new AppError('internal_error', { cause: new Error(rule) });
}

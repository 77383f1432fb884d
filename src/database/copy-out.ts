import type { Connection, Submittable } from 'pg';
import { CopyRow } from './copy-row.js';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads a query's rows as bytes, as they come: pg turns the rows of any other statement into strings first. */
export class CopyOut implements Submittable {
  private readonly settled = Promise.withResolvers<void>();
  private readonly row = new CopyRow();
  private hasBegun = false;
  private failure: { readonly error: unknown } | undefined;

  /** @param onRow is called with each row, and must read it before it returns. */
  constructor(
    private readonly query: string,
    private readonly onRow: (row: CopyRow) => void,
  ) {}

  /** Resolves when `onRow` has got all rows. @throws the server's error, or what `onRow` throws. */
  get done(): Promise<void> {
    return this.settled.promise;
  }

  // pg calls the methods below.

  submit(connection: Connection): void {
    connection.query(`COPY (${this.query}) TO STDOUT (FORMAT binary)`);
  }

  /** Each packet is one row. The header comes before the row in the first packet, or alone in it. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // An error that escaped from here would be thrown into the socket's `data` event, and never reach `done`.
    try {
      if (!this.failure && this.row.open(chunk, !this.hasBegun)) this.onRow(this.row);
    } catch (error) {
      this.failure = { error };
    }
    this.hasBegun = true;
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    if (this.failure) this.settled.reject(this.failure.error);
    else this.settled.resolve();
  }

  handleError(error: unknown): void {
    this.settled.reject(error);
  }
}

/**
 * A query with its values written into it, since COPY takes no parameters.
 * @throws Error when one is missing, or is neither a whole number nor a UUID.
 */
export function withValues(query: string, values: readonly (string | number)[]): string {
  return query.replaceAll(/\$(\d+)/g, (_, place: string) => literal(values[Number(place) - 1]));
}

function literal(value: string | number | undefined): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return `(${value})`;
  if (typeof value === 'string' && UUID.test(value)) return `'${value}'`;
  throw new Error('only whole numbers and UUIDs are written into a statement');
}

import pg from 'pg';

/** The name of the application's pooled connections; the tests' own, and those that listen, have others. */
const POOLED = 'holdfast';

/** Transaction control that commits nothing. */
const WITHIN = /^(START TRANSACTION|BEGIN|SAVEPOINT|RELEASE|ROLLBACK)/i;

interface Call {
  readonly text: string;
  /** Whether it ended a transaction: its own or an open one. */
  readonly commits: boolean;
  /** Rows that came back so far. */
  rows: number;
}

/**
 * Counts what the application asks of Postgres: each statement is a round trip. Taken at the client, because the server's own
 * counters tell neither at once nor of one application alone.
 */
export class StatementCount {
  private readonly calls: Call[] = [];
  private readonly open = new WeakSet<object>();
  private readonly original = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;

  private constructor() {
    const { original } = this;
    const sent = (client: object, given: unknown) => this.note(client, given);
    Reflect.set(pg.Client.prototype, 'query', function observed(this: object, ...args: unknown[]) {
      const call = isPooled(this) ? sent(this, args[0]) : undefined;
      const answer = original.apply(this, args);
      if (call && answer instanceof Promise)
        void answer.then(
          (result: unknown) => (call.rows = rowsOf(result)),
          () => {},
        );
      return answer;
    });
  }

  static begin(): StatementCount {
    return new StatementCount();
  }

  /** Forgets what has been. */
  clear(): void {
    this.calls.length = 0;
  }

  /**
   * All but what the clock causes, however little there is to do: renewals, empty claims, a key that is looked up again, hints
   * for other processes.
   */
  get statements(): readonly string[] {
    return this.calls.filter((call) => !isByTheClock(call)).map(({ text }) => text);
  }

  get commits(): number {
    return this.calls.filter((call) => call.commits && !isByTheClock(call)).length;
  }

  end(): void {
    Reflect.set(pg.Client.prototype, 'query', this.original);
  }

  /** Counted when it is sent: a statement under way when the count is cleared is not counted later. */
  private note(client: object, given: unknown): Call {
    const text = textOf(given).replaceAll(/\s+/g, ' ').trim();
    if (/^(START TRANSACTION|BEGIN)/i.test(text)) this.open.add(client);
    if (/^(COMMIT|ROLLBACK)/i.test(text)) this.open.delete(client);
    const commits = /^COMMIT/i.test(text) || (!WITHIN.test(text) && !this.open.has(client));
    const call = { text, commits, rows: 0 };
    this.calls.push(call);
    return call;
  }
}

function isPooled(client: object): boolean {
  const { connectionParameters } = client as { connectionParameters?: { application_name?: string } };
  return connectionParameters?.application_name === POOLED;
}

function isByTheClock({ text, rows }: Call): boolean {
  if (text.includes('run_claim_places(')) return rows === 0;
  return ['run_renew(', 'system.api_keys', 'holdfast_hints'].some((part) => text.includes(part));
}

function textOf(given: unknown): string {
  if (typeof given === 'string') return given;
  const { text } = given as { text?: unknown };
  return typeof text === 'string' ? text : '';
}

function rowsOf(result: unknown): number {
  const { rows } = (result ?? {}) as { rows?: readonly unknown[] };
  return rows?.length ?? 0;
}

import type { Clock } from '../../reliability/ports.js';
import { outsideContext, type Principal } from '../../reliability/context/request-context.js';

/** What must be known of a key to judge it. */
export interface KeyRecord {
  /** The principal that it stands for. */
  readonly principal: Principal;
  readonly tokenHash: Buffer;
  /** Unix time, milliseconds; Infinity when it never ends. */
  readonly expiresAtMs: number;
  readonly revoked: boolean;
}

/** Looks a key up; null when there is none. */
export type KeyLoader = (id: string) => Promise<KeyRecord | null>;

/** Looks many keys up at once, by id; those that do not exist are left out. */
export type KeysLoader = (ids: readonly string[]) => Promise<ReadonlyMap<string, KeyRecord>>;

/** After this long a record is looked up again in the background, milliseconds. */
const FRESH_MS = 1_500;
/** After this long it must be looked up before it is used: a revocation is in force everywhere within 5 s. */
const STALE_MS = 4_000;
/** Unknown ids are remembered as well, so a flood of made-up keys costs one look-up each and bounded memory. */
const MOST_ENTRIES = 10_000;

interface Entry {
  readonly record: KeyRecord | null;
  /** When the look-up began: what it read may have changed while the answer travelled. */
  readonly loadedAtMs: number;
}

interface LookUp {
  readonly answer: Promise<KeyRecord | null>;
  readonly begunAtMs: number;
}

/** The keys that were used lately, never older than {@link STALE_MS}. */
export class KeyDirectory {
  private readonly entries = new Map<string, Entry>();
  private readonly loading = new Map<string, LookUp>();

  constructor(
    private readonly load: KeyLoader,
    private readonly clock: Clock,
    private readonly loadAll: KeysLoader = async () => new Map(),
  ) {}

  /** The record, at once when it is known. @throws AppError when it must be looked up and cannot be. */
  find(id: string): KeyRecord | null | Promise<KeyRecord | null> {
    const entry = this.entries.get(id);
    const ageMs = entry ? this.clock.monotonicMs() - entry.loadedAtMs : Infinity;
    if (!entry || ageMs >= STALE_MS) return this.refresh(id);
    // A failure here does not matter yet: the next look-up that must succeed reports it.
    if (ageMs >= FRESH_MS) this.refresh(id).catch(() => {});
    return entry.record;
  }

  /** As they are in the database now, in one look-up. @throws AppError */
  readAnew(ids: Iterable<string>): Promise<ReadonlyMap<string, KeyRecord>> {
    return outsideContext(() => this.loadAll([...new Set(ids)]));
  }

  /** Forgets a key that this process has changed. */
  forget(id: string): void {
    this.entries.delete(id);
    this.loading.delete(id);
  }

  private refresh(id: string): Promise<KeyRecord | null> {
    const begunAtMs = this.clock.monotonicMs();
    const underWay = this.loading.get(id);
    if (underWay && begunAtMs - underWay.begunAtMs < STALE_MS) return underWay.answer;
    const answer = outsideContext(() => this.load(id)).then(
      (record) => {
        // A key that was forgotten meanwhile may have been revoked after this was read.
        if (this.loading.get(id) === lookUp) this.remember(id, { record, loadedAtMs: begunAtMs });
        return record;
      },
      (error: unknown) => {
        if (this.loading.get(id) === lookUp) this.loading.delete(id);
        throw error;
      },
    );
    const lookUp: LookUp = { answer, begunAtMs };
    this.loading.set(id, lookUp);
    return answer;
  }

  private remember(id: string, entry: Entry): void {
    this.loading.delete(id);
    this.entries.delete(id);
    this.entries.set(id, entry);
    if (this.entries.size <= MOST_ENTRIES) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}

/** A room that reports its state to operators' tools. (`/health` asks circuits and bulkheads directly.) */
export interface SnapshotSource {
  /** Unique and stable: the member under which the snapshot is shown. */
  readonly name: string;
  /** Plain JSON, without secrets or user text. Must be cheap and must not wait. */
  snapshot(): unknown;
}

/** The snapshots of all rooms. A room adds itself when it is built. */
export class SnapshotRegistry {
  private readonly sources = new Map<string, SnapshotSource>();

  /** @returns a function that removes the source. */
  add(source: SnapshotSource): () => void {
    if (this.sources.has(source.name)) throw new Error(`two snapshot sources are named ${source.name}`);
    this.sources.set(source.name, source);
    return () => {
      if (this.sources.get(source.name) === source) this.sources.delete(source.name);
    };
  }

  /** The snapshot of one room; undefined when there is no such room. */
  of(name: string): unknown {
    return this.sources.get(name)?.snapshot();
  }

  /** All snapshots by name. A room that throws shows `null`, and does not affect the others. */
  all(): Record<string, unknown> {
    const snapshots: Record<string, unknown> = {};
    for (const source of this.sources.values()) {
      try {
        snapshots[source.name] = source.snapshot();
      } catch {
        snapshots[source.name] = null;
      }
    }
    return snapshots;
  }
}

/** Subscribers to an event: metrics and logs. */
export class Listeners<T> {
  private readonly all = new Set<(event: T) => void>();

  /** @returns a function that ends the subscription. */
  add(listener: (event: T) => void): () => void {
    this.all.add(listener);
    return () => void this.all.delete(listener);
  }

  notify(event: T): void {
    for (const listener of this.all) {
      try {
        listener(event);
      } catch (error) {
        // A listener's error must neither fail the call that it watches nor pass unseen.
        process.emitWarning(error instanceof Error ? error : String(error), 'HoldfastListenerWarning');
      }
    }
  }
}

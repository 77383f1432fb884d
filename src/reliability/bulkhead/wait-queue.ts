/** A place in a {@link WaitQueue}; only the queue moves it. */
export interface QueuePlace<T> {
  readonly value: T;
  waiting: boolean;
  previous: QueuePlace<T> | undefined;
  next: QueuePlace<T> | undefined;
}

/** First in, first out, and anyone may leave from the middle: each step is O(1). */
export class WaitQueue<T> {
  private head: QueuePlace<T> | undefined;
  private tail: QueuePlace<T> | undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The place of the waiter that came last. */
  get newest(): QueuePlace<T> | undefined {
    return this.tail;
  }

  join(value: T): QueuePlace<T> {
    const place: QueuePlace<T> = { value, waiting: true, previous: this.tail, next: undefined };
    if (this.tail) this.tail.next = place;
    else this.head = place;
    this.tail = place;
    this.count += 1;
    return place;
  }

  /** Takes the waiter that has waited longest. */
  shift(): T | undefined {
    const first = this.head;
    if (first) this.unlink(first);
    return first?.value;
  }

  /** @returns whether the place was still in the queue. */
  leave(place: QueuePlace<T>): boolean {
    if (!place.waiting) return false;
    this.unlink(place);
    return true;
  }

  private unlink(place: QueuePlace<T>): void {
    if (place.previous) place.previous.next = place.next;
    else this.head = place.next;
    if (place.next) place.next.previous = place.previous;
    else this.tail = place.previous;
    // A place that its owner keeps must not keep its old neighbours alive.
    place.previous = place.next = undefined;
    place.waiting = false;
    this.count -= 1;
  }
}

/** A place in a {@link WaitQueue}. */
export interface QueuePlace<T> {
  readonly value: T;
  /** Whether it is still in the queue. */
  readonly waiting: boolean;
}

class Place<T> implements QueuePlace<T> {
  waiting = true;
  previous: Place<T> | undefined;
  next: Place<T> | undefined;

  constructor(readonly value: T) {}
}

/** First in, first out, and anyone may leave from the middle: each step is O(1). */
export class WaitQueue<T> {
  private head: Place<T> | undefined;
  private tail: Place<T> | undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  join(value: T): QueuePlace<T> {
    const place = new Place(value);
    place.previous = this.tail;
    if (this.tail) this.tail.next = place;
    else this.head = place;
    this.tail = place;
    this.count += 1;
    return place;
  }

  /** Takes the one who has waited longest. */
  shift(): T | undefined {
    const first = this.head;
    if (first) this.unlink(first);
    return first?.value;
  }

  /** @returns whether the place was still in the queue. */
  leave(place: QueuePlace<T>): boolean {
    if (!place.waiting || !(place instanceof Place)) return false;
    this.unlink(place);
    return true;
  }

  private unlink(place: Place<T>): void {
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

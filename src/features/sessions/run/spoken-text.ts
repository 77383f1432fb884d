/** UTF-16 units that are passed on at once, unless a single piece is longer: they have to fit into a hint. */
const MOST_AT_ONCE = 1_000;

/** Passes on a seat's text as it comes. Pieces of one packet go together: one by one they would cost more than the call. */
export class SpokenText {
  private untold = '';

  constructor(private readonly tell: (text: string) => void) {}

  add(piece: string): void {
    if (piece === '') return;
    if (this.untold.length + piece.length > MOST_AT_ONCE) this.flush();
    if (this.untold === '') queueMicrotask(() => this.flush());
    this.untold += piece;
  }

  private flush(): void {
    const text = this.untold;
    this.untold = '';
    if (text !== '') this.tell(text);
  }
}

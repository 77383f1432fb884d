/** A terminal, as far as drawing needs it. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

/** Lines at the end of the terminal's output that are drawn over and over. */
export class Screen {
  private drawn: readonly string[] = [];

  constructor(private readonly terminal: Terminal) {}

  /** Leaves out lines at the top that do not fit: a line that has scrolled away cannot be redrawn. */
  draw(lines: readonly string[]): void {
    const shown = lines.slice(-Math.max(1, this.terminal.rows - 1));
    if (shown.join('\n') === this.drawn.join('\n')) return;
    const back = this.drawn.length === 0 ? '' : `\x1b[${this.drawn.length}A\r\x1b[J`;
    // No line may wrap, however wide its characters are, or the cursor would not move back far enough.
    this.terminal.write(`\x1b[?7l${back}${shown.map((line) => `${line}\n`).join('')}\x1b[?7h`);
    this.drawn = shown;
  }
}

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

  /** What does not fit is left out at the top: a line that has scrolled away cannot be drawn over. */
  draw(lines: readonly string[]): void {
    const shown = lines.slice(-Math.max(1, this.terminal.rows - 1));
    if (shown.join('\n') === this.drawn.join('\n')) return;
    const back = this.drawn.length === 0 ? '' : `\x1b[${this.drawn.length}A\r\x1b[J`;
    // Nothing may wrap, however wide its characters are, or the way back would be too short.
    this.terminal.write(`\x1b[?7l${back}${shown.map((line) => `${line}\n`).join('')}\x1b[?7h`);
    this.drawn = shown;
  }
}

import type { Reconnect, StreamItem } from '../client/index.js';
import { NOTHING_YET, seen, type CouncilView } from './council-view.js';
import { conclusion, progress } from './drawing.js';
import { coloured, plain, type Paint } from './paint.js';
import { plainLine } from './plain-line.js';
import { printable } from './printable.js';
import { Screen, type Terminal } from './screen.js';

export interface ReportOptions {
  /** Whether the output is a terminal on which lines can be redrawn. */
  readonly drawn: boolean;
  readonly coloured: boolean;
}

/** Reports how a council gets on: redrawn in place on a terminal, line by line anywhere else. */
export class ProgressReport {
  view: CouncilView = NOTHING_YET;
  private readonly paint: Paint;
  private readonly screen: Screen;

  constructor(
    private readonly output: Terminal,
    private readonly options: ReportOptions,
  ) {
    this.paint = options.coloured ? coloured : plain;
    this.screen = new Screen(output);
  }

  item(item: StreamItem): void {
    this.view = seen(this.view, item);
    if (this.options.drawn) return this.draw();
    const line = plainLine(item);
    if (line !== undefined) this.output.write(`${line}\n`);
  }

  pause({ error, delayMs }: Reconnect): void {
    const why = error instanceof Error ? error.message : String(error);
    const line = `no connection (${printable(why)}); again in ${(delayMs / 1_000).toFixed(1)} s`;
    if (this.options.drawn) this.draw(this.paint('yellow', line));
    else this.output.write(`--------  ${line}\n`);
  }

  end(): void {
    if (this.options.drawn) this.draw();
    this.output.write(
      conclusion(this.view, this.paint)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }

  private draw(...notes: readonly string[]): void {
    this.screen.draw([...progress(this.view, this.paint, this.output.columns), ...notes]);
  }
}

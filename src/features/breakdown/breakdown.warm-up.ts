import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LANGUAGES, type Localised } from '../../llm/language/language.js';
import { planTask } from '../../llm/offline/plan-task.js';
import { SLEEP, type Sleep } from '../../reliability/ports.js';
import { readPlan } from './plan.js';
import { TemplateLibrary } from './templates/template-library.js';

/** After the process has reported that it is ready: the work must not delay the start. */
const AFTER_START_MS = 500;
/** Between two turns, for requests that have come meanwhile; one turn holds the event loop for about 20 ms. */
const BETWEEN_TURNS_MS = 50;

/** Texts that have a deadline, people and a place: reading them touches every pattern of their language. */
const EXAMPLES = {
  en: 'Plan a dinner with Anna in the garden by Friday',
  de: 'Bis Freitag mit Anna ein Essen im Garten planen',
  fr: 'Préparer un dîner avec Anna dans le jardin avant vendredi',
  es: 'Preparar una cena con Anna en el jardín antes del viernes',
} satisfies Localised;

/**
 * Plans one task in each language soon after the start. The engine compiles a regular expression when it is first used, and
 * there are hundreds: without this the first request in each language waits 30 to 200 ms for them, and so would the first
 * fallback, which has only 200 ms in all.
 */
@Injectable()
export class BreakdownWarmUp implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ending = new AbortController();
  /** Settles when it is over; never rejects. */
  done: Promise<void> = Promise.resolve();

  constructor(
    private readonly templates: TemplateLibrary,
    @Inject(SLEEP) private readonly sleep: Sleep,
  ) {}

  /** Does not wait: the start goes on. */
  onApplicationBootstrap(): void {
    // The only thing that can fail is the wait, when the application ends before all is done.
    this.done = this.run().catch(() => {});
  }

  beforeApplicationShutdown(): Promise<void> {
    this.ending.abort();
    return this.done;
  }

  private async run(): Promise<void> {
    await this.sleep(AFTER_START_MS, this.ending.signal);
    for (const language of LANGUAGES) {
      const task = EXAMPLES[language];
      this.templates.retrieve(task);
      await this.sleep(BETWEEN_TURNS_MS, this.ending.signal);
      readPlan(JSON.stringify({ steps: planTask({ task, granularity: 3, hints: [task], template: null }) }));
      await this.sleep(BETWEEN_TURNS_MS, this.ending.signal);
    }
  }
}

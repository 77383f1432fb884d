import { keyOf } from '../council-answers.js';
import { ok, type Behaviour, type FakeProvider } from '../fake-provider/index.js';

/** Holds up calls of councils, so that a test can act while they are in flight. */
export class Gate {
  private readonly opened = Promise.withResolvers<void>();
  private isOpen = false;
  /** Calls that have come to it. */
  waiting = 0;

  constructor(provider: FakeProvider, calls: RegExp) {
    provider.when((call) => (!this.isOpen && calls.test(keyOf(call) ?? '') ? this.behaviour : undefined));
  }

  /** Answers all calls that wait; later ones are not held up. */
  open(): void {
    this.isOpen = true;
    this.opened.resolve();
  }

  private readonly behaviour: Behaviour = {
    name: 'gate',
    play: async (exchange) => {
      this.waiting += 1;
      // The pause ends, with an error, when the client goes.
      await Promise.race([this.opened.promise, exchange.pause(Infinity)]);
      await ok().play(exchange);
    },
  };
}

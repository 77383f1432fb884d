import { sessionOf } from './council-answers.js';
import { ok, type Behaviour, type ReceivedCall } from './fake-provider/index.js';

/** Holds calls of councils back until the test lets them through. */
export class Gate {
  private waiting: { readonly call: ReceivedCall; readonly open: () => void }[] = [];

  /** The session of each call that stands before it. */
  get sessions(): readonly (string | undefined)[] {
    return this.waiting.map(({ call }) => sessionOf(call));
  }

  get calls(): readonly ReceivedCall[] {
    return this.waiting.map(({ call }) => call);
  }

  /** Lets the calls of one session through, or all. */
  open(session?: string): void {
    const through = this.waiting.filter(({ call }) => session === undefined || sessionOf(call) === session);
    this.waiting = this.waiting.filter((one) => !through.includes(one));
    for (const { open } of through) open();
  }

  /** Answers well, once it is open. */
  readonly behaviour: Behaviour = {
    name: 'gate',
    play: async (exchange) => {
      const opened = Promise.withResolvers<void>();
      const one = { call: exchange.call, open: opened.resolve };
      this.waiting.push(one);
      try {
        await Promise.race([opened.promise, exchange.pause(Infinity)]);
      } finally {
        this.waiting = this.waiting.filter((other) => other !== one);
      }
      await ok().play(exchange);
    },
  };
}

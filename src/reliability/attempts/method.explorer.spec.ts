import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Scope,
  UseInterceptors,
  type INestApplicationContext,
  type OnModuleInit,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { Circuit } from '../circuit/circuit.decorator.js';
import { CircuitRegistry } from '../circuit/circuit.registry.js';
import { runInContext } from '../context/request-context.js';
import { ClientGone, Deadline } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import { ReliabilityModule } from '../reliability.module.js';
import { RetryBudgetRegistry } from '../retry/retry-budget.registry.js';
import { Retry } from '../retry/retry.decorator.js';
import { RetryInterceptor } from '../retry/retry.interceptor.js';
import { AttemptRunner, type MethodAttempt } from './attempt-runner.js';

@Injectable()
class Things {
  readonly calls: string[] = [];
  /** What the next calls do: fail so often, then succeed. */
  failures = 0;

  private attempt(name: string): string {
    this.calls.push(name);
    if (this.failures > 0) {
      this.failures -= 1;
      throw new AppError('dependency_unavailable');
    }
    return `${name} ok`;
  }

  @Retry({ maxAttempts: 3, baseMs: 100, budget: 'things' })
  async retried(): Promise<string> {
    return this.attempt('retried');
  }

  @Circuit('things', { failures: 2, openMs: 1000, successes: 1 })
  async guarded(): Promise<string> {
    return this.attempt('guarded');
  }

  // The decorators stand in the "wrong" order on purpose: it must not matter.
  @Circuit('both', { failures: 2, openMs: 1000, successes: 1 })
  @Retry({ maxAttempts: 5, baseMs: 100, totalMs: 10_000 })
  async both(): Promise<string> {
    return this.attempt('both');
  }

  @Retry({ baseMs: 100 })
  async echo(...args: unknown[]): Promise<unknown> {
    return args;
  }

  async plain(): Promise<string> {
    return this.attempt('plain');
  }
}

@Injectable()
class EarlyUser implements OnModuleInit {
  attempts = 0;

  constructor(@Inject(Things) private readonly things: Things) {}

  async onModuleInit(): Promise<void> {
    this.things.failures = 1;
    await this.things.retried();
    this.attempts = this.things.calls.length;
  }
}

const clock = new ManualClock();
let app: INestApplicationContext | undefined;

async function start(
  providers: Provider[],
  controllers: Type[] = [],
  rooms: Type[] = [],
): Promise<INestApplicationContext> {
  @Module({ imports: [...rooms, ReliabilityModule.forRoot({ clock, random: () => 0 })], providers, controllers })
  class TestModule {}
  app = await NestFactory.createApplicationContext(TestModule, { logger: false, abortOnError: false });
  return app;
}

afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** The error that a promise rejects with. */
const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => new Error(`resolved with ${String(value)}`),
    (error: unknown) => error,
  );

const settled = async <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  await clock.advance(0);
  for (let round = 0; round < 10; round += 1) await clock.advance(1);
  return promise;
};

describe('a provider with decorated methods', () => {
  it('repeats what @Retry decorates, and nothing else', async () => {
    const things = (await start([Things])).get(Things);
    things.failures = 2;
    await expect(settled(things.retried())).resolves.toBe('retried ok');
    expect(things.calls).toEqual(['retried', 'retried', 'retried']);
    things.failures = 1;
    await expect(things.plain()).rejects.toThrow(AppError);
  });

  it('keeps arguments, result and instance', async () => {
    const things = (await start([Things])).get(Things);
    await expect(things.echo(1, 'b', undefined)).resolves.toEqual([1, 'b', undefined]);
  });

  it('asks the circuit that @Circuit names, and tells it', async () => {
    const context = await start([Things]);
    const things = context.get(Things);
    things.failures = 2;
    await errorOf(things.guarded());
    await errorOf(things.guarded());
    expect(await errorOf(things.guarded())).toMatchObject({ code: 'dependency_unavailable', statedRetryAfterMs: 1000 });
    expect(things.calls).toHaveLength(2);
    await clock.advance(1000);
    await expect(things.guarded()).resolves.toBe('guarded ok');
    expect(context.get(CircuitRegistry).get('things').state).toBe('closed');
  });

  it('asks the circuit anew with each attempt: the retry is outside, in whatever order they are written', async () => {
    const context = await start([Things]);
    const things = context.get(Things);
    const heard: MethodAttempt[] = [];
    context.get(AttemptRunner).onAttempt((attempt) => heard.push(attempt));
    things.failures = 2;
    const result = things.both();
    await clock.advance(0);
    await clock.advance(0);
    // Two failures have opened it; the third attempt was refused, and waits as long as the circuit asked.
    expect(things.calls).toHaveLength(2);
    expect(context.get(CircuitRegistry).get('both').snapshot()).toMatchObject({
      state: 'open',
      totals: { refused: 1 },
    });
    await clock.advance(1000);
    await expect(result).resolves.toBe('both ok');
    expect(heard.map(({ method, attempt, outcome, nextDelayMs }) => [method, attempt, outcome, nextDelayMs])).toEqual([
      ['Things.both', 1, 'failure', 0],
      ['Things.both', 2, 'failure', 0],
      ['Things.both', 3, 'failure', 1000],
      ['Things.both', 4, 'success', undefined],
    ]);
  });

  it('obeys the deadline of the request that it serves', async () => {
    const things = (await start([Things])).get(Things);
    things.failures = 9;
    const deadline = Deadline.never(clock);
    const trace = { traceId: '', spanId: '', sampled: false };
    const gone = errorOf(
      runInContext({ requestId: 'r', trace, deadline }, () => {
        deadline.cancel(new ClientGone());
        return things.retried();
      }),
    );
    expect(await gone).toBeInstanceOf(ClientGone);
    expect(things.calls).toHaveLength(0);
  });

  it('pays from the budget that is named, or one of its class', async () => {
    const context = await start([Things]);
    const things = context.get(Things);
    things.failures = 2;
    await settled(things.retried());
    things.failures = 1;
    await settled(things.both());
    expect(context.get(RetryBudgetRegistry).snapshot()).toEqual([
      expect.objectContaining({ name: 'things', spent: 2 }),
      expect.objectContaining({ name: 'Things', spent: 1 }),
    ]);
  });

  it('is covered once, however many names it goes by', async () => {
    const context = await start([Things, { provide: 'alias', useExisting: Things }]);
    expect(context.get('alias')).toBe(context.get(Things));
    const things = context.get(Things);
    things.failures = 99;
    await errorOf(settled(things.retried()));
    expect(things.calls).toHaveLength(3);
  });

  it('is covered when a factory made it, also under an interface', async () => {
    const things: Things = (await start([{ provide: 'port', useFactory: () => new Things() }])).get('port');
    things.failures = 1;
    await expect(settled(things.retried())).resolves.toBe('retried ok');
  });

  it('covers what a subclass inherits, and what it overrides only if that is decorated again', async () => {
    @Injectable()
    class Special extends Things {
      override async guarded(): Promise<string> {
        return 'mine';
      }
    }
    const context = await start([Special]);
    const special = context.get(Special);
    special.failures = 1;
    await expect(settled(special.retried())).resolves.toBe('retried ok');
    await expect(special.guarded()).resolves.toBe('mine');
    expect(context.get(CircuitRegistry).snapshot()).toEqual([]);
  });

  it('is covered before other modules start', async () => {
    @Module({ providers: [Things, EarlyUser] })
    class Room {}
    const starting = start([], [], [Room]);
    for (let round = 0; round < 50; round += 1) await clock.advance(1);
    expect((await starting).get(EarlyUser, { strict: false }).attempts).toBe(2);
  });

  it('may use the kernel in any module', async () => {
    @Module({
      providers: [{ provide: 'user', inject: [CircuitRegistry], useFactory: (circuits: unknown) => circuits }],
    })
    class Room {}
    const context = await start([], [], [Room]);
    expect(context.get('user', { strict: false })).toBe(context.get(CircuitRegistry));
  });

  it.each([Scope.REQUEST, Scope.TRANSIENT])('does not start when it is not a singleton (%s)', async (scope) => {
    @Injectable({ scope })
    class Fleeting {
      @Retry()
      async work(): Promise<void> {}
    }
    await expect(start([Fleeting])).rejects.toThrow('must be a singleton');
  });

  it('leaves providers alone that are no objects of a class', async () => {
    const values: unknown[] = [null, 7, 'text', () => 1, Object.create(null), { plain: true }, Symbol('s'), []];
    const providers = values.map((useValue, index) => ({ provide: `v${index}`, useValue }));
    const context = await start(providers);
    expect(providers.map(({ provide }): unknown => context.get(provide))).toEqual(values);
  });
});

describe('a controller with decorated handlers', () => {
  @Controller()
  class Forgotten {
    @Get()
    @Retry()
    async read(): Promise<void> {}
  }

  @Controller()
  class OnMethod {
    @Get()
    @Retry()
    @UseInterceptors(RetryInterceptor)
    async read(): Promise<void> {}
  }

  @Controller()
  @UseInterceptors(RetryInterceptor)
  class OnClass {
    @Get()
    @Circuit('c')
    async read(): Promise<void> {}
  }

  it('does not start without the interceptor that makes the attempts', async () => {
    await expect(start([], [Forgotten])).rejects.toThrow('Forgotten.read');
  });

  it('starts with it on the handler, on the class, or on all', async () => {
    await start([], [OnMethod, OnClass]);
    await app?.close();
    await start([{ provide: APP_INTERCEPTOR, useExisting: RetryInterceptor }], [Forgotten]);
  });
});

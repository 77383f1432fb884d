import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  UseGuards,
  UseInterceptors,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { of } from 'rxjs';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { CircuitGuard } from '../circuit/circuit.guard.js';
import { Circuit } from '../circuit/circuit.decorator.js';
import { CircuitRegistry } from '../circuit/circuit.registry.js';
import { AppError } from '../errors/app-error.js';
import { PROBLEM_WRITER, ProblemFilter, type ProblemWriter } from '../errors/problem.filter.js';
import { problemHeaders, toProblem } from '../errors/problem.js';
import { ReliabilityModule } from '../reliability.module.js';
import { Retry } from './retry.decorator.js';
import { RetryInterceptor } from './retry.interceptor.js';

/** Scripts the handlers' next calls, and records what they did. */
@Injectable()
class Script {
  guards = 0;
  calls = 0;
  failures = 0;
  late: AppError | undefined;

  play(): { call: number } {
    this.calls += 1;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new AppError('dependency_unavailable');
    }
    return { call: this.calls };
  }
}

@Injectable()
class CountingGuard implements CanActivate {
  constructor(@Inject(Script) private readonly script: Script) {}

  canActivate(): boolean {
    this.script.guards += 1;
    return true;
  }
}

/** A guard that comes after the circuit's, and may refuse. */
@Injectable()
class LaterGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-refuse'])
      throw new AppError('forbidden');
    return true;
  }
}

const PART = { failures: 2, openMs: 1000, successes: 1 };

@Controller()
@UseInterceptors(RetryInterceptor)
class TestController {
  constructor(@Inject(Script) private readonly script: Script) {}

  @Get('retried')
  @UseGuards(CountingGuard)
  @Retry({ maxAttempts: 3, baseMs: 0 })
  retried(): { call: number } {
    return this.script.play();
  }

  @Get('observable')
  @Retry({ maxAttempts: 2, baseMs: 0 })
  observable() {
    return of(this.script.play());
  }

  @Get('nothing')
  @Retry()
  nothing(): void {}

  @Get('plain')
  plain(): { call: number } {
    return this.script.play();
  }

  @Get('both')
  @UseGuards(CircuitGuard, LaterGuard)
  @Circuit('part', PART)
  @Retry({ maxAttempts: 2, baseMs: 0 })
  both(): { call: number } {
    return this.script.play();
  }

  @Get('circuit')
  @UseGuards(CircuitGuard, LaterGuard)
  @Circuit('part', PART)
  circuit(): { call: number } {
    return this.script.play();
  }
}

interface Reply {
  code(status: number): Reply;
  headers(headers: Record<string, string>): Reply;
  send(body: unknown): void;
}

const writer: ProblemWriter = {
  write(response, _request, error) {
    const reply = response as Reply;
    const problem = toProblem(error, { baseUrl: '', instance: '/', requestId: 'r' });
    reply.code(error.status).headers(problemHeaders(error)).send(problem);
  },
};

let app: NestFastifyApplication | undefined;

async function start() {
  const clock = new ManualClock();
  @Module({
    imports: [ReliabilityModule.forRoot({ clock, sleep: () => Promise.resolve(), random: () => 0 })],
    controllers: [TestController],
    providers: [
      Script,
      CountingGuard,
      LaterGuard,
      { provide: PROBLEM_WRITER, useValue: writer },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  })
  class TestModule {}
  const made = await NestFactory.create<NestFastifyApplication>(TestModule, new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  await made.init();
  app = made;
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await made.inject({ path, headers });
    const body: unknown = response.body === '' ? '' : response.json();
    return {
      status: response.statusCode,
      body,
      headers: response.headers,
    };
  };
  return { clock, get, script: made.get(Script), circuit: () => made.get(CircuitRegistry).get('part', PART) };
}

afterEach(async () => {
  await app?.close();
  app = undefined;
});

describe('a handler with @Retry', () => {
  it('is repeated, its guards are not', async () => {
    const { get, script } = await start();
    script.failures = 2;
    expect(await get('/retried')).toMatchObject({ status: 200, body: { call: 3 } });
    expect(script.guards).toBe(1);
  });

  it('answers with the last error as a problem when its attempts are used up', async () => {
    const { get, script } = await start();
    script.failures = 9;
    expect(await get('/retried')).toMatchObject({
      status: 503,
      body: { code: 'dependency_unavailable', category: 'overload', retry_after_ms: 1000 },
      headers: { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': '1' },
    });
    expect(script.calls).toBe(3);
  });

  it('may answer with an observable, or with nothing', async () => {
    const { get, script } = await start();
    script.failures = 1;
    expect(await get('/observable')).toMatchObject({ status: 200, body: { call: 2 } });
    expect(await get('/nothing')).toMatchObject({ status: 200, body: '' });
  });

  it('leaves its neighbours alone', async () => {
    const { get, script } = await start();
    script.failures = 1;
    expect((await get('/plain')).status).toBe(503);
    expect(script.calls).toBe(1);
  });
});

describe('a handler with @Circuit', () => {
  it('is not called while the circuit is open, and answers what to wait', async () => {
    const { get, script, clock } = await start();
    script.failures = 2;
    await get('/circuit');
    await get('/circuit');
    await clock.advance(400);
    expect(await get('/circuit')).toMatchObject({ status: 503, body: { retry_after_ms: 600 } });
    expect(script.calls).toBe(2);
    await clock.advance(600);
    expect(await get('/circuit')).toMatchObject({ status: 200 });
  });

  it('is refused by its guard while the circuit is open, before later guards cost anything', async () => {
    const { get, script } = await start();
    script.failures = 2;
    await get('/circuit');
    await get('/circuit');
    expect((await get('/circuit', { 'x-refuse': '1' })).status).toBe(503);
  });

  it('loses no probe when a later guard refuses the request', async () => {
    const { get, script, clock, circuit } = await start();
    script.failures = 2;
    await get('/circuit');
    await get('/circuit');
    await clock.advance(1000);
    expect((await get('/circuit', { 'x-refuse': '1' })).status).toBe(403);
    expect(circuit().snapshot()).toMatchObject({ state: 'half_open', probing: false });
    expect((await get('/circuit')).status).toBe(200);
    expect(circuit().state).toBe('closed');
  });

  it('records each attempt of a retry', async () => {
    const { get, script, circuit } = await start();
    script.failures = 1;
    expect((await get('/both')).status).toBe(200);
    expect(circuit().snapshot().totals).toMatchObject({ success: 1, failure: 1 });
  });
});

describe('the filter in an app', () => {
  it('makes problems of what the framework throws', async () => {
    const { get } = await start();
    expect(await get('/nowhere?ticket=s3cret')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

import type { AddressInfo } from 'node:net';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Module,
  Param,
  Post,
  Query,
  Req,
  Res,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AllowedOrigins } from '../../src/config/config.js';
import { Access, BodyLimit, Infrastructure, Streaming } from '../../src/http/access.js';
import { createHttpAdapter, type HttpAdapter } from '../../src/http/adapter.js';
import { AUTHENTICATOR, type Authenticator } from '../../src/http/authenticator.js';
import { configureHttp } from '../../src/http/configure.js';
import { translateFastifyError } from '../../src/http/fastify-errors.js';
import { HttpModule } from '../../src/http/http.module.js';
import { PagesModule } from '../../src/http/pages/pages.module.js';
import { PageQuery } from '../../src/http/page.js';
import { CodePoints, IsInstant } from '../../src/http/validators.js';
import {
  currentContext,
  includesScope,
  type Principal,
  type Scope,
} from '../../src/reliability/context/request-context.js';
import { AppError } from '../../src/reliability/errors/app-error.js';
import { ERROR_TRANSLATORS, ProblemFilter } from '../../src/reliability/errors/problem.filter.js';
import { systemClock, type Clock } from '../../src/reliability/ports.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { TelemetryModule } from '../../src/telemetry/telemetry.module.js';

export class CountBody {
  @CodePoints({ min: 8, max: 128 })
  install_id: string;

  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  local_count: number;

  @IsOptional()
  @IsInstant()
  since?: string;
}

/** What the toy controllers tell the tests. */
export class Probe {
  aborted: unknown[] = [];
  release: () => void = () => undefined;

  held(): Promise<void> {
    return new Promise((resolve) => (this.release = resolve));
  }
}

@Controller('/toys')
@Access('member')
export class ToyController {
  constructor(@Inject(Probe) private readonly probe: Probe) {}

  @Get('/noop')
  noop(): { ok: boolean } {
    return { ok: true };
  }

  @Get('/context')
  context(): object {
    const context = currentContext();
    const trace = context?.trace;
    return {
      id: context?.requestId,
      tenant: context?.principal?.tenantId,
      left: context?.deadline.remainingMs(),
      trace,
    };
  }

  @Post('/context')
  @HttpCode(200)
  contextAfterBody(@Body() body: CountBody): object {
    return { ...this.context(), count: body.local_count, isInstance: body instanceof CountBody };
  }

  @Post('/any')
  @HttpCode(200)
  any(@Body() body: unknown): object {
    return { type: typeof body };
  }

  @Post('/big')
  @HttpCode(200)
  @BodyLimit(100_000)
  big(@Body() body: unknown): object {
    return { type: typeof body };
  }

  @Post('/bare')
  @HttpCode(202)
  bare(): object {
    return { ok: true };
  }

  @Get('/list')
  list(@Query() query: PageQuery): object {
    return { limit: query.limit, cursor: query.cursor ?? null };
  }

  @Get('/items/:id')
  item(@Param('id') id: string): object {
    return { id };
  }

  @Delete('/items/:id')
  @HttpCode(204)
  remove(): void {}

  @Get('/fails')
  fails(): never {
    throw new TypeError('a secret of the inside');
  }

  @Get('/busy')
  busy(): never {
    throw new AppError('overloaded', { retryAfterMs: 2500 });
  }

  @Get('/held')
  async held(): Promise<object> {
    await this.probe.held();
    return { ok: true };
  }

  @Get('/patient')
  async patient(): Promise<never> {
    const signal = currentContext()?.deadline.signal;
    return new Promise((_resolve, reject) =>
      signal?.addEventListener('abort', () => {
        this.probe.aborted.push(signal.reason);
        reject(signal.reason instanceof Error ? signal.reason : new Error('no reason'));
      }),
    );
  }

  @Get('/admin')
  @Access('tenant:admin')
  admin(): object {
    return { ok: true };
  }

  @Get('/stream')
  @Streaming()
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.hijack();
    reply.raw.writeHead(200, {
      'x-request-id': request.exchange?.requestId ?? '',
      'content-type': 'text/event-stream',
    });
    reply.raw.write(`: ${String(currentContext()?.deadline.expiresAtMs)}\n\n`);
  }

  @Get('/late')
  late(@Res() reply: FastifyReply): never {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-length': '100' });
    reply.raw.write('half');
    throw new Error('in the middle');
  }
}

@Controller('/probe')
@Access('public')
@Infrastructure()
export class ProbeController {
  @Get()
  ok(): object {
    return { ok: true };
  }
}

/** Answers `Bearer good` at once, `Bearer slow` later and `Bearer stuck` never; `Bearer admin` holds more. */
export const toyAuthenticator: Authenticator = {
  authenticate(authorization, access) {
    if (authorization === 'Bearer slow') return Promise.resolve(principal('member'));
    if (authorization === 'Bearer stuck') return new Promise<never>(() => {});
    if (authorization === 'Bearer broken') return Promise.reject(new AppError('dependency_unavailable'));
    if (authorization !== 'Bearer good' && authorization !== 'Bearer admin') throw new AppError('unauthorized');
    const scope: Scope = authorization === 'Bearer admin' ? 'tenant:admin' : 'member';
    if (!includesScope(scope, access)) throw new AppError('forbidden');
    return principal(scope);
  },
  authenticateTicket: (ticket) =>
    ticket === 'good' ? Promise.resolve(principal('member')) : Promise.reject(new AppError('unauthorized')),
  stillValid: (principals) => Promise.resolve(principals.map(() => true)),
};

const principal = (scope: Scope): Principal => ({ tenantId: 'tenant-1', keyId: 'key-1', scope });

export interface ToyApp {
  app: NestFastifyApplication;
  adapter: HttpAdapter;
  port: number;
  probe: Probe;
  /** The log, line by line. */
  lines: Record<string, unknown>[];
}

export const BASE_URL = 'http://holdfast.test';

export async function startToyApp({
  controllers = [],
  allowedOrigins = '*',
  drainMs = 2_000,
  listen = true,
  clock = systemClock,
}: {
  controllers?: Type[];
  allowedOrigins?: AllowedOrigins;
  drainMs?: number;
  listen?: boolean;
  clock?: Clock;
} = {}): Promise<ToyApp> {
  const probe = new Probe();
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    level: 'debug',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });

  @Module({
    imports: [
      TelemetryModule.forRoot({ logger }),
      HttpModule.forRoot({ baseUrl: BASE_URL, version: '0.0.0' }),
      PagesModule,
    ],
    controllers: [ToyController, ProbeController, ...controllers],
    providers: [
      { provide: Probe, useValue: probe },
      { provide: AUTHENTICATOR, useValue: toyAuthenticator },
      { provide: ERROR_TRANSLATORS, useValue: [translateFastifyError] },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  })
  class ToyModule {}

  const adapter = createHttpAdapter({ baseUrl: BASE_URL, allowedOrigins, drainMs, clock });
  const app = await NestFactory.create<NestFastifyApplication>(ToyModule, adapter, {
    logger: false,
    abortOnError: false,
  });
  configureHttp(app);
  if (listen) await app.listen(0, '127.0.0.1');
  else await app.init();
  const address: AddressInfo | string | null = adapter.getInstance().server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { app, adapter, port, probe, lines };
}

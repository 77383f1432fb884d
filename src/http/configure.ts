import type { INestApplication } from '@nestjs/common';
import { StartupFault } from '../config/startup-fault.js';
import { ERROR_TRANSLATORS, PROBLEM_WRITER, type ProblemWriter } from '../reliability/errors/problem.filter.js';
import { toAppError, type ErrorTranslator } from '../reliability/errors/to-app-error.js';
import { LOGGER, type Logger } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { HttpAdapter } from './adapter.js';
import { AUTHENTICATOR, type Authenticator } from './authenticator.js';
import { ValidationPipe } from './validation.pipe.js';

/** Binds the adapter to the application: authentication, problems, logs, metrics, validation. Before `app.init()`. */
export function configureHttp(app: INestApplication): void {
  const adapter: unknown = app.getHttpAdapter();
  if (!(adapter instanceof HttpAdapter))
    throw new StartupFault('the application needs the adapter of createHttpAdapter()');
  const everywhere = { strict: false } as const;
  const writer = app.get<ProblemWriter>(PROBLEM_WRITER, everywhere);
  const translators = app.get<readonly ErrorTranslator[]>(ERROR_TRANSLATORS, everywhere);
  adapter.edge.bind({
    authenticator: app.get<Authenticator>(AUTHENTICATOR, everywhere),
    writer,
    logger: app.get<Logger>(LOGGER, everywhere),
    metrics: app.get(Metrics, everywhere).http,
  });
  // Errors of hooks and parsers do not pass Nest's filter; they go the same way.
  adapter.answerErrors((error, request, reply) => writer.write(reply, request, toAppError(error, translators)));
  app.useGlobalPipes(new ValidationPipe());
}

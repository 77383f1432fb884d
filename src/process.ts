import { existsSync } from 'node:fs';
import { describe } from './config/command.js';
import { loadConfig, type AppConfig } from './config/config.js';
import { EXIT, StartupFault } from './config/startup-fault.js';
import { VERSION } from './config/package.js';
import { keyFileOf } from './features/tenancy/index.js';
import { serve, type Serving } from './serve.js';
import { createLogger, flushLogs, type Logger } from './telemetry/logger.js';

/** How long a shutdown may take beyond the drain, milliseconds: the embedded Postgres alone may need 15 s. */
const SHUTDOWN_MS = 20_000;

/**
 * The life of the process: configuration, start, serving, end. Sets the exit code and ends the process.
 * @param stop aborted by a signal, its name the reason. Only the first one counts: Ctrl-C arrives twice through npm.
 */
export async function run(stop: AbortSignal): Promise<void> {
  let config: AppConfig;
  try {
    config = loadConfig();
  } catch (error) {
    return refuse(error);
  }
  // A full disk or a closed pipe must not end the server because of the few lines that it prints.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  const logger = createLogger({ level: config.logLevel, base: { role: config.role, version: VERSION } });
  for (const warning of config.warnings) logger.warn(warning);
  // The reliability timers keep no process alive, and while it waits for a database nothing else does.
  const awake = setInterval(() => {}, 60_000);
  const stopped = whenStopped(stop, logger, config);
  try {
    const serving = await serve(config, logger, stop);
    endOnFault(serving, logger, config.drainMs);
    if (!stop.aborted) process.stdout.write(banner(serving, config));
    await stopped;
    await finish(serving, logger, 0);
  } catch (error) {
    flushLogs();
    if (stop.aborted) process.exit(0);
    refuse(error);
  } finally {
    clearInterval(awake);
  }
}

/** Resolves at the signal. From then on a timer bounds the shutdown, whatever hangs. */
function whenStopped(stop: AbortSignal, logger: Logger, { drainMs }: AppConfig): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      logger.info({ signal: stop.reason }, 'draining');
      boundEnd(logger, drainMs);
      resolve();
    };
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
}

/** Ends the process by force when its orderly end takes too long. */
function boundEnd(logger: Logger, drainMs: number): void {
  setTimeout(() => {
    logger.fatal('the shutdown took too long; the process ends by force');
    flushLogs();
    process.exit(1);
  }, drainMs + SHUTDOWN_MS).unref();
}

/** After an unhandled fault the state of the process is unknown: it drains and ends, and its supervisor starts it anew. */
function endOnFault(serving: Serving, logger: Logger, drainMs: number): void {
  const fail = (what: string, error?: unknown) => {
    logger.fatal({ err: error }, what);
    boundEnd(logger, drainMs);
    void finish(serving, logger, EXIT.unavailable);
  };
  process.on('uncaughtException', (error) => fail('an error was not handled', error));
  process.on('unhandledRejection', (error) => fail('a rejection was not handled', error));
  void serving.broken.then((reason) => {
    process.stderr.write(`holdfast: ${reason}\n`);
    fail(reason);
  });
}

async function finish(serving: Serving, logger: Logger, exitCode: number): Promise<void> {
  process.exitCode ||= exitCode;
  try {
    await serving.stop();
    logger.info('stopped');
  } catch (error) {
    logger.fatal({ err: error }, 'the shutdown failed');
    process.exitCode = 1;
  }
  flushLogs();
  // Everything is closed: a provider's socket or a timer that still holds the event loop must not delay the exit.
  process.exit();
}

function refuse(error: unknown): void {
  process.stderr.write(`holdfast: ${describe(error)}\n`);
  process.exit(error instanceof StartupFault ? error.exitCode : 1);
}

function banner({ baseUrl, databaseLocation }: Serving, config: AppConfig): string {
  const lines = [
    `Holdfast ${VERSION} is ready.`,
    `  API       ${baseUrl}`,
    ...(config.role === 'worker' ? [`  Health    ${baseUrl}/health`] : firstSteps(baseUrl, keyFileOf(config))),
    ...(databaseLocation === undefined ? [] : [`  Database  ${databaseLocation}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The banner's lines for a first request. No file of ours holds a key that an operator chose or another replica made. */
function firstSteps(baseUrl: string, keyFile: string): string[] {
  const made = existsSync(keyFile);
  const key = made ? `$(cat '${keyFile.replaceAll("'", `'\\''`)}')` : '<your key>';
  return [
    `  Docs      ${baseUrl}/docs`,
    `  Key       ${made ? keyFile : 'yours, or made before; another one: npm run keys -- create'}`,
    `  Try       curl -s ${baseUrl}/v1/breakdowns -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '{"input_text":"Plan a birthday party for 12 children on Saturday"}'`,
  ];
}

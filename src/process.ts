import { describe } from './config/command.js';
import { loadConfig, type AppConfig } from './config/config.js';
import { EXIT, StartupFault } from './config/startup-fault.js';
import { VERSION } from './config/package.js';
import { keyFileOf } from './features/tenancy/index.js';
import { serve, type Serving } from './serve.js';
import { createLogger, flushLogs, type Logger } from './telemetry/logger.js';

/** The life of the process: configuration, start, signals, end. Sets the exit code and lets the process end. */
export async function run(): Promise<void> {
  let config: AppConfig;
  try {
    config = loadConfig();
  } catch (error) {
    return refuse(error);
  }
  const logger = createLogger({ level: config.logLevel, base: { role: config.role, version: VERSION } });
  for (const warning of config.warnings) logger.warn(warning);
  const starting = serve(config, logger);
  endOnSignal(starting, logger);
  try {
    const serving = await starting;
    endOnFault(serving, logger);
    process.stdout.write(banner(serving, config));
  } catch (error) {
    flushLogs();
    refuse(error);
  }
}

/** A signal during the start waits for the start: half of one cannot be undone. A second signal changes nothing. */
function endOnSignal(starting: Promise<Serving>, logger: Logger): void {
  let ending = false;
  const end = async (signal: string) => {
    if (ending) return;
    ending = true;
    logger.info({ signal }, 'draining');
    const serving = await starting.catch(() => undefined);
    if (!serving) return;
    await finish(serving, logger, 0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, (name) => void end(name));
}

/** After a fault that nobody handled, the state of the process is unknown: it drains and ends, and is started anew. */
function endOnFault(serving: Serving, logger: Logger): void {
  const fail = (what: string, error?: unknown) => {
    logger.fatal({ err: error }, what);
    void finish(serving, logger, EXIT.unavailable);
  };
  process.once('uncaughtException', (error) => fail('an error was not handled', error));
  process.once('unhandledRejection', (error) => fail('a rejection was not handled', error));
  void serving.broken.then((reason) => fail(reason));
}

async function finish(serving: Serving, logger: Logger, exitCode: number): Promise<void> {
  try {
    await serving.stop();
    process.exitCode ??= exitCode;
    logger.info('stopped');
  } catch (error) {
    logger.fatal({ err: error }, 'the shutdown failed');
    process.exitCode = 1;
  }
  flushLogs();
  // Everything is closed: what may still hold the event loop (a provider's socket, a timer) must not hold the exit.
  process.exit();
}

function refuse(error: unknown): void {
  process.stderr.write(`holdfast: ${describe(error)}\n`);
  process.exit(error instanceof StartupFault ? error.exitCode : 1);
}

function banner({ baseUrl, databaseLocation }: Serving, config: AppConfig): string {
  const keyFile = keyFileOf(config);
  const example = `curl -s ${baseUrl}/v1/breakdowns -H "Authorization: Bearer $(cat '${keyFile}')" -H 'Content-Type: application/json' -d '{"input_text":"Plan a birthday party for 12 children on Saturday"}'`;
  const lines = [
    `Holdfast ${VERSION} is ready.`,
    `  API       ${baseUrl}`,
    `  Docs      ${baseUrl}/docs`,
    `  Key       ${keyFile}`,
    ...(databaseLocation === undefined ? [] : [`  Database  ${databaseLocation}`]),
    `  Try       ${example}`,
  ];
  return `${lines.join('\n')}\n`;
}

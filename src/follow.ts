import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError, watch } from './client/index.js';
import { command } from './config/command.js';
import { loadConfig, type AppConfig } from './config/config.js';
import { EXIT, StartupFault } from './config/startup-fault.js';
import { exitCodeOf, exitCodeOfError, UNHEARD } from './follow/exit-code.js';
import { readArguments, USAGE, type FollowArguments } from './follow/follow-options.js';
import { ProgressReport } from './follow/progress-report.js';
import { DEFAULT_PORT, urlOf } from './http/listen.js';

/** Fruitless connections in a row after which a server counts as gone: some minutes. */
const MAX_FAILURES = 12;

/** `npm run follow -- SESSION`: shows how a council gets on, to its end; the exit code tells which end. */
async function main(args: readonly string[]): Promise<void> {
  const given = readArguments(args);
  if (!given) throw new StartupFault(USAGE, EXIT.usage);
  const config = loadConfig();
  const token = await keyOf(given, config);
  const stdout = process.stdout.on('error', endUnheard);
  const report = new ProgressReport(
    { columns: stdout.columns || 80, rows: stdout.rows || 24, write: (text) => stdout.write(text) },
    // hasColors knows of NO_COLOR.
    { drawn: stdout.isTTY && !given.plain, coloured: stdout.isTTY && stdout.hasColors() },
  );
  const baseUrl = given.url ?? config.baseUrl ?? urlOf(config.host, config.port ?? DEFAULT_PORT);
  try {
    await watch(
      given.session,
      { baseUrl, token, maxFailures: MAX_FAILURES, onReconnect: (reconnect) => report.pause(reconnect) },
      (item) => report.item(item),
    );
    report.end();
    process.exitCode = exitCodeOf(report.view);
  } catch (error) {
    const fault = asFault(error, baseUrl);
    process.stderr.write(`holdfast: ${fault.message} (${fault.code})\n`);
    process.exitCode = exitCodeOfError(fault);
  }
}

/** The reader has gone, or the disk is full. Says nothing of a reader that has gone, as `head` and pagers do. */
function endUnheard({ code, message }: NodeJS.ErrnoException): void {
  if (code !== 'EPIPE') process.stderr.write(`holdfast: ${message}\n`);
  process.exit(UNHEARD);
}

/** @throws the error when it is neither the server's fault nor the network's. */
function asFault(error: unknown, baseUrl: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  // fetch reports a network failure as a TypeError with a cause.
  if (!(error instanceof TypeError) || error.cause === undefined) throw error;
  return new HoldfastError('disconnected', `${baseUrl} cannot be reached.`);
}

/** @throws StartupFault when there is none. */
async function keyOf({ keyFile }: FollowArguments, { bootstrapKey, dataDir }: AppConfig): Promise<string> {
  if (keyFile === undefined && bootstrapKey !== undefined) return bootstrapKey;
  const path = keyFile ?? join(dataDir, 'bootstrap-key');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new StartupFault(`${path} cannot be read: name the file of your key with --key-file.`, EXIT.usage);
  });
  const key = text.trim();
  // Name the file, in case a user named another one by mistake, but quote nothing of it.
  if (!/^[!-~]+$/.test(key))
    throw new StartupFault(
      `${path} must hold one key and nothing else: name the file of your key with --key-file.`,
      EXIT.usage,
    );
  return key;
}

await command(() => main(process.argv.slice(2)));

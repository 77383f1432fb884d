import { StartupFault } from './startup-fault.js';

/** Runs a command-line program: a fault becomes one line on stderr and an exit code. */
export async function command(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`holdfast: ${describe(error)}\n`);
    process.exitCode = error instanceof StartupFault ? error.exitCode : 1;
  }
}

/** A fault's message says what to do; for any other error the stack helps most. */
export function describe(error: unknown): string {
  if (error instanceof StartupFault) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

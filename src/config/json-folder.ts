import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EXIT, StartupFault } from './startup-fault.js';

/** The contents of a folder of files that an operator may edit, and their faults. */
export interface JsonFolder<T> {
  /** In the order of their file names. */
  readonly items: readonly T[];
  /** `<file>: <what is wrong>`. */
  readonly faults: readonly string[];
}

/**
 * Reads every `*.json` of a folder.
 * @param what the plural that errors call its contents.
 * @throws StartupFault (exit 78) when the folder cannot be read.
 */
export function readJsonFolder<T>(folder: string, schema: z.ZodType<T>, what: string): JsonFolder<T> {
  const read = filesOf(folder, what).map((file) => ({ file, ...readItem(join(folder, file), schema) }));
  return {
    items: read.flatMap(({ item }) => (item === undefined ? [] : [item])),
    faults: read.flatMap(({ file, fault }) => (fault === undefined ? [] : [`${file}: ${fault}`])),
  };
}

/** Names that occur more than once, as faults. */
export function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is used twice`);
}

/** @throws StartupFault (exit 78) that names every fault, when there are any. */
export function refuseFaults(folder: string, what: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  const subject = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  throw new StartupFault(`${subject} in ${folder} cannot be used:\n  ${faults.join('\n  ')}`, EXIT.config);
}

function filesOf(folder: string, what: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .toSorted();
  } catch (cause) {
    throw new StartupFault(
      `The folder of ${what} ${folder} cannot be read. Restore it from the release, or let the server's user read it.`,
      EXIT.config,
      { cause },
    );
  }
}

function readItem<T>(path: string, schema: z.ZodType<T>): { readonly item?: T; readonly fault?: string } {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? { item: parsed.data } : { fault: z.prettifyError(parsed.error) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../config/package.js';
import { EXIT, StartupFault } from '../config/startup-fault.js';

/** The folder of prompts. A changed prompt is a new file with a version in its name: answers can be traced to their prompt. */
export const PROMPT_FOLDER = join(PACKAGE_ROOT, 'config', 'prompts');

/**
 * Reads a prompt.
 * @throws StartupFault (exit 78) when the file is missing or empty.
 */
export function loadPrompt(file: string, folder = PROMPT_FOLDER): string {
  const path = join(folder, file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new StartupFault(
      `The prompt ${path} cannot be read. Restore it from the release, or let the server's user read it.`,
      EXIT.config,
      { cause },
    );
  }
  if (text === '') throw new StartupFault(`The prompt ${path} is empty. Restore it from the release.`, EXIT.config);
  return text;
}

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder, and the missing ones above it. Node's own recursive `mkdir` tries for ever where an existing folder refuses
 * with ENOENT, as those below /proc do.
 * @returns whether it was missing.
 * @throws what the system says.
 */
export function ensureFolder(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (isFolder(path)) return false;
    const above = dirname(path);
    if (above === path || isFolder(above) || !isNoEntry(error)) throw error;
    ensureFolder(above, mode);
    return ensureFolder(path, mode);
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function isNoEntry(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

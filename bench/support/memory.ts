import { readFileSync } from 'node:fs';

/** Resident size of a process, in bytes. Linux only. */
export function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

export function megabytes(bytes: number): number {
  return bytes / (1024 * 1024);
}

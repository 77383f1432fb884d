import { readFileSync } from 'node:fs';

/** The kernel's unit of these counts on every Linux that Node runs on, milliseconds. */
const TICK_MS = 10;

/** What a process has used of processors since its start, milliseconds. Linux only. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before it may hold anything, but ends with the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

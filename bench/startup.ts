import { median, note, print, rounded } from './support/figures.js';
import { removeFolder, startServer, temporaryFolder } from './support/server.js';

/** From the start of the process to the line that says ready, on an empty folder and on existing data; milliseconds. */
const RUNS = 7;

const empty: number[] = [];
const existing: number[] = [];
for (let run = 1; run <= RUNS; run++) {
  const folder = await temporaryFolder();
  try {
    const first = await startServer(folder);
    await first.stop();
    const second = await startServer(folder);
    await second.stop();
    empty.push(first.startMs);
    existing.push(second.startMs);
    note(`run ${run}: empty ${Math.round(first.startMs)} ms, existing ${Math.round(second.startMs)} ms`);
  } finally {
    await removeFolder(folder);
  }
}
print({
  name: 'startup',
  measured: rounded(median(existing), 0),
  empty_folder: rounded(median(empty), 0),
  unit: 'ms from process start to ready, existing data',
  runs: RUNS,
});

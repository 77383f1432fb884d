import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { PACKAGE_ROOT } from './config/package.js';

// Before the large imports, which is why they are not static ones: a signal in their midst is one to heed as well.
const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop.abort(name));
// npm hands on the signals that end it, but SIGKILL is told to nobody: the server would go on without anyone who knows of it.
if (process.argv.includes('--end-with-parent')) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop.abort('end of the parent');
  }, 1_000).unref();
}
enableCompileCache(join(PACKAGE_ROOT, 'node_modules', '.cache', 'holdfast'));
const { run } = await import('./process.js');
await run(stop.signal);

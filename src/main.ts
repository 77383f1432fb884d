import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { PACKAGE_ROOT } from './config/package.js';

// Listen before the large imports, which are dynamic for this reason: a signal during them must be heeded too.
const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop.abort(name));
// npm passes on the signals that end it, but not SIGKILL: the server would run on without a parent, unnoticed.
if (process.argv.includes('--end-with-parent')) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop.abort('end of the parent');
  }, 1_000).unref();
}
enableCompileCache(join(PACKAGE_ROOT, 'node_modules', '.cache', 'holdfast'));
const { run } = await import('./process.js');
await run(stop.signal);

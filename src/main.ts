import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { PACKAGE_ROOT } from './config/package.js';

// Before the large imports, which is why they are not static ones: a signal in their midst is one to heed as well.
const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort(name));
enableCompileCache(join(PACKAGE_ROOT, 'node_modules', '.cache', 'holdfast'));
const { run } = await import('./process.js');
await run(stop.signal);

// Migrations against entities, on an empty database of its own: every migration up, no drift, every one down, and up again.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-migrations-'));
chmodSync(dataDir, 0o755); // when root runs this, the database's user has to get in, or its files go elsewhere and stay
const downs = readdirSync(join(root, 'migrations')).flatMap((name) => (name.endsWith('.ts') ? ['down'] : []));

function migrate(step) {
  const env = { ...process.env, HOLDFAST_DATA_DIR: dataDir };
  const options = { cwd: root, env, encoding: 'utf8', timeout: 60_000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/src/migrate.js', step], options);
  if (status !== 0) throw new Error(`${step}: ${stdout}${stderr}`);
}

try {
  for (const step of ['up', 'drift', ...downs, 'up', 'drift']) migrate(step);
} catch (error) {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

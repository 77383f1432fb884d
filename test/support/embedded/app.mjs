// An app that owns an embedded Postgres: starts it, tells what happens as lines of JSON, stops it on "stop", and then ends
// by itself, which it can only do when nothing keeps its event loop alive.
import { createInterface } from 'node:readline';

const { module, dataDir, uid } = JSON.parse(process.argv[2]);
const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

if (uid !== undefined) {
  process.setgroups([]);
  process.setgid(uid);
  process.setuid(uid);
}
const { startEmbeddedPostgres } = await import(module);
try {
  const postgres = await startEmbeddedPostgres({ dataDir });
  void postgres.crashed.then(() => tell({ event: 'crashed' }));
  const commands = createInterface({ input: process.stdin });
  const stop = async () => {
    commands.close();
    await postgres.stop();
    process.stdin.destroy();
    tell({ event: 'stopped' });
  };
  commands.once('line', () => void stop());
  process.on('SIGINT', () => tell({ event: 'interrupted' }));
  tell({ event: 'started', url: postgres.url, location: postgres.location });
} catch (error) {
  tell({ event: 'refused', name: error.name, message: error.message, exitCode: error.exitCode });
}

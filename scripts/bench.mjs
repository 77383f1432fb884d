// Runs one benchmark: `npm run bench -- NAME`. A benchmark is a file bench/NAME.ts that prints one line of JSON on stdout;
// what several share lives in folders below bench/.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const name = process.argv[2];
const names = readdirSync(fileURLToPath(new URL('../bench', import.meta.url)))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3));

if (names.includes(name)) {
  process.argv.splice(2, 1);
  await import(`../dist/bench/${name}.js`);
} else {
  process.stderr.write(`usage: npm run bench -- NAME\nNAME is one of: ${names.join(', ')}\n`);
  process.exitCode = 64; // EX_USAGE
}

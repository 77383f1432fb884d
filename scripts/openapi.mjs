// Writes openapi.json from the source; with --check, says whether the committed file is what the source gives.
import 'reflect-metadata';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile } from './build.mjs';
import { buildDocument } from './openapi/document.mjs';
import { CompiledClasses, loadProgram } from './openapi/sources.mjs';

const unknown = process.argv.slice(2).filter((arg) => arg !== '--check');
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(', ')}; there is --check\n`);
  process.exit(64);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'openapi.json');

async function generate() {
  await compile();
  const compiled = (path) => import(pathToFileURL(join(root, 'dist/src', path)).href);
  const modules = await Promise.all(
    ['http/access', 'http/api-doc', 'http/cross-origin', 'http/limits', 'reliability/errors/codes'].map((name) =>
      compiled(`${name}.js`),
    ),
  );
  const program = loadProgram(root);
  const classes = new CompiledClasses(root);
  await classes.load(program);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return buildDocument({ program, classes, version, http: Object.assign({}, ...modules) });
}

/** The faults of the document by the official schema of OpenAPI 3.1. */
async function faultsOf(document) {
  const { Validator } = await import('@seriousme/openapi-schema-validator');
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  return valid
    ? []
    : [errors].flat().map((error) => (typeof error === 'string' ? error : `${error.instancePath}: ${error.message}`));
}

/** Where two documents differ, as JSON Pointers. */
function* differences(before, after, pointer = '') {
  const comparable = (value) => typeof value === 'object' && value !== null;
  if (!comparable(before) || !comparable(after)) {
    if (before !== after) yield pointer;
    return;
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
    yield* differences(before[name], after[name], `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

/** As it will stand in the file: what JSON cannot say is a fault that must show here. */
const document = JSON.parse(JSON.stringify(await generate()));
const faults = await faultsOf(document);
for (const fault of faults) console.error(`openapi.json is not valid: ${fault}`);
if (process.argv.includes('--check')) {
  const committed = existsSync(target) ? JSON.parse(readFileSync(target, 'utf8')) : {};
  const drift = [...differences(committed, document)];
  for (const pointer of drift.slice(0, 20)) console.error(`openapi.json is not up to date at ${pointer}`);
  if (drift.length > 20) console.error(`… and at ${drift.length - 20} more places`);
  if (drift.length > 0) console.error('Run: node scripts/openapi.mjs');
  process.exitCode = drift.length + faults.length > 0 ? 1 : 0;
} else {
  writeFileSync(target, `${JSON.stringify(document, null, 2)}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

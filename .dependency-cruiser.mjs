// The import rules of the house. Every room may import itself, the rooms listed for it, and packages; nothing else of ours.
const kernel = ['reliability'];
const base = [...kernel, 'config', 'telemetry'];
const stores = [...base, 'database'];
const engines = ['llm', 'journal', 'queue', 'hints'];
const rooms = {
  reliability: [],
  client: [],
  follow: ['client'],
  config: kernel,
  telemetry: [...kernel, 'config'],
  http: base,
  database: base,
  llm: stores,
  journal: stores,
  queue: stores,
  hints: stores,
  health: [...stores, ...engines, 'http'],
  features: [...stores, ...engines, 'http'], // between features: see the two rules below
};

const spec = '[.]spec[.]ts$';
const forbid = (name, comment, from, to, more = {}) => ({ name, comment, severity: 'error', from, to, ...more });

const layers = Object.entries(rooms).map(([room, below]) =>
  forbid(
    `layer-${room}`,
    `src/${room}/ may import ${below.map((name) => `src/${name}/`).join(', ') || 'nothing of ours'}: arrows point down.`,
    { path: `^src/${room}/`, pathNot: spec },
    { path: '^(src|migrations)/', pathNot: `^src/(${[room, ...below].join('|')})/` },
  ),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...layers,
    forbid(
      'no-unruled-room',
      'A new folder in src/ needs its place among the layers, in .dependency-cruiser.mjs.',
      { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(rooms).join('|')})/` },
      {},
    ),
    forbid(
      'kernel-packages',
      'The kernel is reusable in any Nest app: of packages it knows rxjs, Nest common and core, and opossum.',
      { path: '^src/reliability/', pathNot: spec },
      { path: 'node_modules/', pathNot: 'node_modules/(@types/)?(rxjs|@nestjs/common|@nestjs/core|opossum)/' },
    ),
    forbid(
      'client-stands-alone',
      'The client library runs in browsers: neither packages nor what only Node has.',
      { path: '^src/client/', pathNot: spec },
      { path: '.', pathNot: '^src/client/' },
    ),
    forbid('no-circular', 'A cycle is a ReferenceError at boot: ESM with decorator metadata.', {}, { circular: true }),
    forbid(
      'no-circular-features',
      'The graph of features has no cycle, not even through different files.',
      { path: '^src/features/[^/]+$' },
      { circular: true, path: '^src/features/[^/]+$' },
      { scope: 'folder' },
    ),
    forbid(
      'feature-by-its-index',
      'A feature imports another feature only through its index.ts.',
      { path: '^src/features/([^/]+)/' },
      { path: '^src/features/[^/]+/', pathNot: '^src/features/($1/|[^/]+/index[.]ts$)' },
    ),
    forbid(
      'index-is-for-outsiders',
      'Inside a room or a feature, import the file itself: a barrel used from within makes cycles.',
      { path: '^src/((features/)?[^/]+)/', pathNot: spec },
      { path: '^src/$1/index[.]ts$' },
    ),
    forbid(
      'app-module-is-the-root',
      'Only main.ts, by way of serve.ts, and tests import the composition root.',
      { pathNot: '^(src/(main|serve)[.]ts$|test/)' },
      { path: '^src/app[.]module[.]ts$' },
    ),
    forbid(
      'not-to-tests',
      'The product imports neither tests nor benchmarks nor scripts.',
      { path: '^(src|migrations)/', pathNot: spec },
      { path: `^(test|bench|scripts)/|${spec}` },
    ),
    forbid('no-orphans', 'Nothing imports it, and it imports nothing.', { orphan: true, path: '^src/' }, {}),
    forbid('resolvable', 'Does not exist.', {}, { couldNotResolve: true }),
    forbid(
      'listed-packages',
      'A package that package.json does not list works by accident.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbid(
      'no-dev-packages',
      'The product runs without dev dependencies.',
      { path: '^(src|migrations)/', pathNot: spec },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true, // an import of a type couples the rooms too
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};

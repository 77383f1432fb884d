import { isSetting } from './scripts/settings.mjs';

for (const name of Object.keys(process.env)) if (isSetting(name)) delete process.env[name];
process.env.NODE_ENV = 'test';

/** What all tests share. */
export const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};

/** What tests of the whole need: the framework loaded as ES modules, and a database server. */
export const served = {
  ...shared,
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFiles: ['<rootDir>/test/support/setup.ts'],
};

/**
 * Small tests beside the code, medium and e2e tests under test/; the long proofs have their own configuration. Tests with
 * limits of time that a crowded machine does not keep come last, one file at a time: beside three workers they would measure the
 * queue for two cores.
 */
export default {
  projects: [
    { ...shared, displayName: 'small', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    {
      ...served,
      displayName: 'whole',
      testMatch: ['<rootDir>/test/medium/**/*.test.ts', '<rootDir>/test/e2e/**/*.test.ts'],
    },
    {
      ...served,
      displayName: 'timed',
      testMatch: ['<rootDir>/test/timed/**/*.test.ts'],
      runner: '<rootDir>/test/support/one-by-one.mjs',
    },
  ],
  // One more than the cores of a small runner: a third of the time, tests wait for timers and processes.
  maxWorkers: 3,
  // Modules of finished files are never freed, and a worker of gigabytes spends its time on looking through them.
  workerIdleMemoryLimit: '1GB',
  // Only for what hangs: how long a test takes is the machine's affair.
  testTimeout: 180_000,
  reporters: ['default', '<rootDir>/test/support/reporter.mjs'],
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'lcov'],
  // Entry points run only as processes of their own, in e2e tests, whose coverage is not collected.
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts', '!src/*.ts'],
  coverageThreshold: { global: { lines: 85 } },
};

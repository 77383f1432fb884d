import { isSetting } from './scripts/settings.mjs';

for (const name of Object.keys(process.env)) if (isSetting(name)) delete process.env[name];
process.env.NODE_ENV = 'test';

/** Small tests beside the code, medium and e2e tests under test/; the long proofs have their own configuration. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFiles: ['<rootDir>/test/support/setup.ts'],
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/medium/**/*.test.ts', '<rootDir>/test/e2e/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  maxWorkers: 2,
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/reporter.mjs'],
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'lcov'],
  // Entry points run only as processes of their own, in e2e tests, whose coverage is not collected.
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts', '!src/*.ts'],
  coverageThreshold: { global: { lines: 85 } },
};

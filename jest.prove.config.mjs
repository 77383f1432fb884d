import base, { served } from './jest.config.mjs';

const { projects: _fast, ...common } = base;

/** The long proofs: many seeds, many kills, soak. One after the other, because each wants the machine for itself. */
export default {
  ...common,
  ...served,
  testMatch: ['<rootDir>/test/prove/**/*.test.ts'],
  testTimeout: 30 * 60_000,
  verbose: true,
};

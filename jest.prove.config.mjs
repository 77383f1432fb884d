import base from './jest.config.mjs';

/** The long proofs: many seeds, many kills, soak. One after the other, because each wants the machine for itself. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/prove/**/*.test.ts'],
  testTimeout: 30 * 60_000,
  verbose: true,
};

import TestRunner from 'jest-runner';

/** Runs test files one after the other, in a process of their own, after those of all other runners have ended. */
export default class OneByOne extends TestRunner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: 1 }, context);
  }
}

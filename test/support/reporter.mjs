/**
 * Ends a run with one line that machines and people can read: `tests: N passed, N failed, N skipped`. A test file that
 * could not run at all counts as one failure. Tests that did not run are listed before it: a skip has to give its reason
 * in the test's name.
 */
export default class SummaryReporter {
  #selects;

  constructor(globalConfig) {
    this.#selects = Boolean(globalConfig.testNamePattern);
  }

  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const lines = this.#selects ? [] : skippedTests(results).map((name) => `skipped: ${name}`);
    lines.push(`tests: ${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
    // At exit, because the coverage reporter prints after this one.
    process.once('exit', () => process.stdout.write(`${lines.join('\n')}\n`));
  }
}

function skippedTests({ testResults }) {
  return testResults
    .flatMap((file) => file.testResults)
    .filter((test) => test.status === 'pending' || test.status === 'todo')
    .map((test) => test.fullName);
}

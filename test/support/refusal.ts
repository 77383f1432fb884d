import { expect } from '@jest/globals';
import type { ErrorCode } from '../../src/reliability/errors/codes.js';
import type { Problem } from '../../src/reliability/errors/problem.js';
import type { Answer } from './client.js';
import { expectProblem } from './problem.js';

/** Expects the contract's problem with this code. */
export function expectRefused({ status, headers, text }: Answer<unknown>, code: ErrorCode): Problem {
  return expectProblem({ status, headers: { ...headers }, body: text }, code);
}

/** Expects a 422 that points to one place only. */
export function expectRefusedAt(answer: Answer<unknown>, pointer: string): void {
  const { errors } = expectRefused(answer, 'validation_error');
  expect(errors).toEqual([{ pointer, detail: expect.stringMatching(/\S/) }]);
}

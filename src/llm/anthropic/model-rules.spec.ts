import { describe, expect, it } from '@jest/globals';
import { rulesOf } from './model-rules.js';

describe('what a model takes', () => {
  it.each([
    ['claude-3-5-sonnet-20241022', true, true],
    ['claude-opus-4-20250514', true, true],
    ['claude-sonnet-4-5-20250929', true, true],
    ['claude-opus-4-6', true, true],
    ['claude-opus-4-7', false, true],
    ['anthropic/claude-opus-4.8', false, true],
    ['claude-opus-5', false, true],
    ['claude-fable-5-1', false, false],
    ['claude-haiku-5-5-20261001', false, false],
    ['claude-next', true, true],
    ['', true, true],
  ])('%s: sampling %s, forced tools %s', (model, sampling, forcedTools) => {
    expect(rulesOf(model)).toEqual({ sampling, forcedTools });
  });
});

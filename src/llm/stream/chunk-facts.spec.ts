import { describe, expect, it } from '@jest/globals';
import { factsOf } from './chunk-facts.js';

const beside = (delta: object) => factsOf({ body: { choices: [{ index: 0, delta }] } }).other;

describe('what a piece holds beside text', () => {
  it.each([
    ['reasoning', 'Hm.'],
    ['reasoning_content', 'Hm.'],
    ['reasoning_details', [{ text: 'Hm.' }]],
    ['thinking', 'Hm.'],
    ['thinking_blocks', [{ type: 'thinking', thinking: 'Hm.' }]],
    ['provider_specific_fields', { thinking_blocks: [] }],
    ['reasoning_text', 'Hm.'],
    ['reasoning_opaque', 'aGVsbG8='],
  ])('is a thought, which another provider need not repeat, where it is called %s', (name, said) => {
    expect(beside({ role: 'assistant', content: 'One', [name]: said })).toBe('thought');
  });

  it.each([null, '', [], {}])('is nothing where it is %j', (said) => {
    expect(beside({ content: 'One', audio: said, refusal: said, unheard_of: said })).toBe('none');
  });

  it('is more where it is anything else', () => {
    expect(beside({ tool_calls: [{}] })).toBe('more');
    expect(beside({ unheard_of: { a: 1 } })).toBe('more');
  });
});

import { describe, expect, it } from '@jest/globals';
import { fixedFormat, requestJson } from './fixed-format.js';
import type { ResponseFormat } from './provider.js';

const format = (): ResponseFormat => ({
  type: 'json_schema',
  json_schema: { name: 'plan', strict: true, schema: { type: 'object', properties: { a: { type: 'string' } } } },
});

describe('a request as JSON', () => {
  const messages = [{ role: 'user', content: 'say "}" and \u2028' }];

  it.each([
    ['a fixed format', { messages, response_format: fixedFormat(format()), model: 'm', stream: undefined }],
    ['nothing but a fixed format', { response_format: fixedFormat(format()), stream: undefined }],
    ['another format', { messages, response_format: format(), model: 'm' }],
    ['no format', { messages, model: 'm', stream: undefined }],
    ['a format that is none', { messages, response_format: null }],
  ])('says the same with %s', (_what, request) => {
    expect(JSON.parse(requestJson(request))).toEqual(JSON.parse(JSON.stringify(request)));
  });

  it('does not write a fixed format again', () => {
    let written = 0;
    const counted = Object.assign(format(), { toJSON: () => ((written += 1), format()) });
    const response_format = fixedFormat(counted);
    for (let request = 0; request < 3; request++) requestJson({ messages, response_format });
    expect(written).toBe(1);
  });
});

it('a fixed format cannot be changed, or requests would not say what it says', () => {
  const { json_schema } = fixedFormat(format());
  expect(() => (json_schema.schema['type'] = 'array')).toThrow(TypeError);
});

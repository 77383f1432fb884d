import { describe, expect, it } from '@jest/globals';
import { ProviderFault } from '../provider-fault.js';
import { JsonBody } from './json-body.js';

/** What is kept of a body whose bytes come one by one. */
function keptOf(text: string): string | undefined {
  const body = new JsonBody(1000);
  for (const byte of Buffer.from(text)) body.takes(Buffer.of(byte));
  return body.text?.trim();
}

describe('a body that may be one piece of JSON', () => {
  it.each(['{"a":"é"}', ' \r\n\t{"a":"é"}', '\uFEFF{"a":"é"}'])('is told by how it begins: %j', (text) => {
    expect(keptOf(text)).toBe('{"a":"é"}');
  });

  it.each(['data: {"a":1}\n\n', ': {\n\n', '\uFEFFdata: {}\n\n', '\n\nevent: x\n', '<html>{}', '[{}]', '  ', ''])(
    'is left to others when it is %j',
    (text) => {
      expect(keptOf(text)).toBeUndefined();
    },
  );

  it('is not kept beyond its bound', () => {
    const body = new JsonBody(10);
    expect(body.takes(Buffer.from('{"a":1,"b"'))).toBe(true);
    expect(() => body.takes(Buffer.from(':'))).toThrow(ProviderFault);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ProviderFault } from '../provider-fault.js';
import type { ChatMessage } from '../provider.js';
import { toTurns } from './to-turns.js';

const user = (content: ChatMessage['content']): ChatMessage => ({ role: 'user', content });
const assistant = (content: ChatMessage['content'], more = {}): ChatMessage => ({
  role: 'assistant',
  content,
  ...more,
});
const call = (id: string, text: string) => ({ id, type: 'function', function: { name: 'look', arguments: text } });
const text = (words: string) => ({ type: 'text', text: words });

/** The blocks of the only turn. */
const blocksOf = (content: ChatMessage['content']) => toTurns([user(content)]).turns[0]?.content;

describe('messages as turns', () => {
  it('takes instructions out of the chat, wherever they stand', () => {
    const { system, turns } = toTurns([
      { role: 'system', content: 'Be brief.' },
      user('Hi'),
      { role: 'developer', content: [text('Be kind.')] },
    ]);
    expect(system).toBe('Be brief.\n\nBe kind.');
    expect(turns).toEqual([{ role: 'user', content: [text('Hi')] }]);
  });

  it('merges neighbours of one role, also when what stood between them was empty', () => {
    expect(toTurns([user('a'), user('b'), assistant(' \n'), user('c')]).turns).toEqual([
      { role: 'user', content: [text('a'), text('b'), text('c')] },
    ]);
  });

  it('lets the user begin', () => {
    expect(toTurns([assistant('Hello'), user('Hi')]).turns.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
    ]);
  });

  it('asks with the instructions when there is nothing else', () => {
    expect(toTurns([{ role: 'system', content: 'Say hello' }])).toEqual({
      system: '',
      turns: [{ role: 'user', content: [text('Say hello')] }],
    });
  });

  it('keeps that the assistant has refused, as its client sends it back', () => {
    const { turns } = toTurns([user('Do it'), assistant(null, { refusal: 'I will not.' }), user('Why?')]);
    expect(turns[1]).toEqual({ role: 'assistant', content: [text('I will not.')] });
  });

  it('keeps the beginning of an answer as the last turn, without the space at its end that is refused', () => {
    expect(toTurns([user('Count'), assistant('One, two, ')]).turns.at(-1)).toEqual({
      role: 'assistant',
      content: [text('One, two,')],
    });
  });
});

describe('parts of a message', () => {
  it('leaves blank texts out', () => {
    expect(blocksOf([text(''), text(' \n'), text('x')])).toEqual([text('x')]);
  });

  it('sends images by value and by address', () => {
    const image = (url: string) => ({ type: 'image_url', image_url: { url, detail: 'low' } });
    expect(blocksOf([image('data:image/jpg;base64,AAAA')])).toMatchObject([{ source: { media_type: 'image/jpeg' } }]);
    expect(blocksOf([image('data:image/png;base64,AAAA'), image('https://example.com/a.png')])).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
    ]);
  });
});

describe('calls of tools', () => {
  it('become uses of tools, and their results come before everything else of the next turn', () => {
    const { turns } = toTurns([
      user('Look'),
      assistant('I look.', { tool_calls: [call('c1', '{"at":"x"}'), call('c2', '')] }),
      user('Well?'),
      { role: 'tool', content: 'a cat', tool_call_id: 'c1' },
      { role: 'tool', content: '', tool_call_id: 'c2' },
    ]);
    expect(turns.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          text('I look.'),
          { type: 'tool_use', id: 'c1', name: 'look', input: { at: 'x' } },
          { type: 'tool_use', id: 'c2', name: 'look', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: [text('a cat')] },
          { type: 'tool_result', tool_use_id: 'c2', content: [] },
          text('Well?'),
        ],
      },
    ]);
  });

  it('keep together although the id of another provider has to be changed', () => {
    const { turns } = toTurns([
      user('Look'),
      assistant(null, { tool_calls: [call('functions.look:0', '{}')] }),
      { role: 'tool', content: 'a cat', tool_call_id: 'functions.look:0' },
    ]);
    expect(turns[1]?.content[0]).toMatchObject({ id: 'functions_look_0' });
    expect(turns[2]?.content[0]).toMatchObject({ tool_use_id: 'functions_look_0' });
  });

  it.each(['[1]', 'not JSON', '"x"'])('keep arguments that are no object: %s', (words) => {
    const { turns } = toTurns([user('Look'), assistant(null, { tool_calls: [call('c', words)] })]);
    expect(turns[1]?.content[0]).toMatchObject({ input: { arguments: words } });
  });
});

describe('what has no counterpart', () => {
  const part = (type: string, more = {}): ChatMessage => user([{ type, ...more }]);
  it.each<[string, ChatMessage[]]>([
    ['no messages', []],
    ['only blanks', [user(' '), { role: 'system', content: '' }]],
    ['audio', [part('input_audio')]],
    ['a text part without text', [part('text')]],
    ['an image without URL', [part('image_url')]],
    ['an image over http', [part('image_url', { image_url: { url: 'http://example.com/secret.png' } })]],
    ['a data URL that is not base64', [part('image_url', { image_url: { url: 'data:image/svg+xml,secret' } })]],
    ['a data URL cut short', [part('image_url', { image_url: { url: 'data:secret' } })]],
    ['a result that names no call', [{ role: 'tool', content: 'secret' }]],
    ['a call of a function', [user('Hi'), assistant(null, { function_call: { name: 'secret', arguments: '{}' } })]],
    ['a result of a function', [user('Hi'), { role: 'function', name: 'f', content: 'secret' } as never]],
    ['garbage as calls', [assistant(null, { tool_calls: ['secret'] })]],
  ])('%s is rejected, and not quoted', (_name, messages) => {
    expect.assertions(2);
    try {
      toTurns(messages);
    } catch (error) {
      expect(error).toMatchObject({ kind: 'rejected' });
      expect(error instanceof ProviderFault && error.detail).not.toContain('secret');
    }
  });
});

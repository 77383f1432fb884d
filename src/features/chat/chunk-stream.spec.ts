import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import { RunChunk } from '../../llm/openai/run-chunk.js';
import { ChunkStream } from './chunk-stream.js';

describe('the chunks of an answer', () => {
  it('have the identity of the first that has one, whoever gives them: Azure begins with an empty one', () => {
    const raw = new ServerResponse(new IncomingMessage(new Socket()));
    const write = jest.spyOn(raw, 'write').mockReturnValue(true);
    const stream = new ChunkStream({ raw, includesUsage: true, takeOver: () => {} });
    const send = (provider: string, body: object) =>
      stream.send({ body: { ...body }, text: JSON.stringify(body) }, { provider, model: 'm', attempt: 1 });
    expect(stream.isOpen).toBe(false);
    send('a', { id: '', created: 0, model: '', choices: [], prompt_filter_results: [] });
    expect(stream.isOpen).toBe(true);
    for (const words of ['x', 'y'])
      send('a', { id: 'one', created: 7, model: 'm', choices: [{ delta: { content: words } }] });
    send('b', { id: 'two', created: 8, model: 'm', choices: [] });
    void stream.taken();
    const chunks = String(write.mock.calls[0]?.[0])
      .split('\n\n')
      .filter((event) => event !== '')
      .map((event) => JSON.parse(event.slice('data: '.length)) as { id: string; created: number; model: string });
    expect(chunks.map(({ id, created, model }) => [id, created, model])).toEqual([
      ['', 0, 'a/m'],
      ['one', 7, 'a/m'],
      ['one', 7, 'a/m'],
      ['one', 7, 'b/m'],
    ]);
  });

  it('name the model in their own field alone, wherever another one has that name', () => {
    const raw = new ServerResponse(new IncomingMessage(new Socket()));
    const write = jest.spyOn(raw, 'write').mockReturnValue(true);
    const stream = new ChunkStream({ raw, includesUsage: true, takeOver: () => {} });
    const route = { model: 'm', choices: [1] };
    for (const body of [
      { route, id: 'x', created: 1, model: 'm', choices: [] },
      { id: 'x', created: 1, model: 'm', route, choices: [] },
    ]) {
      stream.send({ body, text: JSON.stringify(body) }, { provider: 'a', model: 'm', attempt: 1 });
      void stream.taken();
      const said: unknown = JSON.parse(String(write.mock.lastCall?.[0]).slice('data: '.length));
      expect(said).toEqual({ ...body, model: 'a/m' });
    }
  });

  it('are the same when many come together as when each comes alone, byte by byte', () => {
    const body = (content: string) => ({
      id: 'x',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta: { content } }],
    });
    const all = ['one', ' two', ' "3"', ' – vier', ' 五', ' \u{1F600}', '\u007f\n'];
    const from = { provider: 'a', model: 'm', attempt: 1 };
    const written = (send: (stream: ChunkStream) => void, identity?: string): string => {
      const raw = new ServerResponse(new IncomingMessage(new Socket()));
      const write = jest.spyOn(raw, 'write').mockReturnValue(true);
      const stream = new ChunkStream({ raw, includesUsage: true, takeOver: () => {} });
      if (identity !== undefined) stream.send({ body: { ...body(''), id: identity } }, { ...from, provider: 'b' });
      stream.send({ body: body('zero'), text: JSON.stringify(body('zero')) }, from);
      send(stream);
      void stream.taken();
      const [bytes, encoding] = write.mock.calls[0] ?? [];
      return Buffer.from(String(bytes), encoding as BufferEncoding).toString('utf8');
    };
    const [before = '', after = ''] = JSON.stringify(body('|')).split('|');
    const run = { before, after, words: all.map((one) => JSON.stringify(one).slice(1, -1)) };
    for (const identity of [undefined, 'of another provider']) {
      const alone = written((stream) => {
        for (const one of all) stream.send({ body: body(one), text: JSON.stringify(body(one)) }, from);
      }, identity);
      expect(written((stream) => stream.send(new RunChunk(run), from), identity)).toBe(alone);
      const said = [...alone.matchAll(/^data: (.*)$/gm)].map(
        ([, json = '']) => JSON.parse(json) as ReturnType<typeof body>,
      );
      expect(said.flatMap(({ choices }) => choices.map(({ delta }) => delta.content)).join('')).toContain(all.join(''));
      expect(new Set(said.map(({ id }) => id))).toEqual(new Set([identity ?? 'x']));
    }
  });
});

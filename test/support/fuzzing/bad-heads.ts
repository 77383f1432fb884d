import type { OpenApiDocument, Operation, Parameter } from '../../../src/http/pages/openapi-file.js';
import { encodeCursor } from '../../../src/http/page.js';
import type { SeededRandom } from '../seeded-random.js';
import type { WildValues } from './wild-values.js';

/** An operation of the API document. */
export interface Route {
  readonly method: string;
  readonly template: string;
  readonly operation: Operation;
}

/** A good request that is being spoiled. */
export interface Draft {
  method: string;
  target: string;
  headers: [string, string][];
  body: Buffer | undefined;
  ends: boolean;
}

/** Spoils the head of a request. */
export class BadHeads {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly random: SeededRandom,
    private readonly wild: WildValues,
    private readonly key: string,
  ) {}

  query(draft: Draft, { operation }: Route): void {
    const { random } = this;
    const known = (operation.parameters ?? [])
      .map((parameter) => this.parameter(parameter))
      .filter((one) => one?.in === 'query');
    const names = [
      ...known.map((one) => one?.name ?? ''),
      'limit',
      'cursor',
      'ticket',
      '__proto__',
      'limit[]',
      'a'.repeat(200),
      '%00',
      '',
    ];
    if (known.some((one) => one?.name === 'cursor') && random.chance(0.4)) {
      draft.target += `?cursor=${random.chance(0.3) ? this.wildCursor() : this.forgedCursor(draft.target)}`;
      return;
    }
    const values = [
      '0',
      '1',
      '200',
      '-1',
      '1.5',
      '1e3',
      '9'.repeat(30),
      '',
      'null',
      '%00',
      '%',
      '%zz',
      '%ff',
      '%ED%A0%80',
      '[]',
      '2026-13',
      '2026-00',
      '2026-05',
    ];
    const parts = random.times(random.int(1, 4), () => {
      const value = random.chance(0.6) ? random.pick(values) : encoded(this.wild.text());
      return `${random.pick(names)}${random.chance(0.9) ? '=' : ''}${value}`;
    });
    draft.target += `?${parts.join(random.pick(['&', '&', '&', ';', '?', '&&']))}`;
  }

  path(draft: Draft, { template }: Route): void {
    const { random } = this;
    const id = (): string =>
      random.pick([
        encoded(this.wild.text()),
        `key_${random.times(26, () => random.pick(ID_LETTERS)).join('')}`,
        `mem_${'0'.repeat(26)}`,
        'x'.repeat(random.pick([1, 511, 512, 513, 3_000])),
        '%00',
        '%',
        '%2',
        '%zz',
        '%ff',
        '%C0%AF',
        '%2e%2e',
        '..',
        '.',
        '',
        '%2F',
        '__proto__',
        'toString',
        '0',
        '*',
        ':id',
        '{id}',
        '00000000-0000-0000-0000-000000000000',
      ]);
    if (template.includes('{') && random.chance(0.7)) draft.target = template.replaceAll(/\{\w+\}/g, id);
    else
      draft.target = random.pick([
        `${draft.target}/${id()}`,
        `${draft.target}/`,
        `/${draft.target}`,
        draft.target.toUpperCase(),
        `${draft.target}#x`,
        draft.target.replace('/v1', '/v2'),
        draft.target.slice(1),
        `http://elsewhere${draft.target}`,
        '*',
        `/${id()}`,
        `${draft.target}%20`,
        `/${'a/'.repeat(random.int(1, 500))}`,
        `/${String.fromCharCode(random.int(0x80, 0xff))}`,
        `${draft.target} x`,
        '?',
        '//',
        'http://[',
      ]);
    if (!/^\/[!-~]*$/.test(draft.target)) draft.ends = true;
  }

  header(draft: Draft): void {
    const { random } = this;
    const junk = () =>
      random
        .times(random.int(0, 30), () =>
          String.fromCharCode(random.pick([9, random.int(32, 126), random.int(128, 255)])),
        )
        .join('');
    const headers: (() => [string, string])[] = [
      () => [
        'x-deadline-ms',
        random.pick(['0', '-1', '1', '2', '1e3', '', 'soon', '9'.repeat(20), '1.5', '600001', junk()]),
      ],
      () => ['x-request-id', random.pick(['', 'a'.repeat(128), 'a'.repeat(129), '<b>', 'a b', junk()])],
      () => [
        'traceparent',
        random.pick([
          '',
          '00-0-0-0',
          `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
          `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
          junk(),
        ]),
      ],
      () => [
        'content-type',
        random.pick([
          '',
          'text/plain',
          'application/json; charset=latin1',
          'application/json;',
          'multipart/form-data',
          'application/vnd.api+json',
          junk(),
        ]),
      ],
      () => [
        'authorization',
        random.pick([
          '',
          'Bearer',
          'Bearer ',
          'Basic eDp5',
          `Bearer ${this.key}x`,
          `Bearer ${this.key.slice(1)}`,
          'Bearer a.b.c',
          `Bearer hf_test_${'0'.repeat(70)}`,
          `Bearer ${'x'.repeat(9_000)}`,
          junk(),
        ]),
      ],
      () => ['content-encoding', random.pick(['gzip', 'identity', 'br, gzip', junk()])],
      () => ['expect', random.pick(['100-continue', 'a miracle'])],
      () => ['accept', random.pick(['', 'text/html', '*/*;q=0', 'application/xml', junk()])],
      () => ['host', random.pick(['', 'a b', 'x'.repeat(300), junk()])],
      () => ['connection', random.pick(['close', 'upgrade', 'x'])],
      () => ['upgrade', random.pick(['websocket', 'h2c'])],
      () => ['content-length', random.pick(['0', '-1', 'x', '1', '99999999999999999999', '5, 5'])],
      () => ['transfer-encoding', random.pick(['chunked', 'gzip, chunked', 'identity', 'x'])],
      () => ['x-filler', 'a'.repeat(random.pick([8_000, 15_000, 17_000, 40_000]))],
      () => ['last-event-id', junk()],
      () => ['origin', 'https://elsewhere.example'],
      () => [random.pick(['bad name', 'naïve', '', 'a:b', 'x\0y']), 'x'],
      () => ['x-long-list', random.times(400, () => 'a').join(',')],
    ];
    const [name, value] = random.pick(headers)();
    if (random.chance(0.8)) draft.headers = draft.headers.filter(([other]) => other !== name);
    draft.headers.push([name, value]);
    // Framing that is not what it says can leave the server waiting, or make two requests of one.
    if (
      ['content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect', 'host', 'x-filler'].includes(name) ||
      !/^[!-~]+$/.test(name)
    )
      draft.ends = true;
    // Bytes above ASCII are allowed in values, other control characters are not.
    if (!/^[\t -~\x80-\xff]*$/.test(value)) draft.ends = true;
  }

  private wildCursor(): string {
    return Buffer.from(JSON.stringify(this.wild.make()) ?? '').toString('base64url');
  }

  /** A cursor for the right list that points nowhere: what a cursor holds is no secret, so clients can make one. */
  private forgedCursor(target: string): string {
    const list = target.split('/').at(-1) ?? '';
    const position = this.random.pick([this.wild.text(), this.wild.text(), '\0', '\ud800', 'x', 7]);
    return list === 'usage'
      ? `${encodeCursor([position], { list, month: '2026-05' })}&period=2026-05`
      : encodeCursor([position], { list });
  }

  private parameter(parameter: Parameter | { $ref: string }): Parameter | undefined {
    if (!('$ref' in parameter)) return parameter;
    return this.document.components.parameters[parameter.$ref.split('/').at(-1) ?? ''];
  }
}

const ID_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'.split('');

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

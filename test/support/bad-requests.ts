import type { OpenApiDocument, Operation, Parameter, Schema } from '../../src/http/pages/openapi-file.js';
import type { SeededRandom } from './seeded-random.js';

/** Bytes for a connection, and what they are meant to be. */
export interface BadRequest {
  /** What was done to a good request, for whoever has to repeat it. */
  readonly what: string;
  readonly method: string;
  /** Its path, when the target is one that a URL can have. */
  readonly path: string | undefined;
  readonly bytes: Buffer;
  /** It may not be one whole request: the client says that nothing more will come, and the connection is not used again. */
  readonly ends: boolean;
  /** It asks for a deadline that may well pass. */
  readonly hurries: boolean;
}

interface Route {
  readonly method: string;
  readonly template: string;
  readonly operation: Operation;
}

/** A good request that is being spoiled. */
interface Draft {
  method: string;
  target: string;
  headers: [string, string][];
  body: Buffer | undefined;
  ends: boolean;
}

/** Text that a number in JSON can be written as, put in after serialising. */
const NUMBER_MARK = '\u{10ABCD}number';
const WILD_NUMBERS = ['1e999', '-1e999', '99999999999999999999', '1e-400', '-0', '0.1e1', '1E400000', '123456789e-9'];
const BROKEN_NUMBERS = ['01', '+1', '.5', '1.', '0x10', 'NaN', 'Infinity', '1_000', '--1'];

const TOKENS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'PURGE',
  'get',
  'FOO',
  'CONNECT',
];

/** Derives requests from the API document and spoils each in one of many ways. The same seed gives the same requests. */
export class BadRequests {
  private readonly routes: readonly Route[];

  constructor(
    private readonly document: OpenApiDocument,
    private readonly random: SeededRandom,
    private readonly key: string,
  ) {
    this.routes = Object.entries(document.paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), template, operation })),
    );
  }

  next(): BadRequest {
    const { random } = this;
    if (random.chance(0.02)) return this.noise();
    const route = random.pick(this.routes);
    const draft = this.goodDraft(route);
    const spoilers: [string, (draft: Draft, route: Route) => void][] = [
      ['query', (spoilt) => this.spoilQuery(spoilt, route)],
      ['path', (spoilt) => this.spoilPath(spoilt, route)],
      ['header', (spoilt) => this.spoilHeader(spoilt)],
      ['method', (spoilt) => void (spoilt.method = random.pick(TOKENS))],
    ];
    const bodySpoilers: typeof spoilers = [
      ['field', (spoilt) => this.spoilField(spoilt, route)],
      ['text', (spoilt) => this.spoilText(spoilt)],
    ];
    const all = route.operation.requestBody
      ? [...bodySpoilers, ...bodySpoilers, ...bodySpoilers, ...spoilers]
      : spoilers;
    const names = random.times(random.chance(0.3) ? 2 : 1, () => {
      const [name, spoil] = random.pick(all);
      spoil(draft, route);
      return name;
    });
    return finish(draft, `${route.method} ${route.template}: ${names.join(' and ')}`);
  }

  private goodDraft({ method, template, operation }: Route): Draft {
    const path = template.replaceAll(/\{\w+\}/g, () =>
      this.random.pick(['breakdown', 'session', 'key_0', 'invalid_json']),
    );
    const schema = operation.requestBody?.content['application/json']?.schema;
    const body = schema && Buffer.from(JSON.stringify(this.good(schema)));
    const headers: [string, string][] = [['authorization', `Bearer ${this.key}`]];
    if (body) headers.push(['content-type', 'application/json']);
    return { method, target: path, headers, body, ends: false };
  }

  /** A value that the schema allows. */
  private good(schema: Schema): unknown {
    const { random } = this;
    const { $ref, allOf, anyOf } = schema;
    if ($ref !== undefined) return this.good(this.document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
    if (allOf?.[0]) return this.good(allOf[0]);
    if (anyOf) return this.good(random.pick(anyOf));
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return random.pick(schema.enum);
    switch ([schema.type].flat()[0]) {
      case 'object':
        return this.goodObject(schema);
      case 'array':
        return random.times(random.int(schema.minItems ?? 0, Math.min(schema.maxItems ?? 3, 3)), () =>
          this.good(schema.items ?? {}),
        );
      case 'integer':
      case 'number':
        return random.int(schema.minimum ?? 0, Math.min(schema.maximum ?? 1_000, 100_000));
      case 'boolean':
        return random.chance(0.5);
      default:
        return this.goodText(schema);
    }
  }

  private goodObject({ properties = {}, required = [] }: Schema): Record<string, unknown> {
    const given = Object.entries(properties).filter(([name]) => required.includes(name) || this.random.chance(0.6));
    return Object.fromEntries(given.map(([name, schema]) => [name, this.good(schema)]));
  }

  private goodText({ format, pattern, minLength = 0 }: Schema): string {
    if (format === 'date-time') return new Date(Date.now() + this.random.int(-1e9, 1e9)).toISOString();
    if (format === 'email') return `a${this.random.int(0, 1e9)}@example.org`;
    if (pattern !== undefined) return '2026-05';
    return `plan a small party ${this.random.int(0, 9)}`.padEnd(minLength, 'x');
  }

  /** A value of any kind, seldom one that the place allows. */
  private wild(depth = 0): unknown {
    const { random } = this;
    const makers: (() => unknown)[] = [
      () => null,
      () => random.chance(0.5),
      () => random.pick([0, -1, 1, 1.5, 6, 33, 2 ** 31, 2 ** 53, 1e308, -1e-308, 1_000_000_001]),
      () => NUMBER_MARK,
      () => this.wildText(),
      () => this.wildText(),
      () =>
        random.pick([
          '3',
          'true',
          'null',
          '',
          ' ',
          '[object Object]',
          "'; DROP TABLE tenants; --",
          '../../etc/passwd',
          '${7*7}',
        ]),
      () =>
        random
          .pick(['a', '😀', '\u0301'])
          .repeat(random.pick([7, 8, 64, 65, 128, 129, 200, 201, 254, 280, 281, 3_999, 4_001])),
      () =>
        depth > 2
          ? []
          : random.times(random.pick([0, 1, 2, 32, 33]), () => (random.chance(0.9) ? 'x' : this.wild(depth + 1))),
      () =>
        depth > 2
          ? {}
          : Object.fromEntries(random.times(random.int(0, 3), () => [this.wildName(), this.wild(depth + 1)])),
      () => nested(random.pick([5, 28, 29, 30, 31, 32, 40, 1_000]), random.chance(0.5)),
    ];
    return random.pick(makers)();
  }

  /** Control characters, unpaired surrogates, non-characters, marks and letters of all planes. */
  private wildText(): string {
    const { random } = this;
    const makers: (() => string)[] = [
      () => String.fromCharCode(random.int(0, 0x1f)),
      () => String.fromCharCode(random.int(0xd800, 0xdfff)),
      () => String.fromCodePoint(random.int(0x80, 0x2fff)),
      () => String.fromCodePoint(random.pick([0xfeff, 0xfffe, 0xffff, 0x202e, 0x200d, 0x2028, 0x10ffff, 0x1f600])),
      () => random.pick(['"', '\\', '\u007f', '\r\n', '{', '<script>', '%00', '\0', 'a', ' ']),
    ];
    return random.times(random.int(0, 20), () => random.pick(makers)()).join('');
  }

  private wildName(): string {
    const names = [
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'id',
      'tenant_id',
      'scopes',
      'a'.repeat(300),
      '',
    ];
    return this.random.chance(0.7) ? this.random.pick(names) : this.wildText();
  }

  /** Changes one to three places of a body, wherever they are. */
  private spoilField(draft: Draft, { operation }: Route): void {
    const { random } = this;
    const schema = operation.requestBody?.content['application/json']?.schema;
    if (!schema) return;
    const body: { root: unknown } = { root: this.good(schema) };
    for (let count = random.int(1, 3); count > 0; count--) {
      const places = placesOf(body);
      const { owner, name } = random.pick(places);
      const value = Reflect.get(owner, name) as unknown;
      if (typeof value === 'object' && value !== null && !Array.isArray(value) && random.chance(0.4))
        Object.defineProperty(value, this.wildName(), {
          value: this.wild(),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      else if (name !== 'root' && random.chance(0.25)) Reflect.deleteProperty(owner, name);
      else Reflect.set(owner, name, this.wild());
    }
    let text = JSON.stringify(body.root) ?? '';
    while (text.includes(`"${NUMBER_MARK}"`))
      text = text.replace(`"${NUMBER_MARK}"`, random.pick(random.chance(0.8) ? WILD_NUMBERS : BROKEN_NUMBERS));
    draft.body = Buffer.from(text);
  }

  /** Damages the text of a body, whatever it says. */
  private spoilText(draft: Draft): void {
    const { random } = this;
    const body = draft.body ?? Buffer.from('{}');
    const at = random.int(0, body.length);
    const [before, after] = [body.subarray(0, at), body.subarray(at)];
    const junk = () => Buffer.from(random.times(random.int(1, 6), () => random.int(0, 255)));
    const makers: (() => Buffer)[] = [
      () => before,
      () => after,
      () => Buffer.concat([before, junk(), after]),
      () => Buffer.concat([before, after.subarray(1)]),
      () =>
        Buffer.concat([
          before,
          Buffer.from(random.pick(['"', '\\', '{', ']', ',', ':', '\\ud800', '\\u0000', '\ufeff', '//', '0'])),
          after,
        ]),
      () => Buffer.concat([body, body]),
      () => Buffer.from(body.toString('utf8').replace(/"(\w+)":/, (member, name: string) => `${member}0,"${name}":`)),
      () => Buffer.from('['.repeat(random.pick([32, 33, 1_000, 65_537]))),
      () => Buffer.from(`{"a":"${'a'.repeat(random.pick([65_527, 65_528, 65_529, 100_000]))}"}`),
      () => Buffer.from(random.pick(['', ' ', 'null', '[]', '0', '""', 'undefined', '{}{}', '\u2028', 'input_text=x'])),
      junk,
    ];
    draft.body = random.pick(makers)();
  }

  private spoilQuery(draft: Draft, { operation }: Route): void {
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
    const cursor = () => Buffer.from(JSON.stringify(this.wild()) ?? '').toString('base64url');
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
      const value = random.chance(0.5) ? random.pick(values) : random.chance(0.5) ? cursor() : encoded(this.wildText());
      return `${random.pick(names)}${random.chance(0.9) ? '=' : ''}${value}`;
    });
    draft.target += `?${parts.join(random.pick(['&', '&', '&', ';', '?', '&&']))}`;
  }

  private spoilPath(draft: Draft, { template }: Route): void {
    const { random } = this;
    const id = (): string =>
      random.pick([
        encoded(this.wildText()),
        `key_${random.times(26, () => random.pick([...'0123456789abcdefghjkmnpqrstvwxyz'])).join('')}`,
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

  private spoilHeader(draft: Draft): void {
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

  /** Bytes that are hardly a request at all. */
  private noise(): BadRequest {
    const { random } = this;
    const bytes = random.pick([
      Buffer.from(random.times(random.int(1, 2_000), () => random.int(0, 255))),
      Buffer.from('GET / HTTP/9.9\r\nhost: x\r\n\r\n'),
      Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n'),
      Buffer.from('GET /\r\n\r\n'),
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      Buffer.from('16030100f4010000f00303', 'hex'),
      Buffer.from(
        `POST /v1/breakdowns HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${random.pick(['zz', '-1', 'FFFFFFFFFFFFFFFFF', '1'])}\r\n`,
      ),
      Buffer.from(`${'\r\n'.repeat(random.int(1, 50))}X`),
    ]);
    return { what: 'noise', method: 'NOISE', path: undefined, bytes, ends: true, hurries: false };
  }

  private parameter(parameter: Parameter | { $ref: string }): Parameter | undefined {
    if (!('$ref' in parameter)) return parameter;
    return this.document.components.parameters[parameter.$ref.split('/').at(-1) ?? ''];
  }
}

function finish({ method, target, headers, body, ends }: Draft, what: string): BadRequest {
  const given = new Set(headers.map(([name]) => name));
  const framing: [string, string][] = [];
  if (!given.has('host')) framing.push(['host', 'test']);
  if (body && !given.has('content-length') && !given.has('transfer-encoding'))
    framing.push(['content-length', String(body.length)]);
  const head = [...framing, ...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const bytes = Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    body ?? Buffer.alloc(0),
  ]);
  const path = /^\/(?!\/)[!-~]*$/.test(target) ? target : undefined;
  return { what, method, path, bytes, ends: ends || method === 'CONNECT', hurries: given.has('x-deadline-ms') };
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function nested(depth: number, inObjects: boolean): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level++) value = inObjects ? { a: value } : [value];
  return value;
}

/** Every place of a value, the value itself included, as owner and name. */
function placesOf(owner: object): { owner: object; name: string }[] {
  return Object.keys(owner).flatMap((name) => {
    const value = Reflect.get(owner, name) as unknown;
    return [{ owner, name }, ...(typeof value === 'object' && value !== null ? placesOf(value) : [])];
  });
}

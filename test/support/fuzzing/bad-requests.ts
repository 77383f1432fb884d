import type { OpenApiDocument } from '../../../src/http/pages/openapi-file.js';
import type { SeededRandom } from '../seeded-random.js';
import { BadHeads, type Draft, type Route } from './bad-heads.js';
import { GoodValues } from './good-values.js';
import { WildValues } from './wild-values.js';

/** Bytes for a connection, and what they are meant to be. */
export interface BadRequest {
  /** What was done to a good request, so that a failure can be repeated. */
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
  private readonly good: GoodValues;
  private readonly wild: WildValues;
  private readonly heads: BadHeads;

  constructor(
    document: OpenApiDocument,
    private readonly random: SeededRandom,
    private readonly key: string,
  ) {
    this.good = new GoodValues(document, random);
    this.wild = new WildValues(random);
    this.heads = new BadHeads(document, random, this.wild, key);
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
      ['query', (spoilt) => this.heads.query(spoilt, route)],
      ['path', (spoilt) => this.heads.path(spoilt, route)],
      ['header', (spoilt) => this.heads.header(spoilt)],
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
    const body = schema && Buffer.from(JSON.stringify(this.good.make(schema)));
    const headers: [string, string][] = [['authorization', `Bearer ${this.key}`]];
    if (body) headers.push(['content-type', 'application/json']);
    return { method, target: path, headers, body, ends: false };
  }

  /** Changes one to three places of a body, wherever they are. */
  private spoilField(draft: Draft, { operation }: Route): void {
    const { random } = this;
    const schema = operation.requestBody?.content['application/json']?.schema;
    if (!schema) return;
    const body: { root: unknown } = { root: this.good.make(schema) };
    for (let count = random.int(1, 3); count > 0; count--) {
      const places = placesOf(body);
      const { owner, name } = random.pick(places);
      const value = Reflect.get(owner, name) as unknown;
      if (typeof value === 'object' && value !== null && !Array.isArray(value) && random.chance(0.4))
        Object.defineProperty(value, this.wild.name(), {
          value: this.wild.make(),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      else if (name !== 'root' && random.chance(0.25)) Reflect.deleteProperty(owner, name);
      else Reflect.set(owner, name, this.wild.make());
    }
    draft.body = Buffer.from(this.wild.json(body.root));
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

/** Every place of a value, the value itself included, as owner and name. */
function placesOf(owner: object): { owner: object; name: string }[] {
  return Object.keys(owner).flatMap((name) => {
    const value = Reflect.get(owner, name) as unknown;
    return [{ owner, name }, ...(typeof value === 'object' && value !== null ? placesOf(value) : [])];
  });
}

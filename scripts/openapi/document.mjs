// The whole document.
import { operationsOf } from './operations.mjs';
import { byText } from './order.mjs';
import { SchemaBuilder } from './types.mjs';

export function buildDocument({ program, classes, http, version }) {
  const checker = program.getTypeChecker();
  const schemas = new SchemaBuilder(checker, (type) => classes.of(type));
  const paths = {};
  const tags = new Map();
  for (const controller of classes.controllers(program)) {
    const symbol = checker.getSymbolAtLocation(controller.declaration.name);
    const description = symbol
      .getDocumentationComment(checker)
      .map(({ text }) => text)
      .join('')
      .trim();
    for (const [path, method, operation] of operationsOf(controller, { checker, schemas, http })) {
      (paths[path] ??= {})[method] = operation;
      tags.set(operation.tags[0], description);
    }
  }
  for (const name of schemas.inlined) delete schemas.components[name];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version,
      description:
        'Turns goals into plans with language models, and keeps going when providers, databases, pods and clients fail.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...tags].sort(byName).map(([name, description]) => ({ name, ...(description && { description }) })),
    paths: sorted(paths),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key, or a client token for one device. Scopes nest: platform:admin, tenant:admin, member.',
        },
        ticket: {
          type: 'apiKey',
          in: 'query',
          name: 'ticket',
          description:
            'From `POST /v1/stream-tickets`, for clients that can send no headers. `Authorization` counts before it.',
        },
      },
      parameters: PARAMETERS,
      headers: HEADERS,
      responses: sorted({ ...schemas.responses, Problem: ANY_PROBLEM, OpenAiError: ANY_OPENAI_ERROR }),
      schemas: sorted({ ...schemas.components, ...problemSchemas(http.ERROR_CODES) }),
    },
  };
}

const PARAMETERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Lets you send the request again without a second effect: for 24 hours the first answer comes back, to the byte. 1 to 255 printable ASCII characters, as they are or as a quoted string; take a random one, such as a UUID, for each new request.',
    schema: { type: 'string', minLength: 1, maxLength: 512 },
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The id of the last event that you have: everything after it comes, and nothing before.',
    schema: { type: 'string' },
  },
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    description: 'Your own id for this request. It is echoed, and stands in every log line about it.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
  },
  DeadlineMs: {
    name: 'X-Deadline-Ms',
    in: 'header',
    description:
      'How long all work for this request may take, in milliseconds; 45,000 without it. Past it the answer is 504, and nothing goes on.',
    schema: { type: 'integer', minimum: 1, default: 45_000 },
  },
};

const HEADERS = {
  Attempts: {
    description: 'How many requests to providers the answer has taken so far.',
    schema: { type: 'integer', minimum: 0 },
  },
  IdempotentReplayed: {
    description: 'Present when an earlier request with the same Idempotency-Key had the effect: this is its answer.',
    schema: { const: 'true' },
  },
  Location: { description: 'The path of what was made.', schema: { type: 'string', format: 'uri-reference' } },
  RequestId: { description: 'The id of this request.', schema: { type: 'string' } },
  RetryAfter: { description: 'How long to wait, in seconds.', schema: { type: 'integer', minimum: 1 } },
};

const ANY_PROBLEM = {
  description: 'Any other problem.',
  headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const ANY_OPENAI_ERROR = {
  description: 'Any other error.',
  headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } },
  content: { 'application/json': { schema: { $ref: '#/components/schemas/OpenAiError' } }, ...ANY_PROBLEM.content },
};

function problemSchemas(codes) {
  const categories = [...new Set(Object.values(codes).map(({ category }) => category))].sort(byText);
  return {
    Problem: {
      type: 'object',
      description: 'What every error looks like (RFC 9457).',
      required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'category', 'request_id'],
      properties: {
        type: { type: 'string', format: 'uri', description: 'A page about this kind of problem.' },
        title: { type: 'string' },
        status: { type: 'integer', minimum: 400, maximum: 599 },
        detail: { type: 'string', description: 'What happened this time, or what to do.' },
        instance: { type: 'string', description: 'The path of the request.' },
        code: { type: 'string', enum: Object.keys(codes).sort(byText) },
        category: { type: 'string', enum: categories },
        request_id: { type: 'string' },
        retry_after_ms: { type: 'number', minimum: 0 },
        errors: { type: 'array', items: { $ref: '#/components/schemas/FieldFault' } },
      },
    },
    OpenAiError: {
      type: 'object',
      description:
        'What errors look like on the routes that speak OpenAI’s API. A page explains each code: `/problems/<code>`.',
      required: ['error'],
      properties: {
        error: {
          type: 'object',
          required: ['message', 'type', 'code', 'param'],
          properties: {
            message: { type: 'string', description: 'What happened this time, or what to do.' },
            type: { type: 'string', description: 'The family of errors that it belongs to.' },
            code: { type: 'string', enum: Object.keys(codes).sort(byText) },
            param: { type: ['string', 'null'], description: 'The field of the request that is at fault.' },
          },
        },
      },
    },
    FieldFault: {
      type: 'object',
      required: ['pointer', 'detail'],
      properties: {
        pointer: {
          type: 'string',
          description: 'Where it is: a JSON Pointer (RFC 6901) into the body, or /<name> of a parameter.',
        },
        detail: { type: 'string' },
      },
    },
  };
}

function byName([a], [b]) {
  return byText(a, b);
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(byName));
}

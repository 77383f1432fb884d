// What an operation answers: what its method returns, what @Answers says, and the problems that it can end with.
import { RequestMethod } from '@nestjs/common';
import ts from 'typescript';
import { byText } from './order.mjs';

/** The problems that follow from what a route is, as opposed to what it does. */
function commonFailures({ settings, hasBody, hasPathParameter, isApi }) {
  return [
    'invalid_request',
    ...(settings.access === 'public' ? [] : ['unauthorized']),
    ...(settings.access === 'public' || settings.access === 'member' ? [] : ['forbidden']),
    ...(isApi ? ['origin_forbidden'] : []),
    ...(hasPathParameter ? ['not_found', 'validation_error'] : []),
    ...(hasBody ? ['invalid_json', 'payload_too_large', 'unsupported_media_type', 'validation_error'] : []),
    ...(settings.infrastructure ? [] : ['overloaded', 'dependency_unavailable', 'shutting_down']),
    ...(settings.streaming ? [] : ['deadline_exceeded']),
    ...(settings.idempotent ? ['idempotency_in_flight', 'idempotency_mismatch'] : []),
    'headers_too_large',
    'internal_error',
  ];
}

export function responsesOf(route) {
  const { handler, member, checker, schemas, settings, http } = route;
  const responses = {};
  for (const [status, one] of answersOf()) responses[status] = one;
  const query = member.parameters.some((parameter) => /@Query\(/.test(parameter.getText()));
  const paged = member.parameters.some((parameter) => checker.getTypeAtLocation(parameter).getProperty('cursor'));
  const codes = new Set([
    ...commonFailures(route),
    ...(query ? ['validation_error'] : []),
    ...(paged ? ['invalid_cursor'] : []),
    ...http.failuresOf(handler),
  ]);
  for (const [status, group] of Object.entries(
    Object.groupBy([...codes].sort(byText), (code) => http.ERROR_CODES[code].status),
  ))
    responses[status] =
      settings.errors === 'openai'
        ? schemas.sharedResponse(`openai.${group.join('.')}`, () => openAiResponse(group, http))
        : schemas.sharedResponse(group.join('.'), () => problemResponse(group, http));
  responses.default = { $ref: `#/components/responses/${settings.errors === 'openai' ? 'OpenAiError' : 'Problem'}` };
  return responses;

  function* answersOf() {
    const described = http.answersOf(handler);
    const posts = Reflect.getMetadata('method', handler) === RequestMethod.POST;
    const own = Reflect.getMetadata('__httpCode__', handler) ?? (posts ? 201 : 200);
    if (!described.some(({ status }) => status === own)) {
      const schema = returned();
      const content = schema && { 'application/json': { schema } };
      yield [own, answer(own, schema ? 'Done.' : 'Done. There is no body.', content)];
    }
    for (const [status, group] of Object.entries(Object.groupBy(described, (one) => one.status))) {
      const bodies = group
        .filter(({ body }) => body !== 'none')
        .map((one) => [one.type ?? 'application/json', { schema: bodyOf(one) }]);
      yield [
        Number(status),
        answer(Number(status), group[0].description, bodies.length > 0 && Object.fromEntries(bodies), group[0].headers),
      ];
    }
  }

  function answer(status, description, content, named = {}) {
    const more = { ...(settings.idempotent && idempotentHeaders(status)), ...referred(named) };
    return { description, headers: { ...headers, ...more }, ...(content && { content }) };
  }

  function bodyOf({ type = 'application/json', body }) {
    if (!type.endsWith('json')) return { type: 'string' };
    return body === 'any' ? {} : returned();
  }

  /** Text that a method returns beside data is a page, and has a media type of its own. */
  function returned() {
    const type = checker.getReturnTypeOfSignature(checker.getSignatureFromDeclaration(member));
    const awaited = checker.getAwaitedType(type) ?? type;
    // It is sent as its body.
    const value = awaited.symbol?.name === 'IdempotentAnswer' ? checker.getTypeArguments(awaited)[0] : awaited;
    const data =
      value.isUnion() && http.answersOf(handler).length > 1
        ? value.types.find(({ flags }) => !(flags & ts.TypeFlags.StringLike))
        : value;
    return data.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never)
      ? undefined
      : schemas.schemaOf(data);
  }
}

const headers = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

/** The names of headers, each with that of its description. */
function referred(named) {
  const references = Object.entries(named).map(([name, of]) => [name, { $ref: `#/components/headers/${of}` }]);
  return Object.fromEntries(references);
}

function idempotentHeaders(status) {
  return {
    ...(status === 201 && { Location: { $ref: '#/components/headers/Location' } }),
    'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' },
  };
}

/** As {@link problemResponse}, on routes that speak the shape of OpenAI's API. */
function openAiResponse(codes, http) {
  const response = problemResponse(codes, http);
  const error = { properties: { error: { properties: { code: { enum: codes } } } } };
  const schema = { allOf: [{ $ref: '#/components/schemas/OpenAiError' }, error] };
  // What never reaches the route, because it is no HTTP, is refused with a problem.
  return { ...response, content: { 'application/json': { schema }, ...response.content } };
}

function problemResponse(codes, http) {
  const waits = codes.some(
    (code) => code === 'idempotency_in_flight' || [429, 503].includes(http.ERROR_CODES[code].status),
  );
  return {
    description: codes.map((code) => `\`${code}\`: ${http.ERROR_CODES[code].title}.`).join(' '),
    headers: { ...headers, ...(waits && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }) },
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
      },
    },
  };
}

// What an operation answers: what its method returns, what @Answers says, and the problems that it can end with.
import { RequestMethod } from '@nestjs/common';
import ts from 'typescript';
import { byText } from './order.mjs';

/** The problems that follow from what a route is, as opposed to what it does. */
function commonFailures({ settings, hasBody, hasPathParameter }) {
  return [
    'invalid_request',
    ...(settings.access === 'public' ? [] : ['unauthorized']),
    ...(settings.access === 'public' || settings.access === 'member' ? [] : ['forbidden']),
    ...(hasPathParameter ? ['not_found', 'validation_error'] : []),
    ...(hasBody ? ['invalid_json', 'payload_too_large', 'unsupported_media_type', 'validation_error'] : []),
    ...(settings.infrastructure ? [] : ['overloaded', 'dependency_unavailable', 'shutting_down']),
    ...(settings.streaming ? [] : ['deadline_exceeded']),
    'headers_too_large',
    'internal_error',
  ];
}

export function responsesOf(route) {
  const { handler, member, checker, schemas, http } = route;
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
    responses[status] = schemas.sharedResponse(group.join('.'), () => problemResponse(group, http));
  responses.default = { $ref: '#/components/responses/Problem' };
  return responses;

  function* answersOf() {
    const described = http.answersOf(handler);
    const posts = Reflect.getMetadata('method', handler) === RequestMethod.POST;
    const own = Reflect.getMetadata('__httpCode__', handler) ?? (posts ? 201 : 200);
    if (!described.some(({ status }) => status === own)) {
      const schema = returned();
      yield [own, answer(schema ? 'Done.' : 'Done. There is no body.', schema && { 'application/json': { schema } })];
    }
    for (const [status, group] of Object.entries(Object.groupBy(described, (one) => one.status))) {
      const bodies = group
        .filter(({ body }) => body !== 'none')
        .map((one) => [one.type ?? 'application/json', { schema: bodyOf(one) }]);
      yield [status, answer(group[0].description, bodies.length > 0 && Object.fromEntries(bodies))];
    }
  }

  function bodyOf({ type = 'application/json', body }) {
    if (!type.endsWith('json')) return { type: 'string' };
    return body === 'any' ? {} : returned();
  }

  /** Text that a method returns beside data is a page, and has a media type of its own. */
  function returned() {
    const type = checker.getReturnTypeOfSignature(checker.getSignatureFromDeclaration(member));
    const value = checker.getAwaitedType(type) ?? type;
    const data =
      value.isUnion() && http.answersOf(handler).length > 1
        ? value.types.find(({ flags }) => !(flags & ts.TypeFlags.StringLike))
        : value;
    return data.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never)
      ? undefined
      : schemas.schemaOf(data);
  }
}

function answer(description, content) {
  return { description, headers, ...(content && { content }) };
}

const headers = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

function problemResponse(codes, http) {
  const waits = codes.some((code) => [429, 503].includes(http.ERROR_CODES[code].status));
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

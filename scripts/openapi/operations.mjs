// One controller method as one OpenAPI operation.
import { RequestMethod } from '@nestjs/common';
import ts from 'typescript';
import { responsesOf } from './responses.mjs';
import { describe } from './types.mjs';

/** @returns the operations of a controller as [path, method, operation]. */
export function* operationsOf({ declaration, compiled }, { checker, schemas, http }) {
  const tag = compiled.name.replace(/Controller$/, '');
  for (const member of declaration.members) {
    if (!ts.isMethodDeclaration(member)) continue;
    const handler = compiled.prototype[member.name.text];
    const path = Reflect.getMetadata('path', handler);
    if (path === undefined) continue;
    const settings = http.routeSettingsOf(handler);
    const route = { handler, settings, member, checker, schemas, http };
    const body = bodyOf(route);
    const symbol = checker.getSymbolAtLocation(member.name);
    const { description = '' } = describe(symbol, checker);
    const [summary, ...rest] = description.split(/(?<=[.;:])\s+/);
    const url = join(Reflect.getMetadata('path', compiled), path);
    yield [
      url.replaceAll(/:(\w+)/g, '{$1}'),
      RequestMethod[Reflect.getMetadata('method', handler)].toLowerCase(),
      {
        operationId: `${tag[0].toLowerCase()}${tag.slice(1)}_${member.name.text}`,
        tags: [tag],
        summary: (summary ?? '').replace(/[.;:]$/, ''),
        ...(rest.length > 0 && { description: description }),
        security: securityOf(settings),
        ...(settings.access !== 'public' && { 'x-required-scope': settings.access }),
        parameters: [...parametersOf(route, url), ...commonParameters(settings)],
        ...(body && { requestBody: body }),
        responses: responsesOf({
          ...route,
          hasBody: body !== undefined,
          hasPathParameter: url.includes(':'),
          isApi: http.isApi(url),
        }),
      },
    ];
  }
}

function join(...parts) {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}

/** Any one of the schemes suffices. */
function securityOf({ access, ticketed }) {
  if (access === 'public') return [];
  return [{ bearer: [] }, ...(ticketed ? [{ ticket: [] }] : [])];
}

function commonParameters({ streaming, ticketed, idempotent }) {
  return [
    ...(ticketed ? [{ $ref: '#/components/parameters/LastEventId' }] : []),
    ...(idempotent ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    { $ref: '#/components/parameters/RequestId' },
    ...(streaming ? [] : [{ $ref: '#/components/parameters/DeadlineMs' }]),
  ];
}

function bodyOf({ member, checker, schemas, settings, http }) {
  const parameter = member.parameters.find((candidate) => decoratorOf(candidate, 'Body'));
  if (!parameter) return undefined;
  const limit = settings.bodyLimit ?? http.DEFAULT_BODY_LIMIT;
  return {
    required: true,
    description: `At most ${limit.toLocaleString('en')} bytes.`,
    content: { 'application/json': { schema: schemas.schemaOf(checker.getTypeAtLocation(parameter), true) } },
  };
}

/** Path parameters in the order of the path, then the query's. */
function parametersOf({ member, checker, schemas }, url) {
  const named = new Map();
  const query = [];
  for (const parameter of member.parameters) {
    const type = checker.getTypeAtLocation(parameter);
    const path = decoratorOf(parameter, 'Param');
    const asked = decoratorOf(parameter, 'Query');
    if (path?.name) named.set(path.name, schemas.schemaOf(type));
    else if (path) for (const { name, schema } of fieldsOf(type, schemas)) named.set(name, schema);
    else if (asked?.name)
      query.push({ name: asked.name, in: 'query', required: !parameter.questionToken, schema: schemas.schemaOf(type) });
    else if (asked) query.push(...fieldsOf(type, schemas).map((field) => ({ in: 'query', ...field })));
  }
  const paths = [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: named.get(name) ?? { type: 'string' },
  }));
  return [...paths, ...query].map(liftDescription);
}

/** The fields of a class of parameters; the class itself needs no component. */
function fieldsOf(type, schemas) {
  const reference = schemas.schemaOf(type).$ref?.split('/').at(-1);
  const { properties, required = [] } = schemas.components[reference];
  schemas.inlined.add(reference);
  return Object.entries(properties).map(([name, schema]) => ({ name, required: required.includes(name), schema }));
}

function liftDescription({ schema: { description, ...schema }, ...parameter }) {
  return { ...parameter, ...(description && { description }), schema };
}

function decoratorOf(parameter, name) {
  for (const { expression } of ts.getDecorators(parameter) ?? []) {
    if (!ts.isCallExpression(expression) || expression.expression.getText() !== name) continue;
    const [first] = expression.arguments;
    return { name: first && ts.isStringLiteral(first) ? first.text : undefined };
  }
  return undefined;
}

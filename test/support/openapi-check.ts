import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { OpenApiDocument, Operation, Schema } from '../../src/http/pages/openapi-file.js';

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8')) as OpenApiDocument;

// `preflight openapi` checks that the schemas are valid: here each test file would pay for that anew.
const ajv = new Ajv2020({ strict: false, allErrors: true, meta: false, validateSchema: false });
formats.default(ajv);
ajv.addSchema(closed({ ...document, $id: 'holdfast' }));
const validators = new Map<string, ValidateFunction>();

export interface CheckedResponse {
  method: string;
  /** Path or whole URL, as it was requested. */
  url: string;
  status: number;
  contentType: string | undefined;
  body: string;
}

/**
 * Fails unless the API document allows this answer: known operation, documented status and media type, body as the schema
 * says, and no member that the document does not know. Paths that no operation has may answer with a problem only.
 */
export function assertMatchesContract({ method, url, status, contentType, body }: CheckedResponse): void {
  const path = new URL(url, 'http://any').pathname;
  const what = `${method} ${path} → ${status}`;
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase();
  const pointer = responsePointer({ found: operationOf(method, path), path, status, what });
  const content = contentOf(pointer);
  if (body === '' || method === 'HEAD') return;
  if (!content) throw new Error(`${what}: the document knows no body here`);
  if (mediaType === undefined || !content[mediaType])
    throw new Error(`${what}: ${mediaType} is not one of ${Object.keys(content).join(', ')}`);
  if (!mediaType.endsWith('json')) return;
  const validate = validatorOf(`${pointer}/content/${escape(mediaType)}/schema`);
  if (!validate(JSON.parse(body)))
    throw new Error(`${what}: ${ajv.errorsText(validate.errors)}\n${body.slice(0, 500)}`);
}

function operationOf(method: string, path: string): { pointer: string; operation: Operation } | undefined {
  const asked = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase();
  const template = Object.keys(document.paths)
    .sort((a, b) => a.split('{').length - b.split('{').length)
    .find((candidate) =>
      new RegExp(`^${candidate.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
  const operation = template === undefined ? undefined : document.paths[template]?.[asked];
  return operation && { operation, pointer: `#/paths/${escape(template ?? '')}/${asked}` };
}

interface Outcome {
  found: { pointer: string; operation: Operation } | undefined;
  path: string;
  status: number;
  what: string;
}

function responsePointer({ found, path, status, what }: Outcome): string {
  if (!found) {
    if (status < 400) throw new Error(`${what}: the document has no such operation`);
    return speaksOpenAi(path) ? '#/components/responses/OpenAiError' : '#/components/responses/Problem';
  }
  const key = found.operation.responses[status] ? String(status) : 'default';
  if (key === 'default' && status < 400) throw new Error(`${what}: the document does not know this status`);
  const response = found.operation.responses[key];
  return response && '$ref' in response ? response.$ref : `${found.pointer}/responses/${key}`;
}

/** Whether some method of the path answers errors in the shape of OpenAI's API: then all of them do. */
function speaksOpenAi(path: string): boolean {
  return JSON.stringify(document.paths[path] ?? {}).includes('"#/components/responses/OpenAiError"');
}

function contentOf(pointer: string): Record<string, unknown> | undefined {
  let value: unknown = document;
  for (const part of pointer.slice(2).split('/'))
    value = (value as Record<string, unknown>)[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')];
  return (value as { content?: Record<string, unknown> }).content;
}

function validatorOf(pointer: string): ValidateFunction {
  const known = validators.get(pointer);
  const validate = known ?? ajv.compile({ $ref: `holdfast${pointer}` });
  validators.set(pointer, validate);
  return validate;
}

function escape(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** For the tests every object is closed: an undocumented member is a fault. Clients must tolerate new ones. */
function closed<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element: unknown) => closed(element)) as T;
  const copy = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]));
  const schema: Schema = copy;
  const isObject = [schema.type].flat().includes('object') && schema.properties !== undefined;
  if (isObject && schema.additionalProperties === undefined) schema.additionalProperties = false;
  return copy as T;
}

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As much of an OpenAPI document as the pages show. */
export interface OpenApiDocument {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Parameter>;
    responses: Record<string, Response>;
  };
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  'x-required-scope'?: string;
  parameters?: (Parameter | Reference)[];
  requestBody?: { description?: string; content: Record<string, { schema: Schema }> };
  responses: Record<string, Response | Reference>;
}

export interface Reference {
  $ref: string;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface Response {
  description: string;
  content?: Record<string, { schema: Schema }>;
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  examples?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
}

const NAME = 'openapi.json';

/** The API document that is committed with the source. Read when it is first asked for. */
export class OpenApiFile {
  private bytesRead: Buffer | undefined;

  get bytes(): Buffer {
    return (this.bytesRead ??= readFileSync(this.path()));
  }

  get document(): OpenApiDocument {
    return JSON.parse(this.bytes.toString('utf8')) as OpenApiDocument;
  }

  /** Beside package.json: the compiled code lies deeper than the source. */
  private path(): string {
    let folder = dirname(fileURLToPath(import.meta.url));
    while (!existsSync(join(folder, NAME)) && dirname(folder) !== folder) folder = dirname(folder);
    return join(folder, NAME);
  }
}

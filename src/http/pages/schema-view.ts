import { html, Html, prose } from './html.js';
import type { OpenApiDocument, Schema } from './openapi-file.js';

/** A type in a few words, with links to what it is made of. */
export function typeOf(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return alternatives(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`));
  if (schema.anyOf) return alternatives(schema.anyOf.map(typeOf));
  if (schema.items) return html`list of ${typeOf(schema.items)}`;
  if (typeof schema.additionalProperties === 'object') return html`map of ${typeOf(schema.additionalProperties)}`;
  return html`${[schema.type ?? 'any'].flat().join(' or ')}${schema.format !== undefined && ` (${schema.format})`}`;
}

/** The bounds of a value, in words. */
export function boundsOf(schema: Schema): string {
  const bounds = [
    range(schema.minimum, schema.maximum, ''),
    range(schema.minLength, schema.maxLength, ' characters'),
    range(schema.minItems, schema.maxItems, ' elements'),
    schema.pattern === undefined ? '' : `pattern ${schema.pattern}`,
    schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
  ];
  return bounds.filter(Boolean).join(', ');
}

/** The members of an object as a table. */
export function membersOf(schema: Schema): Html {
  const members = Object.entries(schema.properties ?? {});
  if (members.length === 0) return html`<p>${typeOf(schema)}</p>`;
  const rows = members.map(
    ([name, member]) =>
      html`<tr>
        <td><code>${name}</code></td>
        <td>${typeOf(member)}</td>
        <td>
          ${(schema.required ?? []).includes(name) ? '' : html`<span class="tag">optional</span> `}${member.description !== undefined && prose(member.description)}
          <span class="soft">${boundsOf(member)}</span>
        </td>
      </tr>`,
  );
  return html`<table>
    <thead>
      <tr>
        <th>Field</th>
        <th>Type</th>
        <th></th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** A value of the type, for a request to copy. */
export function exampleOf(schema: Schema, document: OpenApiDocument, depth = 0): unknown {
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    return target && depth < 6 ? exampleOf(target, document, depth + 1) : {};
  }
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return exampleOf(schema.anyOf[0], document, depth);
  if (schema.items) return [exampleOf(schema.items, document, depth + 1)];
  if (schema.properties) {
    const required = Object.entries(schema.properties).filter(([name]) => schema.required?.includes(name));
    return Object.fromEntries(required.map(([name, member]) => [name, exampleOf(member, document, depth + 1)]));
  }
  return scalarExample(schema);
}

function scalarExample(schema: Schema): unknown {
  const [type] = [schema.type].flat();
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  if (schema.format === 'date-time') return '2026-11-05T12:00:00Z';
  if (schema.format === 'email') return 'ada@example.com';
  if (type === 'string') return 'text'.padEnd(schema.minLength ?? 0, '-1');
  return {};
}

function alternatives(parts: readonly Html[]): Html {
  return new Html(parts.join(' or '));
}

function range(min: number | undefined, max: number | undefined, unit: string): string {
  if (min === undefined && max === undefined) return '';
  if (min === undefined) return `at most ${max}${unit}`;
  return max === undefined ? `at least ${min}${unit}` : `${min} to ${max}${unit}`;
}

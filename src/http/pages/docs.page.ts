import { html, prose, type Html } from './html.js';
import { page } from './layout.js';
import type { OpenApiDocument, Operation, Parameter, Reference, Response } from './openapi-file.js';
import { boundsOf, exampleOf, membersOf, typeOf } from './schema-view.js';

interface Place {
  path: string;
  method: string;
  operation: Operation;
}

/** The API document for people: everything on one page, which loads nothing and runs nothing. */
export function docsPage(document: OpenApiDocument, baseUrl: string): string {
  const places = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = document.tags ?? [];
  const view = new DocsView(document, baseUrl);
  return page({
    title: `${document.info.title} ${document.info.version}`,
    intro: document.info.description ?? '',
    body: html` <nav>
        <ul>
          ${tags.map(({ name }) => html`<li><a href="#tag-${name}">${name}</a></li>`)}
          <li><a href="#schemas">Schemas</a></li>
          <li><a href="/openapi.json">openapi.json</a></li>
        </ul>
      </nav>
      <p>
        Base URL <code>${baseUrl}</code>. Send <code>Authorization: Bearer &lt;API key&gt;</code>. Errors are
        <a href="#schema-Problem">problems</a>.
      </p>
      ${tags.map(({ name, description }) => view.group(name, description, places))}
      <h2 id="schemas">Schemas</h2>
      ${Object.entries(document.components.schemas).map(
        ([name, schema]) =>
          html`<section id="schema-${name}">
            <h3>${name}</h3>
            ${schema.description !== undefined && html`<p>${prose(schema.description)}</p>`}${membersOf(schema)}
          </section>`,
      )}`,
  });
}

class DocsView {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly baseUrl: string,
  ) {}

  group(tag: string, description: string | undefined, places: readonly Place[]): Html {
    const own = places.filter(({ operation }) => operation.tags.includes(tag));
    return html`<h2 id="tag-${tag}">${tag}</h2>
      ${description !== undefined && html`<p>${prose(description)}</p>`}${own.map((place) => this.operation(place))}`;
  }

  private operation(place: Place): Html {
    const { path, method, operation } = place;
    const scope = operation['x-required-scope'] ?? 'public';
    return html`<details id="${operation.operationId}">
      <summary>
        <span class="verb">${method.toUpperCase()}</span> <code>${path}</code> ${operation.summary}
        <span class="tag">${scope}</span>
      </summary>
      ${operation.description !== undefined && html`<p>${prose(operation.description)}</p>`}
      ${this.parameters(operation)}${this.body(operation)}${this.responses(operation)}
      <h3>Try it</h3>
      <pre>${this.curl(place)}</pre>
    </details>`;
  }

  private parameters({ parameters = [] }: Operation): Html {
    const rows = parameters.map((parameter) => {
      const { name, in: place, required, description, schema } = this.parameter(parameter);
      return html`<tr>
        <td><code>${name}</code></td>
        <td>${place}</td>
        <td>${typeOf(schema)}</td>
        <td>
          ${required !== true && html`<span class="tag">optional</span> `}${description !== undefined && prose(description)}
          <span class="soft">${boundsOf(schema)}</span>
        </td>
      </tr>`;
    });
    return html`<h3>Parameters</h3>
      <table>
        <thead>
          <tr>
            <th>Name</th>
            <th>In</th>
            <th>Type</th>
            <th></th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`;
  }

  private body({ requestBody }: Operation): Html {
    const [schema] = Object.values(requestBody?.content ?? {}).map((content) => content.schema);
    if (!requestBody || !schema) return html``;
    return html`<h3>Body</h3>
      <p>${typeOf(schema)}. ${requestBody.description ?? ''}</p>
      ${membersOf(this.resolve(schema))}`;
  }

  private responses({ responses }: Operation): Html {
    const rows = Object.entries(responses).map(([status, reference]) => {
      const response = this.response(reference);
      const [type, content] = Object.entries(response.content ?? {})[0] ?? [];
      const shape = content && type === 'application/json' ? typeOf(content.schema) : html`${type ?? ''}`;
      return html`<tr>
        <td><code>${status}</code></td>
        <td>${shape}</td>
        <td>${prose(response.description)}</td>
      </tr>`;
    });
    return html`<h3>Answers</h3>
      <table>
        <tbody>
          ${rows}
        </tbody>
      </table>`;
  }

  private curl({ path, method, operation }: Place): string {
    const lines = [`curl ${this.baseUrl}${path.replaceAll(/\{(\w+)\}/g, '<$1>')}`];
    if (method !== 'get') lines[0] += ` -X ${method.toUpperCase()}`;
    if (operation['x-required-scope'] !== undefined) lines.push(`-H 'Authorization: Bearer <API key>'`);
    const [schema] = Object.values(operation.requestBody?.content ?? {}).map((content) => content.schema);
    if (schema) {
      const example = JSON.stringify(exampleOf(schema, this.document)).replaceAll("'", String.raw`'\''`);
      lines.push(`-H 'Content-Type: application/json'`, `-d '${example}'`);
    }
    return lines.join(' \\\n  ');
  }

  private parameter(parameter: Parameter | Reference): Parameter {
    const found = '$ref' in parameter ? this.document.components.parameters[nameOf(parameter)] : parameter;
    return found ?? { name: '', in: '', schema: {} };
  }

  private response(response: Response | Reference): Response {
    const found = '$ref' in response ? this.document.components.responses[nameOf(response)] : response;
    return found ?? { description: '' };
  }

  private resolve(schema: OpenApiDocument['components']['schemas'][string]): typeof schema {
    return (
      (schema.$ref !== undefined ? this.document.components.schemas[nameOf({ $ref: schema.$ref })] : undefined) ??
      schema
    );
  }
}

function nameOf({ $ref }: Reference): string {
  return $ref.split('/').at(-1) ?? '';
}

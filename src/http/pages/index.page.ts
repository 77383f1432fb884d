import { html } from './html.js';
import { page } from './layout.js';

/** Where to go from here, as data. */
export interface IndexInfo {
  name: string;
  version: string;
  documentation: string;
  openapi: string;
  health: string;
}

export function indexPage({ name, version }: IndexInfo): string {
  return page({
    title: name,
    intro: `Version ${version}`,
    body: html`<ul>
      <li><a href="/docs">The API, with a request to copy for each operation</a></li>
      <li><a href="/openapi.json">The same as an OpenAPI 3.1 document</a></li>
      <li><a href="/health">How this process is doing</a></li>
    </ul>`,
  });
}

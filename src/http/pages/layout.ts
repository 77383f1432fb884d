import { createHash } from 'node:crypto';
import { Html, html } from './html.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6676; --line: #dfe4ea; --paper: #fff; --panel: #f6f8fa; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9f0; --soft: #9aa7b8; --line: #2c3644; --paper: #12171e; --panel: #1a212b; --accent: #74b3f5; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main, header { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
main { padding-bottom: 4rem; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; }
h2 { margin: 3rem 0 .5rem; padding-top: .5rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
a { color: var(--accent); }
p { margin: .4rem 0; }
.soft { color: var(--soft); }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
code { background: var(--panel); border-radius: 3px; padding: .1em .3em; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow-x: auto; }
nav ul, ul.plain { list-style: none; padding: 0; margin: .5rem 0; }
nav li { display: inline-block; margin: 0 1rem .25rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; }
details[open] { padding-bottom: .75rem; }
summary { padding: .6rem .9rem; cursor: pointer; }
details > :not(summary) { margin-left: .9rem; margin-right: .9rem; }
.verb { display: inline-block; min-width: 4.2rem; font: 600 .8125rem ui-monospace, monospace; color: var(--accent); }
.tag { font-size: .8125rem; color: var(--soft); border: 1px solid var(--line); border-radius: 99px; padding: 0 .5rem; white-space: nowrap; }
`;

/** Made outside of any template: its text must stay, byte for byte, the one that the hash below is made of. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

/** Nothing is loaded, run or framed: the one style is named by its hash. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
};

/** A whole page. */
export function page({ title, intro, body }: { title: string; intro?: Html | string; body: Html }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${intro !== undefined && html`<p class="soft">${intro}</p>`}
        </header>
        <main>${body}</main>
      </body>
    </html> `.text;
}

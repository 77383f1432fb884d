import { ERROR_CODES, type ErrorCode } from '../../reliability/errors/codes.js';
import { html } from './html.js';
import { page } from './layout.js';

/** What a code means, as data. */
export function problemInfo(code: ErrorCode): object {
  const { title, status, category, remedy, retryable } = ERROR_CODES[code];
  return { code, title, status, category, remedy, retryable };
}

/** What a code means, for people: the page that the `type` of a problem points to. */
export function problemPage(code: ErrorCode): string {
  const { title, status, category, remedy, retryable } = ERROR_CODES[code];
  return page({
    title,
    intro: html`<code>${code}</code>, HTTP ${status}, category <code>${category}</code>`,
    body: html`<h2>What to do</h2>
      <p>${remedy}</p>
      <p>
        ${retryable ? 'The same request may succeed later, unchanged.' : 'The same request will fail again until something is changed.'}
      </p>
      <p class="soft">
        The field <code>detail</code> of the answer says what happened this time; <code>request_id</code> finds it in
        the logs. All of the API is at <a href="/docs">/docs</a>.
      </p>`,
  });
}

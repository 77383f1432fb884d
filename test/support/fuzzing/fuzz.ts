import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/config/package.js';
import type { OpenApiDocument } from '../../../src/http/pages/openapi-file.js';
import { isErrorCode } from '../../../src/reliability/errors/codes.js';
import { BadRequests, type BadRequest } from './bad-requests.js';
import { assertMatchesContract } from '../openapi-check.js';
import { expectOpenAiError, expectProblem } from '../problem.js';
import { RawClient, type RawResponse } from '../raw-http.js';
import { SeededRandom } from '../seeded-random.js';

export interface FuzzReport {
  /** How often each outcome came up: a status, or a problem's code. */
  readonly tally: Readonly<Record<string, number>>;
  /** What must not be, each with the request that caused it. */
  readonly faults: readonly string[];
}

export interface FuzzOptions {
  readonly port: number;
  readonly key: string;
  readonly seed: number;
  readonly count: number;
}

const CONNECTIONS = 8;
/** Far above what any of the requests can take. */
const ANSWERED_WITHIN_MS = 20_000;
const GIVEN_UP_AFTER_MS = 150;
/** Enough to see what is wrong. */
const FAULTS_SHOWN = 5;

/** What a server may answer about itself under overload. */
const DELIBERATE = new Set(['overloaded', 'dependency_unavailable']);

/** Sends spoiled requests and judges every answer. The requests follow from the seed alone. */
export async function fuzz({ port, key, seed, count }: FuzzOptions): Promise<FuzzReport> {
  const document = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'openapi.json'), 'utf8')) as OpenApiDocument;
  const requests = new BadRequests(document, new SeededRandom(seed), key);
  const tally: Record<string, number> = {};
  const faults: string[] = [];
  let sent = 0;
  const talk = async (): Promise<void> => {
    let client: RawClient | undefined;
    while (sent < count && faults.length < FAULTS_SHOWN) {
      const number = sent++;
      const request = requests.next();
      client ??= await RawClient.connect(port);
      const response = await answerTo(request, client);
      const word = wordFor(response);
      tally[word] = (tally[word] ?? 0) + 1;
      const fault = faultOf(request, response);
      if (fault !== undefined)
        faults.push(`seed ${seed}, request ${number}, ${request.what}: ${fault}\n${shown(request)}`);
      if (request.ends || response === undefined || response.headers['connection'] === 'close') {
        client.destroy();
        client = undefined;
      }
    }
    client?.destroy();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, talk));
  return { tally, faults };
}

async function answerTo(request: BadRequest, client: RawClient): Promise<RawResponse | undefined> {
  client.send(request.bytes);
  // The client gives up what may be less than a whole request after a while: then no answer is owed.
  const givenUp = request.ends ? setTimeout(() => client.socket.end(), GIVEN_UP_AFTER_MS) : undefined;
  const late = setTimeout(() => client.destroy(), ANSWERED_WITHIN_MS);
  try {
    const read = () => client.response({ head: request.method === 'HEAD' });
    const first = await read();
    return first?.status === 100 ? await read() : first;
  } finally {
    clearTimeout(givenUp);
    clearTimeout(late);
  }
}

function wordFor(response: RawResponse | undefined): string {
  if (!response) return 'silence';
  const code = /"code":"(\w+)"/.exec(response.body)?.[1];
  return response.status >= 400 && code !== undefined ? `${response.status} ${code}` : String(response.status);
}

function faultOf(request: BadRequest, response: RawResponse | undefined): string | undefined {
  if (!response) return request.ends ? undefined : 'no answer';
  try {
    if (response.status >= 400 && request.method !== 'HEAD') judgeProblem(request, response);
    if (request.path !== undefined)
      assertMatchesContract({
        method: request.method,
        url: request.path,
        status: response.status,
        contentType: response.headers['content-type'],
        body: response.body,
      });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function judgeProblem(request: BadRequest, response: RawResponse): void {
  const body = JSON.parse(response.body) as { code: string; error?: { code: string } };
  const code = body.error?.code ?? body.code;
  if (!isErrorCode(code)) throw new Error(`${code} is no code of the catalogue`);
  if (body.error) expectOpenAiError(response, code);
  else expectProblem(response, code);
  const wanted = request.hurries && code === 'deadline_exceeded';
  if (response.status >= 500 && !DELIBERATE.has(code) && !wanted) throw new Error(`${response.status} ${code}`);
}

function shown({ bytes }: BadRequest): string {
  return JSON.stringify(bytes.toString('latin1', 0, 600));
}

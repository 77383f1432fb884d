import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../reliability/errors/app-error.js';
import { isErrorCode } from '../../reliability/errors/codes.js';
import { Access } from '../access.js';
import { Answers, Fails } from '../api-doc.js';
import { HTTP_OPTIONS, type HttpOptions } from '../http-options.js';
import { docsPage } from './docs.page.js';
import { indexPage, type IndexInfo } from './index.page.js';
import { PAGE_HEADERS } from './layout.js';
import { OpenApiFile } from './openapi-file.js';
import { problemInfo, problemPage } from './problem.page.js';

const CACHED = { 'cache-control': 'public, max-age=300', vary: 'accept' };

/** Pages for people, and the document for programs. */
@Controller()
@Access('public')
export class PagesController {
  private readonly file = new OpenApiFile();
  private docs: { baseUrl: string; page: string } | undefined;

  constructor(@Inject(HTTP_OPTIONS) private readonly options: HttpOptions) {}

  /** What this is, and where to go from here. A page for browsers, JSON for all others. */
  @Get()
  @Answers({ status: 200, description: 'Links.' }, { status: 200, description: 'Links.', type: 'text/html' })
  index(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): IndexInfo | string {
    const { baseUrl, version } = this.options;
    const info: IndexInfo = {
      name: 'Holdfast',
      version,
      documentation: `${baseUrl}/docs`,
      openapi: `${baseUrl}/openapi.json`,
      health: `${baseUrl}/health`,
    };
    return wantsHtml(request, 'when asked') ? asPage(reply, indexPage(info)) : asData(reply, info);
  }

  /** The API, described for people. */
  @Get('docs')
  @Answers({ status: 200, description: 'A page.', type: 'text/html' })
  documentation(@Res({ passthrough: true }) reply: FastifyReply): string {
    const { baseUrl } = this.options;
    if (this.docs?.baseUrl !== baseUrl) this.docs = { baseUrl, page: docsPage(this.file.document, baseUrl) };
    return asPage(reply, this.docs.page);
  }

  /** The API, described for programs. */
  @Get('openapi.json')
  @Answers({ status: 200, description: 'An OpenAPI 3.1 document.', body: 'any' })
  openapi(@Res({ passthrough: true }) reply: FastifyReply): Buffer {
    void reply.headers({ ...CACHED, 'content-type': 'application/json; charset=utf-8' });
    return this.file.bytes;
  }

  /** What a code of the API's problems means, and what to do about it. */
  @Get('problems/:code')
  @Answers(
    { status: 200, description: 'A page.', type: 'text/html' },
    { status: 200, description: 'The same as data.' },
  )
  @Fails('not_found')
  problem(
    @Param('code') code: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object | string {
    if (!isErrorCode(code)) throw new AppError('not_found');
    return wantsHtml(request, 'unless refused') ? asPage(reply, problemPage(code)) : asData(reply, problemInfo(code));
  }
}

function asPage(reply: FastifyReply, text: string): string {
  void reply.headers({ ...CACHED, ...PAGE_HEADERS });
  return text;
}

function asData<T>(reply: FastifyReply, data: T): T {
  void reply.headers(CACHED);
  return data;
}

/** Browsers name `text/html`; programs that do not care send no preference, or any type. */
function wantsHtml({ headers }: FastifyRequest, otherwise: 'when asked' | 'unless refused'): boolean {
  const accept = headers.accept ?? '*/*';
  const [page, data] = [accept.indexOf('text/html'), accept.search(/application\/(?:[\w.-]+\+)?json/)];
  if (page !== -1) return data === -1 || page < data;
  return otherwise === 'unless refused' && data === -1;
}

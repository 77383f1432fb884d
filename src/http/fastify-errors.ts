import { AppError } from '../reliability/errors/app-error.js';
import type { ErrorCode } from '../reliability/errors/codes.js';
import type { ErrorTranslator } from '../reliability/errors/to-app-error.js';

/** Fastify's errors that are the client's fault. All others of Fastify's are ours. */
const CODE_OF_FASTIFY_ERROR: Readonly<Record<string, { code: ErrorCode; detail?: string }>> = {
  FST_ERR_BAD_URL: { code: 'invalid_request', detail: 'The URL is not valid.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'invalid_request', detail: 'A part of the path is too long.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'payload_too_large' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_request',
    detail: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid_json' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid_json' },
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: { code: 'unsupported_media_type' },
  FST_ERR_NOT_FOUND: { code: 'not_found' },
  FST_ERR_HANDLER_TIMEOUT: { code: 'deadline_exceeded' },
};

/** Gives Fastify's own refusals their place in the taxonomy. */
export const translateFastifyError: ErrorTranslator = (error) => {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const known = CODE_OF_FASTIFY_ERROR[error.code];
  return known && new AppError(known.code, { ...known, cause: error });
};

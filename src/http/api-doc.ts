import type { ErrorCode } from '../reliability/errors/codes.js';

/** An answer of a route, where the return type of its method does not say everything. */
export interface AnswerDoc {
  status: number;
  description: string;
  /** The media type; `application/json` when left out. */
  type?: string;
  /**
   * The body: what the method returns (the default for JSON; other types are text), any JSON, or nothing.
   * Two answers with one status are two media types of the same answer.
   */
  body?: 'returned' | 'any' | 'none';
  /** Headers of this answer: the name of each one under `components.headers`. */
  headers?: Readonly<Record<string, string>>;
}

const FAILURES = Symbol('Failures');
const ANSWERS = Symbol('Answers');

/**
 * Names the codes that a route can fail with, for the API document. Codes that follow from what the route is
 * (credentials, body, overload) need no naming.
 */
export const Fails =
  (...codes: ErrorCode[]): MethodDecorator =>
  (_target, _key, descriptor: { value?: unknown }) => {
    if (typeof descriptor.value === 'function') Reflect.defineMetadata(FAILURES, codes, descriptor.value);
  };

/** Describes answers beside, or in place of, the one that follows from the method. */
export const Answers =
  (...answers: AnswerDoc[]): MethodDecorator =>
  (_target, _key, descriptor: { value?: unknown }) => {
    if (typeof descriptor.value === 'function') Reflect.defineMetadata(ANSWERS, answers, descriptor.value);
  };

/**
 * The codes that {@link Fails} names.
 * @public for scripts/openapi
 */
export function failuresOf(handler: object): readonly ErrorCode[] {
  const codes: unknown = Reflect.getMetadata(FAILURES, handler);
  return (Array.isArray(codes) ? codes : []) as readonly ErrorCode[];
}

/**
 * The answers that {@link Answers} describes.
 * @public for scripts/openapi
 */
export function answersOf(handler: object): readonly AnswerDoc[] {
  const answers: unknown = Reflect.getMetadata(ANSWERS, handler);
  return (Array.isArray(answers) ? answers : []) as readonly AnswerDoc[];
}

import type { ErrorCode } from '../reliability/errors/codes.js';

/** What a route answers besides what its method returns as JSON. */
export interface AnswerDoc {
  status: number;
  description: string;
  /** The media type; `application/json` when left out and there is a body. */
  type?: string;
  /** Whether there is no body. */
  empty?: boolean;
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

/** Describes an answer that the method's return type does not tell. The first one with a status replaces the method's own. */
export const Answers =
  (...answers: AnswerDoc[]): MethodDecorator =>
  (_target, _key, descriptor: { value?: unknown }) => {
    if (typeof descriptor.value === 'function') Reflect.defineMetadata(ANSWERS, answers, descriptor.value);
  };

/** The codes that {@link Fails} names. */
export function failuresOf(handler: object): readonly ErrorCode[] {
  const codes: unknown = Reflect.getMetadata(FAILURES, handler);
  return Array.isArray(codes) ? codes : [];
}

/** The answers that {@link Answers} describes. */
export function answersOf(handler: object): readonly AnswerDoc[] {
  const answers: unknown = Reflect.getMetadata(ANSWERS, handler);
  return Array.isArray(answers) ? answers : [];
}

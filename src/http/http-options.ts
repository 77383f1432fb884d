/** Injection token of {@link HttpOptions}. */
export const HTTP_OPTIONS = Symbol('HttpOptions');

export interface HttpOptions {
  /** Where clients reach us, without a slash at the end: the base of problem types and of the API document. */
  baseUrl: string;
  /** The product's version. */
  version: string;
}

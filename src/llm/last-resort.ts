import type { LlmProvider } from './provider.js';

/** What answers when every configured provider fails; null when nothing may, or when there is nothing to step in for. */
export type LastResort = LlmProvider | null;

/** Injection token of the {@link LastResort}. */
export const LAST_RESORT = Symbol('LastResort');

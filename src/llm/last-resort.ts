import type { LlmProvider } from './provider.js';

/** Answers when every configured provider fails; null when that is switched off, or only offline planners are configured. */
export type LastResort = LlmProvider | null;

/** Injection token of the {@link LastResort}. */
export const LAST_RESORT = Symbol('LastResort');

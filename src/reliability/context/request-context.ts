import { AsyncLocalStorage } from 'node:async_hooks';
import type { Deadline } from '../deadline/deadline.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';

/** What a caller may do. Scopes nest: each one includes those after it. */
export const SCOPES = ['platform:admin', 'tenant:admin', 'member'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who is calling, on whose behalf. */
export interface Principal {
  /** Internal tenant id (UUID). */
  readonly tenantId: string;
  /** The API key behind the credentials, also behind a client token. */
  readonly keyId: string;
  /** The highest scope held. */
  readonly scope: Scope;
  /** The device that a client token was made for. */
  readonly installId?: string;
  /** Of a client token: when it expires, Unix time in milliseconds. */
  readonly expiresAtMs?: number;
  /** Set for a ticket, which opens nothing but the stream of this session (UUID). */
  readonly ticket?: { readonly id: string; readonly sessionId: string };
}

/** A W3C trace context (traceparent, level 1). */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: our own span. */
  readonly spanId: string;
  /** 16 hex digits: the caller's span. */
  readonly parentId?: string;
  readonly sampled: boolean;
}

/** Facts about a request that every layer below it may need. */
export interface RequestContext {
  readonly requestId: string;
  readonly trace: TraceContext;
  readonly deadline: Deadline;
  /** Set by the guard; absent on public routes. */
  principal?: Principal;
  /** Set when the route heeds `Idempotency-Key` and the client sent one. */
  idempotency?: IdempotentRequest | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that everything it starts can see the context. */
export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** Runs work that serves many requests outside any request's context: the deadline of the one that started it must not end it. */
export function outsideContext<T>(work: () => T): T {
  return storage.exit(work);
}

/** The context of the request being served; undefined outside one. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}

export function includesScope(held: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(held) <= SCOPES.indexOf(needed);
}

/** Who is calling the route being served. @throws where there is no caller: a public route, or no request at all. */
export function currentPrincipal(): Principal {
  const principal = currentContext()?.principal;
  if (!principal) throw new Error('there is no caller here: the route is public, or no request is being served');
  return principal;
}

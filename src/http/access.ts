import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Scope } from '../reliability/context/request-context.js';

/** Who may call a route: any client, or a caller with the scope. */
export type Access = 'public' | Scope;

/** What the edge needs to know about a route before it reads a request's body. */
export interface RouteSettings {
  access?: Access;
  /** Bytes. */
  bodyLimit?: number;
  /** The answer has no end in sight: no deadline, no HEAD, refused during a drain. */
  streaming?: boolean;
  /** For the operator's probes and scrapers: served on workers and during a drain too. */
  infrastructure?: boolean;
  /** Takes a ticket in the query where there is no `Authorization`. */
  ticketed?: boolean;
  /** Heeds `Idempotency-Key`. */
  idempotent?: boolean;
  /** The deadline of requests that name none, milliseconds. */
  deadlineMs?: number;
  /** Keeps numbers in bodies that no double holds as they are written, since the route passes them on. */
  exactNumbers?: boolean;
  /** The shape of its errors, where they are not problems: the one that clients of OpenAI's API understand. */
  errors?: 'openai';
  /** Its method has a parameter for the body. No decorator sets it: it follows from the method. */
  readsBody?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig extends RouteSettings {}
}

const SETTINGS = Symbol('RouteSettings');

/** Decides who may call the route, or each route of the class without one of its own. The start fails if a route has none. */
export const Access = (access: Access): ClassDecorator & MethodDecorator => routeSettings({ access });

/** Lets the route read bodies of up to `bytes`. */
export const BodyLimit = (bytes: number): ClassDecorator & MethodDecorator => routeSettings({ bodyLimit: bytes });

/** The deadline of requests that ask for no other one, milliseconds. */
export const DefaultDeadline = (ms: number): ClassDecorator & MethodDecorator => routeSettings({ deadlineMs: ms });

/** Keeps numbers in bodies of the route as they are written where no double holds them. */
export const ExactNumbers = (): MethodDecorator => routeSettings({ exactNumbers: true });

/** Answers errors of the route, from guards to the drain, in the shape of OpenAI's API. */
export const OpenAiErrors = (): ClassDecorator & MethodDecorator => routeSettings({ errors: 'openai' });

/** Marks a route whose answer has no end in sight. */
export const Streaming = (): ClassDecorator & MethodDecorator => routeSettings({ streaming: true });

/** Lets a client that cannot send headers present a ticket as `?ticket=`. */
export const Ticketed = (): MethodDecorator => routeSettings({ ticketed: true });

/** Marks a route for the operator's tools: probes and metrics. */
export const Infrastructure = (): ClassDecorator & MethodDecorator => routeSettings({ infrastructure: true });

/**
 * Lets clients send a POST again without a second effect: its service runs under `Idempotency`, and the method returns that
 * service's `IdempotentAnswer`.
 */
export const Idempotent = (): MethodDecorator => routeSettings({ idempotent: true });

/** The settings that a controller's method carries. */
export function routeSettingsOf(handler: object): RouteSettings {
  const settings: unknown = Reflect.getMetadata(SETTINGS, handler);
  return isSettings(settings) ? settings : {};
}

function routeSettings(settings: RouteSettings): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (descriptor) merge(descriptor, { ...settings, readsBody: readsBody(target.constructor, key) }, 'given');
    else if (typeof target === 'function')
      for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(target.prototype)))
        if (name !== 'constructor') merge(method, { ...settings, readsBody: readsBody(target, name) }, 'kept');
  };
}

/** Decorators of parameters have run before those of their method and class. */
function readsBody(type: object, method: string | symbol = ''): boolean {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, type, method);
  return Object.keys(parameters ?? {}).some((parameter) => parameter.startsWith(`${RouteParamtypes.BODY}:`));
}

/** Nest passes Fastify only the metadata of the method, so settings of the class are written onto its methods. */
function merge({ value }: PropertyDescriptor, settings: RouteSettings, precedence: 'given' | 'kept'): void {
  const handler: unknown = value;
  if (typeof handler !== 'function') return;
  const before = routeSettingsOf(handler);
  const after = precedence === 'given' ? { ...before, ...settings } : { ...settings, ...before };
  Reflect.defineMetadata(SETTINGS, after, handler);
  RouteConfig(after)(handler, '', { value: handler });
}

function isSettings(value: unknown): value is RouteSettings {
  return typeof value === 'object' && value !== null;
}

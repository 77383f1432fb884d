import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Scope } from '../reliability/context/request-context.js';

/** Who may call a route: anybody, or who holds the scope. */
export type Access = 'public' | Scope;

/** What the edge must know of a route before it reads a request's body. */
export interface RouteSettings {
  access?: Access;
  /** Bytes. */
  bodyLimit?: number;
  /** The answer has no end in sight: no deadline, no HEAD, refused during a drain. */
  streaming?: boolean;
  /** Serves those who run the process: also on workers, also during a drain. */
  infrastructure?: boolean;
  /** Takes a ticket in the query where there is no `Authorization`. */
  ticketed?: boolean;
  /** Heeds `Idempotency-Key`. */
  idempotent?: boolean;
  /** What a request may take that names no deadline itself, milliseconds. */
  deadlineMs?: number;
  /** Numbers in its bodies that no double holds are kept as they are written: it passes them on. */
  exactNumbers?: boolean;
  /** The shape of its errors, where they are no problems: what clients of OpenAI's API understand. */
  errors?: 'openai';
  /** Its method has a parameter for the body. No decorator sets it: it follows from the method. */
  readsBody?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig extends RouteSettings {}
}

const SETTINGS = Symbol('RouteSettings');

/** Decides who may call the route, or every route of the class that does not say so itself. A route without it does not start. */
export const Access = (access: Access): ClassDecorator & MethodDecorator => routeSettings({ access });

/** Lets the route read bodies of up to `bytes`. */
export const BodyLimit = (bytes: number): ClassDecorator & MethodDecorator => routeSettings({ bodyLimit: bytes });

/** Gives requests of the route so many milliseconds, unless they ask for another deadline themselves. */
export const DefaultDeadline = (ms: number): ClassDecorator & MethodDecorator => routeSettings({ deadlineMs: ms });

/** Keeps numbers in bodies of the route as they are written where no double holds them. */
export const ExactNumbers = (): MethodDecorator => routeSettings({ exactNumbers: true });

/** Answers errors of the route, from guards to the drain, in the shape of OpenAI's API. */
export const OpenAiErrors = (): ClassDecorator & MethodDecorator => routeSettings({ errors: 'openai' });

/** Marks an answer without an end in sight. */
export const Streaming = (): ClassDecorator & MethodDecorator => routeSettings({ streaming: true });

/** Lets a caller who can send no headers show a ticket as `?ticket=`. */
export const Ticketed = (): MethodDecorator => routeSettings({ ticketed: true });

/** Marks a route for those who run the process: probes and metrics. */
export const Infrastructure = (): ClassDecorator & MethodDecorator => routeSettings({ infrastructure: true });

/**
 * Lets clients send a POST again without a second effect: its service runs under `Idempotency`, and the method returns the
 * `IdempotentAnswer` of that.
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

/** Nest hands Fastify what stands on the method alone, so settings of the class are written onto its methods. */
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

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { ApplicationConfig, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { OptionFault } from '../options.js';
import { RetryInterceptor } from '../retry/retry.interceptor.js';
import { attemptPlanOf, type AttemptPlan } from './attempt-plan.js';
import { AttemptRunner } from './attempt-runner.js';

type Method = (...args: unknown[]) => unknown;
type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/**
 * Wraps the methods that carry `@Retry` or `@Circuit`, on each provider that Nest has made. Its module is global, so Nest
 * runs it before other modules' `onModuleInit`; only calls from a constructor or an async factory come too early.
 */
@Injectable()
export class MethodExplorer implements OnModuleInit {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
    @Inject(AttemptRunner) private readonly runner: AttemptRunner,
  ) {}

  /** @throws OptionFault when a decorated method could not be covered. */
  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders()) this.cover(wrapper);
    for (const wrapper of this.discovery.getControllers()) this.check(wrapper);
  }

  private cover(wrapper: Wrapper): void {
    const methods = this.methodsOf(wrapper);
    if (methods.length === 0) return;
    const instance: unknown = wrapper.isDependencyTreeStatic() && !wrapper.isTransient ? wrapper.instance : undefined;
    if (typeof instance !== 'object' || instance === null)
      throw new OptionFault(`${String(wrapper.name)} has a method with @Retry or @Circuit and must be a singleton`);
    // It wraps the prototype's method, never the instance's: one instance under several tokens (`useExisting`) is wrapped once.
    for (const { name, method, plan } of methods)
      Object.defineProperty(instance, name, {
        value: (...args: unknown[]) => this.runner.run(plan, () => method.apply(instance, args)),
        configurable: true,
        writable: true,
      });
  }

  /** Nest's router already holds a controller's handlers and finds metadata by function: only an interceptor can cover them. */
  private check(wrapper: Wrapper): void {
    for (const { method, plan } of this.methodsOf(wrapper))
      if (!this.isIntercepted(method, wrapper.metatype))
        throw new OptionFault(`${plan.method} carries @Retry or @Circuit: add @UseInterceptors(RetryInterceptor)`);
  }

  private isIntercepted(handler: Method, controller: Wrapper['metatype']): boolean {
    const bound = [
      ...interceptorsOf(handler),
      ...interceptorsOf(controller),
      ...this.application.getGlobalInterceptors(),
    ];
    return bound.some((one) => one === RetryInterceptor || one instanceof RetryInterceptor);
  }

  private methodsOf(wrapper: Wrapper): readonly DecoratedMethod[] {
    const prototype = prototypeOf(wrapper);
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method: unknown = Reflect.get(prototype, name);
      if (!isMethod(method)) return [];
      const plan = attemptPlanOf(prototype.constructor.name, name, method);
      return plan ? [{ name, method, plan }] : [];
    });
  }
}

interface DecoratedMethod {
  readonly name: string;
  readonly method: Method;
  readonly plan: AttemptPlan;
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}

function interceptorsOf(target: object | null): readonly unknown[] {
  const bound: unknown = target ? Reflect.getMetadata(INTERCEPTORS_METADATA, target) : undefined;
  return Array.isArray(bound) ? bound : [];
}

/** The instance's prototype, since a factory may have made the instance; without an instance, that of the class. */
function prototypeOf({ instance, metatype }: Wrapper): object | undefined {
  const made: unknown = instance;
  const prototype: unknown =
    typeof made === 'object' && made !== null ? Object.getPrototypeOf(made) : metatype?.prototype;
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}

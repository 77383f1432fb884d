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
 * Gives the methods that carry `@Retry` or `@Circuit` what they ask for, on each provider that Nest has made. It runs
 * before other modules' `onModuleInit`, as those of global modules do; what a constructor or an async factory calls
 * earlier is not covered.
 */
@Injectable()
export class MethodExplorer implements OnModuleInit {
  /** An instance can be reached through several wrappers (`useExisting`, exports): wrapping it twice would square its attempts. */
  private readonly wrapped = new WeakSet<object>();

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
    const plans = this.plansOf(prototypeOf(wrapper));
    if (plans.size === 0) return;
    const instance: unknown = wrapper.isDependencyTreeStatic() && !wrapper.isTransient ? wrapper.instance : undefined;
    if (typeof instance !== 'object' || instance === null)
      throw new OptionFault(`${String(wrapper.name)} has a method with @Retry or @Circuit and must be a singleton`);
    if (this.wrapped.has(instance)) return;
    this.wrapped.add(instance);
    for (const [name, plan] of plans) this.wrap(instance, name, plan);
  }

  private wrap(instance: object, name: string, plan: AttemptPlan): void {
    const method: Method = Reflect.get(instance, name);
    const { runner } = this;
    Object.defineProperty(instance, name, {
      value: (...args: unknown[]) => runner.run(plan, () => method.apply(instance, args)),
      configurable: true,
      writable: true,
    });
  }

  /** The router has bound a controller's handlers already, and keeps their metadata by function: an interceptor covers them. */
  private check(wrapper: Wrapper): void {
    const controller = prototypeOf(wrapper);
    for (const [name, plan] of this.plansOf(controller))
      if (!this.isIntercepted(controller, name))
        throw new OptionFault(`${plan.method} carries @Retry or @Circuit: add @UseInterceptors(RetryInterceptor)`);
  }

  private isIntercepted(controller: object | undefined, name: string): boolean {
    const bound: unknown[] = [
      ...(Reflect.getMetadata(INTERCEPTORS_METADATA, Reflect.get(controller ?? {}, name)) ?? []),
      ...(Reflect.getMetadata(INTERCEPTORS_METADATA, controller?.constructor ?? Object) ?? []),
      ...this.application.getGlobalInterceptors(),
    ];
    return bound.some((one) => one === RetryInterceptor || one instanceof RetryInterceptor);
  }

  private plansOf(prototype: object | undefined): ReadonlyMap<string, AttemptPlan> {
    const plans = new Map<string, AttemptPlan>();
    if (!prototype) return plans;
    for (const name of this.scanner.getAllMethodNames(prototype)) {
      const plan = attemptPlanOf(prototype.constructor.name, name, Reflect.get(prototype, name));
      if (plan) plans.set(name, plan);
    }
    return plans;
  }
}

/** That of the instance, which a factory may have made; that of the class where there is no instance. */
function prototypeOf({ instance, metatype }: Wrapper): object | undefined {
  const made: unknown = instance;
  const prototype: unknown =
    typeof made === 'object' && made !== null ? Object.getPrototypeOf(made) : metatype?.prototype;
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}

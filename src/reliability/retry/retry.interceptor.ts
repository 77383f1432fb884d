import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { attemptPlanOf, type AttemptPlan } from '../attempts/attempt-plan.js';
import { AttemptRunner } from '../attempts/attempt-runner.js';

/**
 * Makes the attempts of handlers that carry `@Retry` or `@Circuit`. An attempt repeats inner interceptors, pipes and the
 * handler, not the guards.
 */
@Injectable()
export class RetryInterceptor implements NestInterceptor {
  private readonly plans = new WeakMap<object, AttemptPlan | 'none'>();

  constructor(@Inject(AttemptRunner) private readonly runner: AttemptRunner) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const plan = this.planOf(context);
    if (plan === 'none') return next.handle();
    return defer(() => this.runner.run(plan, () => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }

  private planOf(context: ExecutionContext): AttemptPlan | 'none' {
    const handler = context.getHandler();
    const known = this.plans.get(handler);
    if (known) return known;
    const plan = attemptPlanOf(context.getClass().name, handler.name, handler) ?? 'none';
    this.plans.set(handler, plan);
    return plan;
  }
}

/** What outsiders may use of the kernel. Inside the kernel nobody imports this file. */
export {
  CLOCK,
  RANDOM,
  SLEEP,
  sleepOn,
  systemClock,
  systemSleep,
  type Clock,
  type Random,
  type Sleep,
} from './ports.js';
export {
  SCOPES,
  currentContext,
  includesScope,
  runInContext,
  type Principal,
  type RequestContext,
  type Scope,
  type TraceContext,
} from './context/request-context.js';
export { ClientGone, Deadline } from './deadline/deadline.js';
export {
  ERROR_CODES,
  isErrorCode,
  type ErrorCategory,
  type ErrorCode,
  type ErrorLogLevel,
  type ErrorSpec,
} from './errors/codes.js';
export {
  AppError,
  DEFAULT_RETRY_AFTER_MS,
  isAppError,
  type AppErrorOptions,
  type FieldFault,
} from './errors/app-error.js';
export { PROBLEM_CONTENT_TYPE, problemHeaders, toProblem, type Problem } from './errors/problem.js';
export { isClientGone, toAppError, type ErrorTranslator } from './errors/to-app-error.js';
export { outcomeOf, type Outcome } from './errors/outcome.js';
export { ERROR_TRANSLATORS, PROBLEM_WRITER, ProblemFilter, type ProblemWriter } from './errors/problem.filter.js';
export {
  compileRetryPolicy,
  isPassing,
  mayRetry,
  retryDelayMs,
  type RetryOptions,
  type RetryPolicy,
} from './retry/retry-policy.js';
export { RetryBudget, type RetryBudgetOptions, type RetryBudgetSnapshot } from './retry/retry-budget.js';
export { RetryBudgetRegistry } from './retry/retry-budget.registry.js';
export { retry, type AttemptRecord, type RetryContext, type RetryPorts } from './retry/retry.js';
export { Retry, type RetryDecoratorOptions } from './retry/retry.decorator.js';
export { RetryInterceptor } from './retry/retry.interceptor.js';
export type {
  CircuitAdmission,
  CircuitChange,
  CircuitOutcome,
  CircuitPermit,
  CircuitRefusal,
  CircuitSnapshot,
  CircuitState,
} from './circuit/circuit.js';
export type { CircuitOptions } from './circuit/circuit-options.js';
export { CircuitBreaker } from './circuit/circuit-breaker.js';
export { CircuitRegistry } from './circuit/circuit.registry.js';
export { Circuit } from './circuit/circuit.decorator.js';
export { CircuitGuard } from './circuit/circuit.guard.js';
export {
  Bulkhead,
  type BulkheadOptions,
  type BulkheadPermit,
  type BulkheadSnapshot,
  type BulkheadWait,
} from './bulkhead/bulkhead.js';
export { BulkheadRegistry } from './bulkhead/bulkhead.registry.js';
export { AttemptRunner, type MethodAttempt } from './attempts/attempt-runner.js';
export { OptionFault } from './options.js';
export { ReliabilityModule, type ReliabilityModuleOptions } from './reliability.module.js';

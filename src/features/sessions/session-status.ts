/** Where a session stands. */
export const SESSION_STATUSES = ['created', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** Why a session failed. */
export type FailureCode =
  'quorum_lost' | 'providers_failed' | 'time_limit' | 'stalled' | 'poisoned' | 'content_filtered';

/** What a client may ask of a session, and in which states. */
export const CONTROL_STATES = {
  start: ['created'],
  pause: ['running'],
  resume: ['paused'],
  cancel: ['created', 'queued', 'running', 'paused'],
  retry: ['failed'],
} as const satisfies Record<string, readonly SessionStatus[]>;

export type ControlAction = keyof typeof CONTROL_STATES;

/** Whether the status alone allows the step. */
export function allows(status: SessionStatus, action: ControlAction): boolean {
  const states: readonly SessionStatus[] = CONTROL_STATES[action];
  return states.includes(status);
}

/** What may forbid a step that the state alone would allow. */
export interface Standing {
  readonly recoverable?: boolean;
  /** A client has asked to cancel it. */
  readonly cancelling?: boolean;
}

/** The steps that are allowed now, for the detail of a refusal. */
export function stepsFrom(
  status: SessionStatus,
  { recoverable = true, cancelling = false }: Standing = {},
): readonly ControlAction[] {
  return (Object.keys(CONTROL_STATES) as ControlAction[]).filter(
    (action) => allows(status, action) && !(action === 'retry' && !recoverable) && !(action === 'pause' && cancelling),
  );
}

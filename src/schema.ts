import { CreateRoles1764000000000 } from '../migrations/1764000000000-create-roles.js';
import { CreateTenancy1764000001000 } from '../migrations/1764000001000-create-tenancy.js';
import { CreateUsage1764000002000 } from '../migrations/1764000002000-create-usage.js';
import { CreateSessions1764000003000 } from '../migrations/1764000003000-create-sessions.js';
import { CreateIdempotency1764000004000 } from '../migrations/1764000004000-create-idempotency.js';
import { CreateActions1764000005000 } from '../migrations/1764000005000-create-actions.js';
import { CreateStreams1764000016000 } from '../migrations/1764000016000-create-streams.js';
import { CountRunningTime1764000020000 } from '../migrations/1764000020000-count-running-time.js';
import { CreateParkedRuns1764000021000 } from '../migrations/1764000021000-create-parked-runs.js';
import { CreateRetention1764000022000 } from '../migrations/1764000022000-create-retention.js';
import { ChargeOneCall1764000024000 } from '../migrations/1764000024000-charge-one-call.js';
import { ReservePlacesForNewcomers1764000025000 } from '../migrations/1764000025000-reserve-places-for-newcomers.js';
import { BeginOwnSessions1764000026000 } from '../migrations/1764000026000-begin-own-sessions.js';
import { LookAtTicketsInTurn1764000027000 } from '../migrations/1764000027000-look-at-tickets-in-turn.js';
import { LeavePlacesToNewcomers1764000028000 } from '../migrations/1764000028000-leave-places-to-newcomers.js';
import { HandBackOwnClaims1764000029000 } from '../migrations/1764000029000-hand-back-own-claims.js';
import type { SchemaDefinition } from './database/data-source.js';
import { IdempotencyKey } from './database/idempotency/idempotency-key.entity.js';
import { Action, Project } from './features/actions/actions.entity.js';
import { Chore, Retention } from './features/retention/retention.entity.js';
import { Session, SessionSeat } from './features/sessions/session.entity.js';
import { StreamTicketUse } from './features/tenancy/stream-ticket.entity.js';
import { ApiKey, Member, Quota, Secret, Tenant } from './features/tenancy/tenancy.entity.js';
import { UsageCounter, UsageReservation, UsageTotal } from './features/usage/usage.entity.js';
import { SessionEvent } from './journal/session-log.entity.js';
import { ParkedRun } from './queue/parked-run.entity.js';
import { Run } from './queue/run.entity.js';

/** The database: every entity, and every migration in order. */
export const SCHEMA: SchemaDefinition = {
  entities: [
    Tenant,
    ApiKey,
    Member,
    Secret,
    Quota,
    UsageCounter,
    UsageTotal,
    UsageReservation,
    Session,
    SessionEvent,
    SessionSeat,
    Run,
    ParkedRun,
    IdempotencyKey,
    Project,
    Action,
    StreamTicketUse,
    Retention,
    Chore,
  ],
  migrations: [
    CreateRoles1764000000000,
    CreateTenancy1764000001000,
    CreateUsage1764000002000,
    CreateSessions1764000003000,
    CreateIdempotency1764000004000,
    CreateActions1764000005000,
    CreateStreams1764000016000,
    CountRunningTime1764000020000,
    CreateParkedRuns1764000021000,
    CreateRetention1764000022000,
    ChargeOneCall1764000024000,
    ReservePlacesForNewcomers1764000025000,
    BeginOwnSessions1764000026000,
    LookAtTicketsInTurn1764000027000,
    LeavePlacesToNewcomers1764000028000,
    HandBackOwnClaims1764000029000,
  ],
};

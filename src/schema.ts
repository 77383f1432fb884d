import { CreateRoles1764000000000 } from '../migrations/1764000000000-create-roles.js';
import { CreateTenancy1764000001000 } from '../migrations/1764000001000-create-tenancy.js';
import { CreateUsage1764000002000 } from '../migrations/1764000002000-create-usage.js';
import type { SchemaDefinition } from './database/data-source.js';
import { ApiKey, Member, Quota, Secret, Tenant } from './features/tenancy/tenancy.entity.js';
import { UsageCounter, UsageReservation, UsageTotal } from './features/usage/usage.entity.js';

/** What the database looks like: every entity, and every migration in its order. */
export const SCHEMA: SchemaDefinition = {
  entities: [Tenant, ApiKey, Member, Secret, Quota, UsageCounter, UsageTotal, UsageReservation],
  migrations: [CreateRoles1764000000000, CreateTenancy1764000001000, CreateUsage1764000002000],
};

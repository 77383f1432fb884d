import { randomUUID } from 'node:crypto';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import type { EntityManager } from 'typeorm';
import { TenantTransaction } from '../../src/database/tenant-transaction.js';
import { Access, Idempotent } from '../../src/http/access.js';
import { currentPrincipal } from '../../src/reliability/context/request-context.js';
import { Idempotency } from '../../src/reliability/idempotency/idempotency.js';
import type { IdempotentAnswer } from '../../src/reliability/idempotency/idempotent-answer.js';
import type { TestDatabase } from './database.js';

/** What a test has happen while a thing is made. */
export interface Course {
  /** Before the transaction. */
  before?: () => Promise<unknown>;
  /** In the transaction, after the answer is settled. */
  within?: (manager: EntityManager) => Promise<unknown>;
  /** After the commit, before the answer. */
  after?: () => Promise<unknown>;
}

/** By the name of the thing. */
export const COURSES = new Map<string, Course>();

export class ThingDto {
  @IsString()
  name: string;

  @IsOptional()
  @IsString()
  note?: string;
}

interface Thing {
  id: string;
  name: string;
  note: string | null;
}

/** Makes things as any feature would: each one is a row, in the transaction that settles the answer. */
@Controller('/toys/things')
@Access('member')
export class ThingsController {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly transaction: TenantTransaction,
  ) {}

  @Post()
  @Idempotent()
  create(@Body() body: ThingDto): Promise<IdempotentAnswer<Thing>> {
    return this.make(body);
  }

  @Post(':id/copies')
  @Idempotent()
  copy(@Param('id') id: string): Promise<IdempotentAnswer<Thing>> {
    return this.make({ name: id });
  }

  @Post('inside-out')
  @Idempotent()
  insideOut(@Body() body: ThingDto): Promise<IdempotentAnswer<Thing>> {
    return this.transaction.run(() => this.make(body));
  }

  @Post('without-transaction')
  @Idempotent()
  withoutTransaction(@Body() { name }: ThingDto): Promise<IdempotentAnswer<Thing>> {
    return this.idempotency.run((finish) => finish({ status: 201, body: { id: '', name, note: null } }));
  }

  @Post('past-the-runner')
  @Idempotent()
  pastTheRunner(@Body() body: ThingDto): object {
    return body;
  }

  @Post('deaf')
  deaf(@Body() body: ThingDto): object {
    return body;
  }

  private make({ name, note = null }: { name: string; note?: string | null }): Promise<IdempotentAnswer<Thing>> {
    const { tenantId } = currentPrincipal();
    const course = COURSES.get(name);
    return this.idempotency.run(async (finish) => {
      await course?.before?.();
      const answer = await this.transaction.run(async (manager) => {
        const id = randomUUID();
        await manager.query(`INSERT INTO quotas VALUES ($1, $2, 1)`, [tenantId, `${name}/${id}`]);
        const settled = await finish({ status: 201, location: `/toys/things/${id}`, body: { id, name, note } });
        await course?.within?.(manager);
        return settled;
      });
      await course?.after?.();
      return answer;
    });
  }
}

/** How many things of this name there are, in all tenants. */
export async function thingsOf(database: TestDatabase, name: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*)::int FROM quotas WHERE starts_with(feature, $1)`,
    [`${name}/`],
  );
  return row?.count ?? 0;
}

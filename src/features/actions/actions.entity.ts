import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ActionStatus } from './action-status.js';

/** What groups sessions and their actions. */
@Entity({ schema: 'public', name: 'projects' })
export class Project {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'projects_pkey' })
  tenantId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'projects_pkey' })
  id: string;

  @Column('text')
  name: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}

/** One step of what a session has planned. */
@Entity({ schema: 'public', name: 'actions' })
@ForeignKey(() => Project, ['tenantId', 'projectId'], ['tenantId', 'id'], { name: 'actions_project_fkey' })
@Index('actions_key_idx', ['tenantId', 'sessionId', 'key'], { unique: true })
@Index('actions_session_idx', ['tenantId', 'sessionId', 'position', 'id'])
@Index('actions_project_idx', ['tenantId', 'projectId', 'sessionId', 'position', 'id'], {
  where: 'project_id IS NOT NULL',
})
@Index('actions_status_idx', ['tenantId', 'status', 'sessionId', 'position', 'id'])
@Check(
  'actions_status_check',
  `status IN ('todo', 'in_progress', 'blocked', 'in_review', 'done', 'cancelled', 'failed', 'abandoned', 'replanned')`,
)
@Check('actions_replan_check', `(status = 'replanned') = (replan_session_id IS NOT NULL)`)
@Check('actions_position_check', 'position > 0')
@Check('actions_estimate_check', 'estimate_minutes > 0')
export class Action {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'actions_pkey' })
  tenantId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'actions_pkey' })
  id: string;

  @Column('uuid', { name: 'session_id' })
  sessionId: string;

  @Column('uuid', { name: 'project_id', nullable: true })
  projectId: string | null;

  /** What the session calls it, such as `action-1`. */
  @Column('text')
  key: string;

  @Column('text')
  title: string;

  /** Empty when there is none. */
  @Column('text')
  detail: string;

  @Column('text', { default: 'todo' })
  status: ActionStatus;

  /** From 1, in the order of the plan. */
  @Column('integer')
  position: number;

  /** Ids of other actions of the session. */
  @Column('uuid', { name: 'depends_on', array: true })
  dependsOn: string[];

  @Column('integer', { name: 'estimate_minutes' })
  estimateMinutes: number;

  @Column('text', { name: 'owner_role' })
  ownerRole: string;

  @Column('text', { name: 'first_step' })
  firstStep: string;

  /** The session that plans it anew. */
  @Column('uuid', { name: 'replan_session_id', nullable: true })
  replanSessionId: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}

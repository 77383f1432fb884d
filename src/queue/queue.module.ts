import { Module } from '@nestjs/common';
import { ParkedRunsRepository } from './parked-runs.repository.js';
import { QueueDepth } from './queue-depth.js';
import { RunQueueRepository } from './run-queue.repository.js';
import { RunWakeUps } from './run-wakeups.js';

/** Runs that wait for a worker, and runs that one holds. */
@Module({
  providers: [RunQueueRepository, RunWakeUps, QueueDepth, ParkedRunsRepository],
  exports: [RunQueueRepository, RunWakeUps, QueueDepth, ParkedRunsRepository],
})
export class QueueModule {}

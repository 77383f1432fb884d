import { Module, type OnModuleInit } from '@nestjs/common';
import { SnapshotRegistry } from '../../telemetry/snapshot.js';
import { ChargesService } from './charges.service.js';
import { HoldsService } from './holds.service.js';
import { UsageController } from './usage.controller.js';
import { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';

/** Without routes: workers count too. */
@Module({
  providers: [UsageRepository, UsageService, ChargesService, HoldsService],
  exports: [UsageService, ChargesService, HoldsService],
})
export class UsageModule implements OnModuleInit {
  constructor(
    private readonly usage: UsageService,
    private readonly snapshots: SnapshotRegistry,
  ) {}

  onModuleInit(): void {
    this.snapshots.add({ name: 'usage', snapshot: () => this.usage.snapshot() });
  }
}

/** The routes. */
@Module({ imports: [UsageModule], controllers: [UsageController] })
export class UsageApiModule {}

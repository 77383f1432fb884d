import { Module, type OnModuleInit } from '@nestjs/common';
import { SnapshotRegistry } from '../../telemetry/snapshot.js';
import { ChargesService } from './charges.service.js';
import { UsageController } from './usage.controller.js';
import { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';

@Module({
  controllers: [UsageController],
  providers: [UsageRepository, UsageService, ChargesService],
  exports: [ChargesService],
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

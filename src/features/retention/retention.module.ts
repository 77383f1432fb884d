import { Module } from '@nestjs/common';
import { RetentionController } from './retention.controller.js';
import { RetentionRepository } from './retention.repository.js';
import { RetentionService } from './retention.service.js';
import { RetentionSweep } from './retention-sweep.js';

/** Removes what is too old, on workers. */
@Module({ providers: [RetentionRepository, RetentionSweep] })
export class RetentionModule {}

/** A tenant's setting, over HTTP. */
@Module({ controllers: [RetentionController], providers: [RetentionService] })
export class RetentionApiModule {}

import { Module } from '@nestjs/common';
import { LlmModule } from '../../llm/llm.module.js';
import { UsageModule } from '../usage/index.js';
import { ChatController } from './chat.controller.js';
import { ChatService } from './chat.service.js';
import { ModelsService } from './models.service.js';

@Module({
  imports: [LlmModule, UsageModule],
  controllers: [ChatController],
  providers: [ChatService, ModelsService],
})
export class ChatModule {}

import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { Fails } from '../../http/api-doc.js';
import { ActionsService } from './actions.service.js';
import { ActionDto, ActionListDto, ActionsQuery, UpdateActionDto } from './dto/actions.dto.js';

/** The actions that sessions have planned. */
@Controller('v1/actions')
@Access('member')
export class ActionsController {
  constructor(private readonly actions: ActionsService) {}

  /** Lists actions, session by session in the order of their plans. */
  @Get()
  list(@Query() query: ActionsQuery): Promise<ActionListDto> {
    return this.actions.list(query);
  }

  /** Returns an action. */
  @Get(':id')
  get(@Param('id') id: string): Promise<ActionDto> {
    return this.actions.get(id);
  }

  /** Changes an action: its text, or where it stands. */
  @Patch(':id')
  @Fails('invalid_transition')
  update(@Param('id') id: string, @Body() body: UpdateActionDto): Promise<ActionDto> {
    return this.actions.update(id, body);
  }
}

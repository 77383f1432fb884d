import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { Fails } from '../../http/api-doc.js';
import { PageQuery } from '../../http/page.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { CreateMemberDto, MemberDto, MemberListDto } from './dto/tenancy.dto.js';
import { TenancyService } from './tenancy.service.js';

/** The people of a tenant. */
@Controller('v1/members')
@Access('tenant:admin')
export class MembersController {
  constructor(private readonly tenancy: TenancyService) {}

  /** Adds a member to the caller's tenant. */
  @Post()
  @HttpCode(201)
  @Fails('conflict')
  create(@Body() body: CreateMemberDto): Promise<MemberDto> {
    return this.tenancy.createMember(currentPrincipal(), body);
  }

  /** Lists the tenant's members. */
  @Get()
  list(@Query() query: PageQuery): Promise<MemberListDto> {
    return this.tenancy.listMembers(currentPrincipal(), query);
  }

  /** Removes a member. */
  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string): Promise<void> {
    return this.tenancy.deleteMember(currentPrincipal(), id);
  }
}

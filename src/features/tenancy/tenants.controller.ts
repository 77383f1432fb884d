import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { PageQuery } from '../../http/page.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { CreatedTenantDto, CreateTenantDto, IdentityDto, TenantListDto } from './dto/tenancy.dto.js';
import { TenancyService } from './tenancy.service.js';

/** Tenants, and who is calling. */
@Controller('v1')
export class TenantsController {
  constructor(private readonly tenancy: TenancyService) {}

  /** Tells who the credentials stand for. */
  @Get('me')
  @Access('member')
  me(): IdentityDto {
    return this.tenancy.identity(currentPrincipal());
  }

  /** Makes a tenant and its first key. */
  @Post('tenants')
  @HttpCode(201)
  @Access('platform:admin')
  create(@Body() body: CreateTenantDto): Promise<CreatedTenantDto> {
    return this.tenancy.createTenant(body);
  }

  /** Lists all tenants. */
  @Get('tenants')
  @Access('platform:admin')
  list(@Query() query: PageQuery): Promise<TenantListDto> {
    return this.tenancy.listTenants(query);
  }
}

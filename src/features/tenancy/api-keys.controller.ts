import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { Fails } from '../../http/api-doc.js';
import { PageQuery } from '../../http/page.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import {
  ApiKeyListDto,
  ClientTokenDto,
  CreateApiKeyDto,
  CreateClientTokenDto,
  CreatedApiKeyDto,
} from './dto/tenancy.dto.js';
import { TenancyService } from './tenancy.service.js';

/** API keys, and tokens for devices and browsers. */
@Controller('v1')
export class ApiKeysController {
  constructor(private readonly tenancy: TenancyService) {}

  /** Makes a key for the caller's tenant. */
  @Post('api-keys')
  @HttpCode(201)
  @Access('tenant:admin')
  create(@Body() body: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.tenancy.createKey(currentPrincipal(), body);
  }

  /** Lists the tenant's keys, revoked ones included. */
  @Get('api-keys')
  @Access('tenant:admin')
  list(@Query() query: PageQuery): Promise<ApiKeyListDto> {
    return this.tenancy.listKeys(currentPrincipal(), query);
  }

  /** Revokes a key, and every client token made with it; in force everywhere within 5 seconds. */
  @Delete('api-keys/:id')
  @HttpCode(204)
  @Access('tenant:admin')
  revoke(@Param('id') id: string): Promise<void> {
    return this.tenancy.revokeKey(currentPrincipal(), id);
  }

  /** Makes a token for one device or browser. */
  @Post('client-tokens')
  @HttpCode(201)
  @Access('member')
  @Fails('forbidden')
  createClientToken(@Body() body: CreateClientTokenDto): Promise<ClientTokenDto> {
    return this.tenancy.createClientToken(currentPrincipal(), body);
  }
}

import {
  IsIn,
  IsInt,
  IsOptional,
  Max,
  Min,
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsEmail,
} from 'class-validator';
import type { Scope } from '../../../reliability/context/request-context.js';
import { CodePoints, IsInstant } from '../../../http/validators.js';
import type { MemberRole } from '../tenancy.entity.js';

export class CreateTenantDto {
  /** What people call the tenant. */
  @CodePoints({ min: 1, max: 200 })
  name: string;
}

export class TenantDto {
  /** @example ten_01jd8m6q8zv4c0r5k2t7w9x1y3 */
  id: string;
  name: string;
  created_at: string;
}

export class CreatedTenantDto {
  id: string;
  name: string;
  /** The tenant's first key, with scope `tenant:admin`. It is shown this once. */
  api_key: string;
}

export class TenantListDto {
  data: TenantDto[];
  next_cursor: string | null;
}

export class CreateApiKeyDto {
  /** What the key is for. */
  @CodePoints({ min: 1, max: 200 })
  name: string;

  /** None may be above the caller's own. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @ArrayUnique()
  @IsIn(['platform:admin', 'tenant:admin', 'member'], { each: true })
  scopes: Scope[];

  /** In the future; left out: the key does not expire. */
  @IsOptional()
  @IsInstant()
  expires_at?: string;
}

export class ApiKeyDto {
  id: string;
  name: string;
  scopes: Scope[];
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  /** The key itself. It is shown this once. */
  key: string;
}

export class ApiKeyListDto {
  data: ApiKeyDto[];
  next_cursor: string | null;
}

export class CreateMemberDto {
  @IsEmail()
  @CodePoints({ min: 3, max: 254 })
  email: string;

  @IsIn(['admin', 'member'])
  role: MemberRole;
}

export class MemberDto {
  id: string;
  email: string;
  role: MemberRole;
  created_at: string;
}

export class MemberListDto {
  data: MemberDto[];
  next_cursor: string | null;
}

export class CreateClientTokenDto {
  /** The device or browser that the token is for. */
  @CodePoints({ min: 8, max: 128 })
  install_id: string;

  /** A client token reaches no further than `member`. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1)
  @IsIn(['member'], { each: true })
  scopes?: 'member'[];

  /** How long the token lives, in seconds. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(3600)
  ttl_seconds?: number = 3600;
}

export class ClientTokenDto {
  token: string;
  expires_at: string;
}

/** Who the credentials stand for. */
export class IdentityDto {
  tenant_id: string;
  key_id: string;
  scope: Scope;
  /** Set for a client token. */
  install_id: string | null;
}

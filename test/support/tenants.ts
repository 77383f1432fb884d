import type { ApiClient } from './client.js';
import { uuidOf } from '../../src/database/id.js';
import type { Scope } from '../../src/reliability/context/request-context.js';

export interface TestTenant {
  /** `ten_…` */
  readonly id: string;
  readonly uuid: string;
  /** The tenant's first key, with scope `tenant:admin`. */
  readonly key: string;
  /** Calls with that key. */
  readonly api: ApiClient;
}

export interface TestKey {
  /** `key_…` */
  readonly id: string;
  readonly uuid: string;
  readonly key: string;
}

/** @param platform calls with scope `platform:admin`. */
export async function makeTenant(platform: ApiClient, name = 'a tenant'): Promise<TestTenant> {
  const { status, body } = await platform.post<{ id: string; api_key: string }>('/v1/tenants', { name });
  if (status !== 201) throw new Error(`no tenant was made: ${status}`);
  return { id: body.id, uuid: uuidBehind('ten', body.id), key: body.api_key, api: platform.as(body.api_key) };
}

/** A key of the caller's tenant. */
export async function makeKey(admin: ApiClient, scopes: Scope[] = ['member'], more: object = {}): Promise<TestKey> {
  const { status, body } = await admin.post<{ id: string; key: string }>('/v1/api-keys', {
    name: 'a key',
    scopes,
    ...more,
  });
  if (status !== 201) throw new Error(`no key was made: ${status}`);
  return { id: body.id, uuid: uuidBehind('key', body.id), key: body.key };
}

/** A client token of the key's tenant. */
export async function makeClientToken(api: ApiClient, installId: string, more: object = {}): Promise<string> {
  const { status, body } = await api.post<{ token: string }>('/v1/client-tokens', { install_id: installId, ...more });
  if (status !== 201) throw new Error(`no token was made: ${status}`);
  return body.token;
}

function uuidBehind(prefix: string, id: string): string {
  const uuid = uuidOf(prefix, id);
  if (uuid === undefined) throw new Error(`${id} is no id of this kind`);
  return uuid;
}

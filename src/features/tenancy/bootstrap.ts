import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AppConfig } from '../../config/config.js';
import { ensureFolder } from '../../config/ensure-folder.js';
import { EXIT, StartupFault } from '../../config/startup-fault.js';
import { newUuid } from '../../database/id.js';
import { SCOPES } from '../../reliability/context/request-context.js';
import { hashToken, keyIdOf, mintKey, opaqueKeyId, type KeyEnvironment, type MintedKey } from './api-key-format.js';
import type { TenancyRepository } from './tenancy.repository.js';

export const DEFAULT_TENANT = 'default';

export const KEY_ENVIRONMENT = {
  production: 'live',
  test: 'test',
  development: 'dev',
} as const satisfies Record<AppConfig['environment'], KeyEnvironment>;

/** How the first key came about. */
export type Bootstrap =
  { readonly made: 'generated'; readonly keyFile: string } | { readonly made: 'given' } | { readonly made: 'nothing' };

/** Where the first key is written. */
export function keyFileOf(config: AppConfig): string {
  return join(config.dataDir, 'bootstrap-key');
}

/** On an empty database makes tenant `default` with one key that holds all scopes. */
export async function bootstrap(repository: TenancyRepository, config: AppConfig): Promise<Bootstrap> {
  const given = config.bootstrapKey;
  const keyFile = keyFileOf(config);
  const prepare = () => {
    const key = given === undefined ? mintKey(KEY_ENVIRONMENT[config.environment]) : adopt(given);
    // Written before the commit: a crash in between leaves a key that no server accepts, and the next start makes another.
    if (given === undefined) writeKeyFile(keyFile, key.token);
    return {
      id: key.id,
      tokenHash: key.tokenHash,
      opaque: given !== undefined && keyIdOf(given) === undefined,
      name: 'bootstrap',
      scopes: [...SCOPES],
      expiresAt: null,
    };
  };
  const made = await repository
    .bootstrap({ id: newUuid(), name: DEFAULT_TENANT }, prepare)
    .catch((error: unknown): never => {
      throw startupFaultIn(error);
    });
  if (!made) return { made: 'nothing' };
  return given === undefined ? { made: 'generated', keyFile } : { made: 'given' };
}

function adopt(token: string): MintedKey {
  return { id: keyIdOf(token) ?? opaqueKeyId(token), token, tokenHash: hashToken(token) };
}

function writeKeyFile(file: string, token: string): void {
  try {
    ensureFolder(dirname(file), 0o700);
    // Written aside and renamed: a reader finds a whole key, and an older file's wider mode does not last.
    const aside = `${file}.${process.pid}`;
    writeFileSync(aside, `${token}\n`, { mode: 0o600, flag: 'w' });
    renameSync(aside, file);
  } catch (error) {
    throw new StartupFault(
      `The first key cannot be written to ${file} (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}). ` +
        'Set HOLDFAST_DATA_DIR to a folder that can be written to, or give the key in HOLDFAST_BOOTSTRAP_KEY.',
      EXIT.unavailable,
      { cause: error },
    );
  }
}

/** `Database` wraps every error out of a transaction, also one that is not the database's. */
function startupFaultIn(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof StartupFault ? error.cause : error;
}

/** Makes another key with all scopes for the first tenant. Returns it, or undefined where there is no tenant yet. */
export async function createDefaultKey(
  query: (text: string, values: unknown[]) => Promise<{ rowCount: number | null }>,
  config: AppConfig,
): Promise<string | undefined> {
  const key = mintKey(KEY_ENVIRONMENT[config.environment]);
  const { rowCount } = await query(
    `INSERT INTO system.api_keys (id, tenant_id, name, scopes, token_hash)
     SELECT $1, id, 'made by an operator', $2, $3 FROM system.tenants WHERE name = $4 ORDER BY id LIMIT 1`,
    [key.id, [...SCOPES], key.tokenHash, DEFAULT_TENANT],
  );
  return rowCount === 1 ? key.token : undefined;
}

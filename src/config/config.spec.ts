import { isAbsolute } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';
import { StartupFault } from './startup-fault.js';

type Settings = Record<string, string>;

function faultOf(settings: Settings): string {
  try {
    loadConfig(settings);
  } catch (error) {
    if (error instanceof StartupFault && error.exitCode === 78) return error.message;
    throw error;
  }
  return '';
}

const PG = 'postgres://u:p@h/d';
const PASSWORD = 'p%40';
const KEY = (length: number) => 'k'.repeat(length);

describe('without any setting', () => {
  it('the defaults of the contract hold', () => {
    expect(loadConfig({})).toEqual({
      environment: 'development',
      port: undefined,
      host: '127.0.0.1',
      logLevel: 'info',
      baseUrl: undefined,
      role: 'all',
      dataDir: expect.stringMatching(/\.holdfast$/),
      bootstrapKey: undefined,
      secret: undefined,
      allowedOrigins: '*',
      migrateAtStart: true,
      drainMs: 10_000,
      sessionRetentionDays: 90,
      database: { url: undefined, migrationUrl: undefined, directUrl: undefined, poolSize: 20 },
      redisUrl: undefined,
      streams: { inAll: 10_000, perTenant: 5_000 },
      llm: { providers: [], offlineFallback: true },
      warnings: [],
    });
    expect(isAbsolute(loadConfig({}).dataDir)).toBe(true);
  });

  it('an empty one counts as none', () => {
    expect(loadConfig({ PORT: '', HOLDFAST_SECRET: '', DATABASE_URL: '', LLM_PROVIDERS: '' })).toEqual(loadConfig({}));
  });

  it('what was read cannot be changed', () => {
    expect(() => Object.assign(loadConfig({}), { port: 1 })).toThrow(TypeError);
  });
});

describe('each setting at its limit', () => {
  it.each<[string, string, (config: ReturnType<typeof loadConfig>) => unknown, unknown]>([
    ['PORT', '0', (config) => config.port, 0],
    ['PORT', '65535', (config) => config.port, 65_535],
    ['HOST', '::1', (config) => config.host, '::1'],
    ['HOST', 'h'.repeat(255), (config) => config.host, 'h'.repeat(255)],
    ['NODE_ENV', 'test', (config) => config.environment, 'test'],
    ['LOG_LEVEL', 'silent', (config) => config.logLevel, 'silent'],
    ['LOG_LEVEL', 'trace', (config) => config.logLevel, 'trace'],
    ['BASE_URL', 'https://a.example/b//', (config) => config.baseUrl, 'https://a.example/b'],
    ['HOLDFAST_ROLE', 'worker', (config) => config.role, 'worker'],
    ['HOLDFAST_DATA_DIR', '/var/lib/holdfast', (config) => config.dataDir, '/var/lib/holdfast'],
    ['HOLDFAST_BOOTSTRAP_KEY', KEY(32), (config) => config.bootstrapKey, KEY(32)],
    ['HOLDFAST_BOOTSTRAP_KEY', KEY(200), (config) => config.bootstrapKey, KEY(200)],
    ['HOLDFAST_SECRET', KEY(32), (config) => config.secret, KEY(32)],
    ['HOLDFAST_SECRET', KEY(1024), (config) => config.secret, KEY(1024)],
    ['HOLDFAST_ALLOWED_ORIGINS', '', (config) => config.allowedOrigins, []],
    ['HOLDFAST_ALLOWED_ORIGINS', 'https://a.example', (config) => config.allowedOrigins, ['https://a.example']],
    [
      'HOLDFAST_ALLOWED_ORIGINS',
      'http://localhost:5173,http://[::1]:8080,capacitor://localhost,chrome-extension://abcdef',
      (config) => config.allowedOrigins,
      ['http://localhost:5173', 'http://[::1]:8080', 'capacitor://localhost', 'chrome-extension://abcdef'],
    ],
    ['HOLDFAST_MIGRATE', 'off', (config) => config.migrateAtStart, false],
    ['HOLDFAST_STREAMS', '1', (config) => config.streams.inAll, 1],
    ['HOLDFAST_STREAMS', '1000000', (config) => config.streams.inAll, 1_000_000],
    ['HOLDFAST_STREAMS_PER_TENANT', '1', (config) => config.streams.perTenant, 1],
    ['HOLDFAST_STREAMS_PER_TENANT', '1000000', (config) => config.streams.perTenant, 1_000_000],
    ['HOLDFAST_DRAIN_MS', '0', (config) => config.drainMs, 0],
    ['HOLDFAST_DRAIN_MS', '600000', (config) => config.drainMs, 600_000],
    ['HOLDFAST_SESSION_RETENTION_DAYS', '0', (config) => config.sessionRetentionDays, 0],
    ['HOLDFAST_SESSION_RETENTION_DAYS', 'off', (config) => config.sessionRetentionDays, 0],
    ['HOLDFAST_SESSION_RETENTION_DAYS', '36500', (config) => config.sessionRetentionDays, 36_500],
    ['DATABASE_URL', PG, (config) => config.database.url, PG],
    [
      'DATABASE_URL',
      'postgresql://h/d?sslmode=require',
      (config) => config.database.url,
      'postgresql://h/d?sslmode=require',
    ],
    [
      'DATABASE_URL',
      `postgres://u:${PASSWORD}@/d?sslmode=disable&host=/run/postgresql`,
      (config) => config.database.url,
      `postgres://u:${PASSWORD}@localhost/d?sslmode=disable&host=/run/postgresql`,
    ],
    ['DATABASE_MIGRATION_URL', PG, (config) => config.database.migrationUrl, PG],
    ['DATABASE_DIRECT_URL', PG, (config) => config.database.directUrl, PG],
    ['DATABASE_POOL_SIZE', '2', (config) => config.database.poolSize, 2],
    ['DATABASE_POOL_SIZE', '200', (config) => config.database.poolSize, 200],
    ['REDIS_URL', 'rediss://h:6380', (config) => config.redisUrl, 'rediss://h:6380'],
    ['LLM_OFFLINE_FALLBACK', 'false', (config) => config.llm.offlineFallback, false],
  ])('%s=%s is taken', (name, value, read, expected) => {
    expect(read(loadConfig({ [name]: value }))).toEqual(expected);
  });
});

describe('each setting one past its limit', () => {
  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3000.0'],
    ['PORT', '0x10'],
    ['PORT', '1e3'],
    ['PORT', ' 3000'],
    ['PORT', '9'.repeat(30)],
    ['HOST', 'a b'],
    ['HOST', 'h'.repeat(256)],
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'INFO'],
    ['BASE_URL', 'ftp://a.example'],
    ['BASE_URL', 'a.example'],
    ['BASE_URL', 'https:a.example'],
    ['BASE_URL', 'https://a.example/?q=1'],
    ['BASE_URL', 'https://a.example/#x'],
    ['BASE_URL', 'https://user@a.example'],
    ['BASE_URL', ' https://a.example '],
    ['HOLDFAST_SECRET', ' '.repeat(40)],
    ['HOLDFAST_SESSION_RETENTION_DAYS', '36501'],
    ['HOLDFAST_SESSION_RETENTION_DAYS', '-1'],
    ['HOLDFAST_SESSION_RETENTION_DAYS', 'never'],
    ['DATABASE_URL', 'postgres:///no-host'],
    ['DATABASE_URL', 'postgres://u:p@/no-host?dbhost=/run'],
    ['HOLDFAST_ROLE', 'both'],
    ['HOLDFAST_BOOTSTRAP_KEY', KEY(31)],
    ['HOLDFAST_BOOTSTRAP_KEY', KEY(201)],
    ['HOLDFAST_BOOTSTRAP_KEY', `${KEY(40)}!`],
    ['HOLDFAST_SECRET', KEY(31)],
    ['HOLDFAST_SECRET', KEY(1025)],
    ['HOLDFAST_ALLOWED_ORIGINS', '*,https://a.example'],
    ['HOLDFAST_ALLOWED_ORIGINS', 'https://a.example/'],
    ['HOLDFAST_ALLOWED_ORIGINS', 'https://a.example:443'],
    ['HOLDFAST_ALLOWED_ORIGINS', 'https://A.example'],
    ['HOLDFAST_ALLOWED_ORIGINS', 'https://*.example'],
    ['HOLDFAST_ALLOWED_ORIGINS', 'https://a.example, https://b.example'],
    ['HOLDFAST_ALLOWED_ORIGINS', 'https://a.example,'],
    ['HOLDFAST_ALLOWED_ORIGINS', 'a.example'],
    ['HOLDFAST_ALLOWED_ORIGINS', 'null'],
    ['HOLDFAST_ALLOWED_ORIGINS', 'app://own/path'],
    ['HOLDFAST_MIGRATE', 'no'],
    ['HOLDFAST_STREAMS', '0'],
    ['HOLDFAST_STREAMS', '1000001'],
    ['HOLDFAST_STREAMS_PER_TENANT', '0'],
    ['HOLDFAST_STREAMS_PER_TENANT', '1000001'],
    ['HOLDFAST_DRAIN_MS', '600001'],
    ['HOLDFAST_DRAIN_MS', '10s'],
    ['DATABASE_URL', 'mysql://h/d'],
    ['DATABASE_URL', 'postgres://u%@h/d'],
    ['DATABASE_MIGRATION_URL', 'postgres://%zz@h/d'],
    ['DATABASE_URL', 'h/d'],
    ['DATABASE_MIGRATION_URL', 'http://h/d'],
    ['DATABASE_DIRECT_URL', 'postgres:/'.slice(0, 3)],
    ['DATABASE_POOL_SIZE', '1'],
    ['DATABASE_POOL_SIZE', '201'],
    ['REDIS_URL', 'http://h'],
    ['LLM_PROVIDERS', 'A'],
    ['LLM_PROVIDERS', ','],
    ['LLM_PROVIDERS', 'a b'],
    ['LLM_PROVIDERS', 'auto'],
    ['LLM_PROVIDERS', 'a'.repeat(33)],
    ['LLM_OFFLINE_FALLBACK', 'yes'],
  ])('%s=%s is a fault that names it, and not its value', (name, value) => {
    const fault = faultOf({ [name]: value });
    expect(fault).toMatch(new RegExp(`^ {2}- ${name}: must`, 'm'));
    expect(fault).toContain('a fault:');
    if (value.length > 8) expect(fault).not.toContain(value);
  });
});

describe('faults', () => {
  it('are all told at once, in one message, without a value', () => {
    const secret = 'hunter2-hunter2';
    const fault = faultOf({
      PORT: secret,
      HOLDFAST_SECRET: secret,
      HOLDFAST_BOOTSTRAP_KEY: secret,
      DATABASE_URL: `mysql://root:${secret}@h/d`,
      REDIS_URL: `http://:${secret}@h`,
      LLM_PROVIDERS: 'a,b',
      LLM_A_KIND: secret,
    });
    expect(fault).toContain('7 faults');
    const names = [
      'PORT',
      'HOLDFAST_SECRET',
      'HOLDFAST_BOOTSTRAP_KEY',
      'DATABASE_URL',
      'REDIS_URL',
      'LLM_A_KIND',
      'LLM_B_KIND',
    ];
    for (const name of names) expect(fault).toMatch(new RegExp(`^ {2}- ${name}: `, 'm'));
    expect(fault).not.toContain(secret);
    expect(fault).toContain('.env.example');
  });

  it('in production include a missing DATABASE_URL: the embedded one is not for that', () => {
    expect(faultOf({ NODE_ENV: 'production' })).toContain('DATABASE_URL: must be set');
    expect(loadConfig({ NODE_ENV: 'production', DATABASE_URL: PG }).environment).toBe('production');
  });

  it('say where production comes from when it is npm that has set it', () => {
    expect(faultOf({ NODE_ENV: 'production', npm_config_omit: 'dev' })).toContain('its setting omit=dev');
    expect(faultOf({ NODE_ENV: 'production', npm_config_omit: 'optional' })).not.toContain('omit');
  });

  it.each(['#', '/', '?'])('of a password with a bare %s say how it is written', (character) => {
    const fault = faultOf({
      DATABASE_URL: `postgres://u:p${character}word@h/d`,
      REDIS_URL: `redis://:p${character}word@h`,
    });
    expect(fault.match(/percent-encoded/g)).toHaveLength(2);
    expect(fault).not.toContain('word@');
  });
});

describe('settings that look like ours and are none', () => {
  it.each(['HOLDFAST_PORT', 'HOLDFAST_DRAINMS', 'DATABASE_POOLSIZE', 'LLM_PROVIDER', 'LLM_A_KINDS', 'LLM_A_FALLBACK'])(
    '%s is warned of by its name, and not refused',
    (name) => {
      const { warnings } = loadConfig({ LLM_PROVIDERS: 'a', LLM_A_KIND: 'offline', [name]: 'a secret value' });
      expect(warnings).toEqual([expect.stringContaining(name)]);
      expect(warnings.join()).not.toContain('a secret value');
    },
  );

  it('are only those with our prefixes', () => {
    expect(loadConfig({ PATH: '/bin', HOME: '/', npm_config_x: '1', DATABASES: 'x' }).warnings).toEqual([]);
  });
});

/** Owns the settings: the contract's defaults, every form a value may take, and every fault at once. */

import { describe, expect, test } from 'vitest';
import {
  ConfigError,
  type Env,
  loadConfig,
  readStoreSettings,
  secretsOf,
  type SettingFault,
} from '../src/config.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/payouts/time.ts';

const GOOD: Env = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 'signing-signing-',
  INSTANTPAY_CLIENT_ID: 'id',
  INSTANTPAY_CLIENT_SECRET: 'secret',
  INSTANTPAY_ENDPOINT_IP: '203.0.113.7',
  APPROVAL_CHANNEL: 'C0123456789',
  APPROVERS: 'U0A,W0B,S0GROUP',
};

function faultsOf(env: Env, readText?: (path: string) => string): string[] {
  return detailsOf(env, readText).map(({ name }) => name);
}

function detailsOf(env: Env, readText?: (path: string) => string): readonly SettingFault[] {
  try {
    loadConfig(env, readText);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults;
  }
}

test('the defaults of the contract', () => {
  expect(loadConfig(GOOD)).toMatchObject({
    slack: { appToken: undefined, apiUrl: undefined },
    instantpay: {
      authCode: '1',
      baseUrl: 'https://api.instantpay.in',
      timeoutMs: 20_000,
      concurrency: 8,
      maxPages: 10_000,
    },
    databaseUrl: 'sqlite:./data/payout-desk.db',
    rules: {
      environment: undefined,
      approvalTtlMs: DAY_MS,
      approvalsRequiredAbovePaise: undefined,
      expiringWithinMs: 48 * HOUR_MS,
      stuckAfterMs: 24 * HOUR_MS,
      escalateTo: [],
      reminderCooldownMs: HOUR_MS,
      automatic: { beforeMs: [], quiet: { fromMinute: 21 * 60, toMinute: 8 * 60 } },
      digestGraceMs: HOUR_MS,
      digestSkip: { weekdays: new Set(), dates: new Set() },
      callTimeoutMs: 20_000,
    },
    digest: {
      channel: undefined,
      cron: '0 10 * * *',
      timezone: 'Asia/Kolkata',
      statuses: ['EXPIRED', 'PROCESSING'],
    },
    host: '0.0.0.0',
    port: 3000,
    logLevel: 'info',
  });
});

test('who may do what: OPERATORS are the APPROVERS, VIEWERS the OPERATORS, ADMINS nobody', () => {
  const approvers = { everyone: false, users: new Set(['U0A', 'W0B']), groups: ['S0GROUP'] };
  const { policy } = loadConfig(GOOD);
  expect(policy.approve).toEqual(approvers);
  expect(policy.operate).toEqual(approvers);
  expect(policy.look).toEqual(approvers);
  expect(policy.administer).toEqual({ everyone: false, users: new Set(), groups: [] });
  expect(loadConfig({ ...GOOD, OPERATORS: 'U0C' }).policy.look.users).toEqual(new Set(['U0C']));
  expect(loadConfig({ ...GOOD, OPERATORS: '*' }).policy.look.everyone).toBe(true);
  const named = loadConfig({ ...GOOD, ADMINS: 'U0K', OPERATORS: ' U0A , U0C ,', VIEWERS: 'S0GROUP' }).policy;
  expect(named.administer.users).toEqual(new Set(['U0K']));
  expect(named.operate.users).toEqual(new Set(['U0A', 'U0C']));
  expect(named.look).toEqual({ everyone: false, users: new Set(), groups: ['S0GROUP'] });
});

test.each([
  ['APPROVERS', '*'],
  ['APPROVERS', ','],
  ['APPROVERS', '@vikram'],
  ['APPROVERS', 'U0A;U0B'],
  ['OPERATORS', '*,U0A'],
  ['ADMINS', 'vikram'],
  ['ADMINS', '*'],
  ['SLACK_BOT_TOKEN', 'Bearer x'],
  ['SLACK_APP_TOKEN', 'xoxb-1'],
  ['SLACK_SIGNING_SECRET', 'x'],
  ['SLACK_SIGNING_SECRET', 'fifteen-letters'],
  ['SLACK_SIGNING_SECRET', 'sixteen letters!'],
  ['SLACK_API_URL', 'slack.com/api'],
  ['SLACK_API_URL', 'http://slack.example.net/api/'],
  ['SLACK_API_URL', 'http://127.0.0.1.example.net/api/'],
  ['SLACK_API_URL', 'https://token@slack.com/api/'],
  ['METRICS_PORT', '65536'],
  ['METRICS_PORT', '-1'],
  ['INSTANTPAY_ENDPOINT_IP', '203.0.113'],
  ['INSTANTPAY_ENDPOINT_IP', 'localhost'],
  ['INSTANTPAY_BASE_URL', 'ftp://api.instantpay.in'],
  ['INSTANTPAY_BASE_URL', 'http://api.instantpay.in'],
  ['INSTANTPAY_BASE_URL', 'http://127.0.0.1.evil.example'],
  ['INSTANTPAY_BASE_URL', 'https://u:p@api.instantpay.in'],
  ['INSTANTPAY_BASE_URL', 'https://api.instantpay.in/?x=1'],
  ['INSTANTPAY_CLIENT_ID', 'two words'],
  ['INSTANTPAY_CLIENT_ID', 'id\u200b'],
  ['INSTANTPAY_CLIENT_SECRET', 'se\ncret'],
  ['INSTANTPAY_CLIENT_SECRET', 'sécret'],
  ['INSTANTPAY_AUTH_CODE', '1\u20102'],
  ['INSTANTPAY_ENVIRONMENT', 'production'],
  ['INSTANTPAY_TIMEOUT', '20'],
  ['INSTANTPAY_TIMEOUT', '5ms'],
  ['INSTANTPAY_TIMEOUT', '3m'],
  ['INSTANTPAY_CONCURRENCY', '0'],
  ['INSTANTPAY_CONCURRENCY', '65'],
  ['INSTANTPAY_CONCURRENCY', 'many'],
  ['INSTANTPAY_MAX_PAGES', '0'],
  ['INSTANTPAY_MAX_PAGES', '1.5'],
  ['INSTANTPAY_MAX_PAGES', '1000001'],
  ['DATABASE_URL', 'mysql://x'],
  ['AUDIT_KEY', 'x'.repeat(31)],
  ['APPROVAL_CHANNEL', '#approvals'],
  ['APPROVAL_CHANNEL', 'D0123'],
  ['APPROVERS_NOTIFY', 'email'],
  ['APPROVAL_TTL', '0s'],
  ['APPROVAL_TTL', '31d'],
  ['APPROVALS_REQUIRED_ABOVE', '-1'],
  ['APPROVALS_REQUIRED_ABOVE', 'a lot'],
  ['DIGEST_CHANNEL', 'general'],
  ['DIGEST_CRON', '0 25 * * *'],
  ['DIGEST_CRON', 'daily'],
  ['DIGEST_CRON', '0 0 31 2 *'],
  ['DIGEST_TIMEZONE', 'Asia/Atlantis'],
  ['DIGEST_STATUSES', 'EXPIRED,OPEN'],
  ['DIGEST_GRACE', 'soon'],
  ['DIGEST_SKIP', 'someday'],
  ['DIGEST_SKIP', '2027-02-29'],
  ['DIGEST_SKIP', 'mon,tue,wed,thu,fri,sat,sunday'],
  ['EXPIRING_WITHIN', '59s'],
  ['EXPIRING_WITHIN', '31d'],
  ['STUCK_AFTER', '59m'],
  ['STUCK_AFTER', '31d'],
  ['ESCALATE_TO', '*'],
  ['ESCALATE_TO', 'asha'],
  ['ESCALATE_TO', Array.from({ length: 11 }, (_, index) => `U0${index}`).join(',')],
  ['NOTIFY_COOLDOWN', '-1h'],
  ['REMIND_BEFORE', '24h,2h,1h,30m'],
  ['REMIND_BEFORE', '24h,24h'],
  ['REMIND_BEFORE', '24h,29m'],
  ['REMIND_BEFORE', '24h,'],
  ['REMIND_QUIET', '21:00'],
  ['REMIND_QUIET', '21:00-21:00'],
  ['REMIND_QUIET', '24:00-08:00'],
  ['PORT', '65536'],
  ['PORT', 'http'],
  ['LOG_LEVEL', 'verbose'],
  ['INSTANTPAY_CLIENT_ID', 'YWY3OTAzYzNlM2ExZTJlOfh549Gzt+5IEcETrD5Yx+Q='],
  ['INSTANTPAY_CLIENT_SECRET', '679db35f926b8d0240a8c0d28729528ee8e6d5effa5fa0b20c04454004d2d825'],
])('%s=%s is refused by name', (name, value) => {
  expect(faultsOf({ ...GOOD, [name]: value })).toEqual([name]);
});

test.each([
  ['APPROVERS_NOTIFY', 'Both', ['rules', 'approversNotify'], 'both'],
  ['APPROVAL_TTL', '90m', ['rules', 'approvalTtlMs'], 90 * MINUTE_MS],
  ['APPROVAL_TTL', '1.5h', ['rules', 'approvalTtlMs'], 90 * MINUTE_MS],
  ['APPROVALS_REQUIRED_ABOVE', '50,000', ['rules', 'approvalsRequiredAbovePaise'], 5_000_000],
  ['APPROVALS_REQUIRED_ABOVE', '0', ['rules', 'approvalsRequiredAbovePaise'], 0],
  ['APPROVALS_REQUIRED_ABOVE', '999.99', ['rules', 'approvalsRequiredAbovePaise'], 99_999],
  ['INSTANTPAY_ENVIRONMENT', ' Live ', ['rules', 'environment'], 'live'],
  ['INSTANTPAY_ENDPOINT_IP', '2001:db8::7', ['instantpay', 'endpointIp'], '2001:db8::7'],
  ['INSTANTPAY_BASE_URL', 'http://localhost:1/x', ['instantpay', 'baseUrl'], 'http://localhost:1/x'],
  ['SLACK_API_URL', 'http://127.0.0.1:1/api', ['slack', 'apiUrl'], 'http://127.0.0.1:1/api/'],
  ['DIGEST_STATUSES', 'issued, Issued', ['digest', 'statuses'], ['ISSUED']],
  ['AUDIT_KEY', 'x'.repeat(32), ['auditKey'], 'x'.repeat(32)],
  ['STUCK_AFTER', '3d', ['rules', 'stuckAfterMs'], 3 * DAY_MS],
  ['ESCALATE_TO', 'U0A, S0OPS,U0A', ['rules', 'escalateTo'], ['S0OPS', 'U0A']],
  ['DIGEST_GRACE', '0s', ['rules', 'digestGraceMs'], 0],
  [
    'DIGEST_SKIP',
    'Sun, saturday,2027-01-26',
    ['rules', 'digestSkip'],
    { weekdays: new Set(['sun', 'sat']), dates: new Set(['2027-01-26']) },
  ],
  ['PORT', '0', ['port'], 0],
] as const)('%s=%s is read', (name, value, path, expected) => {
  expect(loadConfig({ ...GOOD, [name]: value })).toHaveProperty([...path], expected);
});

describe('APPROVAL_RULES', () => {
  const APPROVERS = { users: ['U0A', 'W0B'], groups: ['S0GROUP'] };

  test.each([
    [
      '0:1@S0OPS,200000:2@S0FIN',
      [
        { fromPaise: 0, approvals: 1, users: [], groups: ['S0OPS'] },
        { fromPaise: 200_000_00, approvals: 2, users: [], groups: ['S0FIN'] },
      ],
    ],
    [
      ' 0:1 , 50000.50:2@U0C+S0FIN+@W0D ',
      [
        { fromPaise: 0, approvals: 1, ...APPROVERS },
        { fromPaise: 50_000_50, approvals: 2, users: ['U0C', 'W0D'], groups: ['S0FIN'] },
      ],
    ],
    [
      '1000:3',
      [
        { fromPaise: 0, approvals: 1, ...APPROVERS },
        { fromPaise: 1_000_00, approvals: 3, ...APPROVERS },
      ],
    ],
  ])('%s: the tiers, with APPROVERS where nobody is named', (text, tiers) => {
    expect(loadConfig({ ...GOOD, APPROVAL_RULES: text }).rules.approvalRules?.tiers).toEqual(tiers);
  });

  test('people of a tier may approve and look, and nothing more', () => {
    const { policy, rules } = loadConfig({ ...GOOD, APPROVAL_RULES: '0:1@U0C+S0OPS' });
    const all = { everyone: false, users: new Set(['U0A', 'W0B', 'U0C']), groups: ['S0GROUP', 'S0OPS'] };
    expect(policy.approve).toEqual(all);
    expect(policy.look).toEqual(all);
    expect(policy.operate.users).toEqual(new Set(['U0A', 'W0B']));
    expect(rules.approvalRules?.approvers.users).toEqual(new Set(['U0A', 'W0B']));
    const named = loadConfig({ ...GOOD, APPROVAL_RULES: '0:1@U0C', VIEWERS: 'U0V' }).policy;
    expect(named.look.users).toEqual(new Set(['U0V']));
    expect(loadConfig({ ...GOOD, APPROVAL_RULES: '0:1@U0C', OPERATORS: '*' }).policy.look.everyone).toBe(
      true,
    );
    expect(loadConfig(GOOD).rules.approvalRules).toBeUndefined();
  });

  test.each([
    ['0', 'tier 1 cannot be read'],
    ['0:0@S0OPS', 'tier 1 cannot be read'],
    ['0:6@S0OPS', 'tier 1 cannot be read'],
    ['0:1@*', 'tier 1 cannot be read'],
    ['0:1@', 'tier 1 cannot be read'],
    ['0:1@S0OPS+', 'tier 1 cannot be read'],
    ['-1:1', 'tier 1 cannot be read'],
    ['0:1,', 'tier 2 cannot be read'],
    ['0:1@S0OPS,2,00,000:2@S0FIN', 'tier 2 cannot be read; tier 3 cannot be read'],
    ['0:1,0:2', 'the amount of tier 2 is not above the one before'],
    ['500:1,100:2,x', 'the amount of tier 2 is not above the one before; tier 3 cannot be read'],
    ['0:2@U0C', 'tier 1 names fewer people than it needs approvals'],
    ['0:2@U0C+U0C', 'tier 1 names fewer people than it needs approvals'],
  ])('%s is refused, every fault in one line', (text, faults) => {
    const given = { ...GOOD, APPROVAL_RULES: text };
    expect(faultsOf(given)).toEqual(['APPROVAL_RULES']);
    expect(() => loadConfig(given)).toThrow(ConfigError);
    const [fault] = detailsOf(given);
    expect(fault?.expected).toContain(`(${faults})`);
    expect(fault?.expected).not.toContain('\n');
  });

  test('not together with APPROVALS_REQUIRED_ABOVE', () => {
    const both = { ...GOOD, APPROVAL_RULES: '0:1', APPROVALS_REQUIRED_ABOVE: '50000' };
    expect(faultsOf(both)).toEqual(['APPROVALS_REQUIRED_ABOVE']);
  });
});

test('automatic reminders: the longest step first, quiet hours in minutes, or none', () => {
  const { automatic } = loadConfig({ ...GOOD, REMIND_BEFORE: '2h, 24h', REMIND_QUIET: 'none' }).rules;
  expect(automatic).toEqual({ beforeMs: [24 * HOUR_MS, 2 * HOUR_MS], quiet: undefined });
  const quiet = loadConfig({ ...GOOD, REMIND_QUIET: '9:30 - 17:00' }).rules.automatic.quiet;
  expect(quiet).toEqual({ fromMinute: 570, toMinute: 1_020 });
});

test('emergency approval needs named administrators', () => {
  expect(faultsOf({ ...GOOD, BREAK_GLASS: 'true' })).toEqual(['ADMINS']);
  expect(faultsOf({ ...GOOD, BREAK_GLASS: 'true', PORT: 'x' })).toEqual(['PORT', 'ADMINS']);
  expect(faultsOf({ ...GOOD, BREAK_GLASS: 'TRUE', ADMINS: 'U0K' })).toEqual([]);
  expect(faultsOf({ ...GOOD, BREAK_GLASS: 'false' })).toEqual([]);
});

test.each([
  [{}, undefined],
  [{ METRICS_PORT: '9090' }, 9090],
  [{ METRICS_PORT: '3000' }, undefined],
  [{ METRICS_PORT: '0', PORT: '0' }, 0],
])('%o: the port of metrics is %s', (settings, expected) => {
  expect(loadConfig({ ...GOOD, ...settings }).metricsPort).toBe(expected);
});

test('an empty value counts as not given', () => {
  expect(faultsOf({ ...GOOD, APPROVERS: '  ', DIGEST_CHANNEL: '' })).toEqual(['APPROVERS']);
});

test('Socket Mode needs no signing secret; without an app token it is asked for', () => {
  const { SLACK_SIGNING_SECRET: _, ...rest } = GOOD;
  expect(faultsOf(rest)).toEqual(['SLACK_SIGNING_SECRET']);
  expect(faultsOf({ ...rest, SLACK_APP_TOKEN: 'xapp-1' })).toEqual([]);
});

test('every fault at once, with what is expected and never the value', () => {
  const caught = (() => {
    try {
      return loadConfig({ SLACK_BOT_TOKEN: 'hunter2', PORT: 'hunter2' });
    } catch (error) {
      return error;
    }
  })();
  if (!(caught instanceof ConfigError)) throw new Error('no ConfigError');
  expect(caught.faults.map((fault) => fault.name).sort()).toEqual([
    'APPROVAL_CHANNEL',
    'APPROVERS',
    'INSTANTPAY_CLIENT_ID',
    'INSTANTPAY_CLIENT_SECRET',
    'INSTANTPAY_ENDPOINT_IP',
    'PORT',
    'SLACK_BOT_TOKEN',
    'SLACK_SIGNING_SECRET',
  ]);
  expect(`${caught.message} ${JSON.stringify(caught.faults)}`).not.toContain('hunter2');
  for (const { expected } of caught.faults) expect(expected).not.toMatch(/undefined|Invalid|received/);
});

test('a secret from a file; a setting itself comes first; a file that cannot be read is named alone', () => {
  const { SLACK_BOT_TOKEN: _, ...rest } = GOOD;
  const files: Record<string, string> = { '/run/bot': 'xoxb-from-file\n' };
  const readText = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };
  expect(loadConfig({ ...rest, SLACK_BOT_TOKEN_FILE: '/run/bot' }, readText).slack.botToken).toBe(
    'xoxb-from-file',
  );
  const authCodeFile = { ...GOOD, INSTANTPAY_AUTH_CODE_FILE: '/run/bot' };
  expect(loadConfig(authCodeFile, readText).instantpay.authCode).toBe('xoxb-from-file');
  expect(loadConfig({ ...GOOD, SLACK_BOT_TOKEN_FILE: '/nowhere' }, readText).slack.botToken).toBe('xoxb-1');
  expect(faultsOf({ ...rest, SLACK_BOT_TOKEN_FILE: '/nowhere' }, readText)).toEqual(['SLACK_BOT_TOKEN_FILE']);
  const { SLACK_SIGNING_SECRET: __, ...unsigned } = GOOD;
  expect(faultsOf({ ...unsigned, SLACK_SIGNING_SECRET_FILE: '/nowhere' }, readText)).toEqual([
    'SLACK_SIGNING_SECRET_FILE',
  ]);
});

test('what must never reach a log line', () => {
  const config = loadConfig({
    ...GOOD,
    SLACK_APP_TOKEN: 'xapp-1',
    DATABASE_URL: 'postgres://desk:p%40ss@db.example/desk',
  });
  expect(secretsOf(config)).toEqual(['xoxb-1', 'xapp-1', 'signing-signing-', 'id', 'secret', 'p@ss']);
  expect(secretsOf(loadConfig(GOOD))).toEqual(['xoxb-1', 'signing-signing-', 'id', 'secret']);
  // A password that cannot be decoded is kept out as it is written.
  const odd = loadConfig({ ...GOOD, DATABASE_URL: 'postgres://u:p%zz@h/db' });
  expect(secretsOf(odd)).toEqual(['xoxb-1', 'signing-signing-', 'id', 'secret', 'p%zz']);
});

test('a command that needs the store alone reads its address and key by the same rules', () => {
  expect(readStoreSettings({})).toEqual({
    databaseUrl: 'sqlite:./data/payout-desk.db',
    auditKey: undefined,
  });
  const key = 'k'.repeat(32);
  const env = { DATABASE_URL_FILE: '/run/url', AUDIT_KEY: ` ${key} `, SLACK_BOT_TOKEN_FILE: '/none' };
  const readText = (path: string): string => {
    if (path !== '/run/url') throw new Error('no such file');
    return 'postgres://db/desk\n';
  };
  expect(readStoreSettings(env, readText)).toEqual({ databaseUrl: 'postgres://db/desk', auditKey: key });
  expect(() => readStoreSettings({ DATABASE_URL: 'mysql://db', AUDIT_KEY: 'short' })).toThrow(
    'Wrong or missing settings: DATABASE_URL, AUDIT_KEY',
  );
});

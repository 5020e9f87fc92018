/** Owns the settings: environment in, one read-only Config out, or every fault at once. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isCron } from './jobs/calendar.ts';
import type { Policy, Principals } from './payouts/access.ts';
import { type Environment, KNOWN_STATUSES, type KnownStatus } from './payouts/links/link.ts';
import { paiseFromRupees } from './payouts/money.ts';
import { DAY_MS, MINUTE_MS } from './payouts/time.ts';
import {
  approversNotify,
  channel,
  credentialsUrl,
  duration,
  headerText,
  isTimezone,
  namedPrincipals,
  port,
  principals,
  required,
  wholeNumber,
} from './config-fields.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** One wrong or missing setting: its name and what is expected, never its value. */
export interface SettingFault {
  name: string;
  expected: string;
}

/** The settings are wrong; the start ends with exit code 78 (EX_CONFIG). */
export class ConfigError extends Error {
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    super(`Wrong or missing settings: ${faults.map((fault) => fault.name).join(', ')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

// R16: the credentials printed in InstantPay's published samples.
const SAMPLE_CLIENT_ID = 'YWY3OTAzYzNlM2ExZTJlOfh549Gzt+5IEcETrD5Yx+Q=';
const SAMPLE_CLIENT_SECRET = '679db35f926b8d0240a8c0d28729528ee8e6d5effa5fa0b20c04454004d2d825';

const NOBODY: Principals = { everyone: false, users: new Set(), groups: [] };

const schema = z.object({
  SLACK_BOT_TOKEN: required('the bot token of the Slack app (xoxb-...)').regex(
    /^xox[a-z]/,
    'the bot token of the Slack app (xoxb-...)',
  ),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-/, 'an app-level token (xapp-...) with connections:write')
    .optional(),
  // A short one could be guessed, and whoever knows it can sign clicks on Approve.
  SLACK_SIGNING_SECRET: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'the signing secret of the Slack app, 32 hex digits')
    .optional(),
  SLACK_API_URL: credentialsUrl('https://slack.com/api/').optional(),
  INSTANTPAY_CLIENT_ID: headerText("InstantPay's client id").refine(
    (id) => id !== SAMPLE_CLIENT_ID,
    "your own client id, not the sample of InstantPay's published pages",
  ),
  INSTANTPAY_CLIENT_SECRET: headerText("InstantPay's client secret").refine(
    (secret) => secret !== SAMPLE_CLIENT_SECRET,
    "your own client secret, not the sample of InstantPay's published pages",
  ),
  INSTANTPAY_ENDPOINT_IP: z.union([z.ipv4(), z.ipv6()], {
    error: 'the end customer’s IP address as InstantPay knows it, such as 203.0.113.7',
  }),
  INSTANTPAY_AUTH_CODE: headerText("InstantPay's auth code").default('1'),
  INSTANTPAY_BASE_URL: credentialsUrl('https://api.instantpay.in').default('https://api.instantpay.in'),
  INSTANTPAY_ENVIRONMENT: z
    .string()
    .transform((text, context): Environment => {
      const environment = text.trim().toLowerCase();
      if (environment === 'live' || environment === 'sandbox') return environment;
      context.addIssue({ code: 'custom', message: 'live or sandbox' });
      return z.NEVER;
    })
    .optional(),
  INSTANTPAY_TIMEOUT: duration('a duration from 100ms to 2m, such as 20s', 100, 2 * MINUTE_MS).prefault(
    '20s',
  ),
  INSTANTPAY_CONCURRENCY: wholeNumber('a whole number from 1 to 64, such as 8', 1, 64).prefault('8'),
  INSTANTPAY_MAX_PAGES: wholeNumber('a whole number from 1 to 1000000, such as 10000', 1, 1_000_000).prefault(
    '10000',
  ),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'sqlite:<path> or postgres://user:password@host/database')
    .default('sqlite:./data/payout-desk.db'),
  AUDIT_KEY: z
    .string()
    .min(32, 'a secret of 32 characters or more, such as of `openssl rand -hex 32`')
    .optional(),
  APPROVAL_CHANNEL: z.string({ error: 'the id of the channel that approval cards go to' }).pipe(channel),
  APPROVERS: z
    .string({
      error: 'who may approve: Slack user ids (U... or W...) and user-group ids (S...), comma separated',
    })
    .pipe(namedPrincipals('approve')),
  OPERATORS: principals.optional(),
  VIEWERS: principals.optional(),
  ADMINS: namedPrincipals('administer').optional(),
  APPROVERS_NOTIFY: approversNotify.prefault('mention'),
  APPROVAL_TTL: duration('a duration from 1s to 30d, such as 24h', 1_000, 30 * DAY_MS).prefault('24h'),
  APPROVALS_REQUIRED_ABOVE: z
    .string()
    .transform((text, context) => {
      const paise = paiseFromRupees(text.replaceAll(',', ''));
      if (paise !== undefined && paise >= 0) return paise;
      context.addIssue({ code: 'custom', message: 'an amount in rupees, such as 50000' });
      return z.NEVER;
    })
    .optional(),
  BREAK_GLASS: z
    .string()
    .transform((text, context) => {
      if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
      context.addIssue({ code: 'custom', message: 'true or false' });
      return z.NEVER;
    })
    .prefault('false'),
  DIGEST_CHANNEL: channel.optional(),
  DIGEST_CRON: z
    .string()
    .refine(isCron, 'a cron expression of five or six fields that is ever due, such as 0 10 * * *')
    .default('0 10 * * *'),
  DIGEST_TIMEZONE: z
    .string()
    .refine(isTimezone, 'an IANA time zone, such as Asia/Kolkata')
    .default('Asia/Kolkata'),
  DIGEST_STATUSES: z
    .string()
    .transform((text, context): KnownStatus[] => {
      const names = [...new Set(text.split(',').map((name) => name.trim().toUpperCase()))];
      const known = names.flatMap((name) => KNOWN_STATUSES.find((status) => status === name) ?? []);
      if (known.length === names.length) return known;
      context.addIssue({ code: 'custom', message: `some of ${KNOWN_STATUSES.join(', ')}, comma separated` });
      return z.NEVER;
    })
    .prefault('EXPIRED,PROCESSING'),
  DIGEST_GRACE: duration('a duration up to 7d, such as 1h', 0, 7 * DAY_MS).prefault('1h'),
  NOTIFY_COOLDOWN: duration('a duration from 1s to 30d, such as 1h', 1_000, 30 * DAY_MS).prefault('1h'),
  HOST: z.string().default('0.0.0.0'),
  PORT: port.prefault('3000'),
  METRICS_PORT: port.optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
});

/** The settings that may also be given as NAME_FILE, a path to a file that holds the value. */
const SECRETS = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'INSTANTPAY_CLIENT_ID',
  'INSTANTPAY_CLIENT_SECRET',
  'INSTANTPAY_AUTH_CODE',
  'DATABASE_URL',
  'AUDIT_KEY',
] as const;

/** Every setting there is, the files of secrets too. */
export const SETTING_NAMES: readonly string[] = [
  ...Object.keys(schema.shape),
  ...SECRETS.map((name) => `${name}_FILE`),
];

/** Reads and checks every setting; throws ConfigError with all faults at once. */
export function loadConfig(env: Env, readText = (path: string) => readFileSync(path, 'utf8')) {
  const faults: SettingFault[] = [];
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value.trim() !== '') given[name] = value.trim();
  }
  for (const name of SECRETS) {
    const path = given[`${name}_FILE`];
    if (path === undefined || given[name] !== undefined) continue;
    try {
      given[name] = readText(path).trim();
    } catch {
      faults.push({ name: `${name}_FILE`, expected: 'a file that can be read' });
    }
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      // A secret file that cannot be read is the fault; that its value is missing too is no news.
      if (faults.some((fault) => fault.name === name || fault.name === `${name}_FILE`)) continue;
      faults.push({ name, expected: issue.message });
    }
  }
  if (!given['SLACK_APP_TOKEN'] && !given['SLACK_SIGNING_SECRET']) {
    const expected = 'the signing secret of the Slack app, or SLACK_APP_TOKEN for Socket Mode';
    if (!faults.some((fault) => fault.name.startsWith('SLACK_SIGNING_SECRET'))) {
      faults.push({ name: 'SLACK_SIGNING_SECRET', expected });
    }
  }
  // Without named administrators nobody could use it; with the approvers in their place each could pass the quorum alone.
  if (/^true$/i.test(given['BREAK_GLASS'] ?? '') && !given['ADMINS']) {
    faults.push({ name: 'ADMINS', expected: 'user ids or user-group ids, because BREAK_GLASS is true' });
  }
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return arrange(parsed.data);
}

function arrange(settings: z.output<typeof schema>) {
  const operators = settings.OPERATORS ?? settings.APPROVERS;
  const policy: Policy = {
    look: settings.VIEWERS ?? operators,
    operate: operators,
    approve: settings.APPROVERS,
    administer: settings.ADMINS ?? NOBODY,
  };
  return {
    slack: {
      botToken: settings.SLACK_BOT_TOKEN,
      appToken: settings.SLACK_APP_TOKEN,
      signingSecret: settings.SLACK_SIGNING_SECRET,
      /** Undefined: Slack's own. Ends with a slash, as the Web API client wants it. */
      apiUrl: settings.SLACK_API_URL?.replace(/\/*$/, '/'),
    },
    instantpay: {
      clientId: settings.INSTANTPAY_CLIENT_ID,
      clientSecret: settings.INSTANTPAY_CLIENT_SECRET,
      endpointIp: settings.INSTANTPAY_ENDPOINT_IP,
      authCode: settings.INSTANTPAY_AUTH_CODE,
      baseUrl: settings.INSTANTPAY_BASE_URL,
      timeoutMs: settings.INSTANTPAY_TIMEOUT,
      concurrency: settings.INSTANTPAY_CONCURRENCY,
      maxPages: settings.INSTANTPAY_MAX_PAGES,
    },
    databaseUrl: settings.DATABASE_URL,
    auditKey: settings.AUDIT_KEY,
    approvalChannel: settings.APPROVAL_CHANNEL,
    policy,
    rules: {
      environment: settings.INSTANTPAY_ENVIRONMENT,
      approversNotify: settings.APPROVERS_NOTIFY,
      approvalTtlMs: settings.APPROVAL_TTL,
      approvalsRequiredAbovePaise: settings.APPROVALS_REQUIRED_ABOVE,
      breakGlass: settings.BREAK_GLASS,
      reminderCooldownMs: settings.NOTIFY_COOLDOWN,
      callTimeoutMs: settings.INSTANTPAY_TIMEOUT,
    },
    digest: {
      channel: settings.DIGEST_CHANNEL,
      cron: settings.DIGEST_CRON,
      timezone: settings.DIGEST_TIMEZONE,
      statuses: settings.DIGEST_STATUSES,
      graceMs: settings.DIGEST_GRACE,
    },
    host: settings.HOST,
    port: settings.PORT,
    /** Undefined: metrics and readiness stand on `port`. */
    metricsPort:
      settings.METRICS_PORT !== 0 && settings.METRICS_PORT === settings.PORT
        ? undefined
        : settings.METRICS_PORT,
    logLevel: settings.LOG_LEVEL,
  } as const;
}

export type Config = ReturnType<typeof loadConfig>;

/** The values that must never reach a log line. */
export function secretsOf(config: Config): string[] {
  const { slack, instantpay } = config;
  const secrets = [
    slack.botToken,
    slack.appToken,
    slack.signingSecret,
    instantpay.clientId,
    instantpay.clientSecret,
    config.auditKey,
  ];
  const password = URL.parse(config.databaseUrl)?.password;
  if (password) secrets.push(decoded(password));
  return secrets.flatMap((secret) => secret || []);
}

/** As it is written when it cannot be decoded ("p%zz"). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

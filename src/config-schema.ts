/** Owns the settings: their names, what each has to look like, and its default. */

import { z } from 'zod';
import {
  approvalTiers,
  channel,
  choice,
  choices,
  credentialsUrl,
  digestSkip,
  duration,
  durations,
  headerText,
  mentioned,
  namedPrincipals,
  plainUrl,
  port,
  principals,
  quietHours,
  required,
  rupees,
  wholeNumber,
} from './config-fields.ts';
import { isCron } from './payouts/subscriptions/calendar.ts';
import { APPROVERS_NOTIFY } from './payouts/deps.ts';
import { ENVIRONMENTS, KNOWN_STATUSES } from './payouts/links/link.ts';
import { DAY_MS, HOUR_MS, isTimezone, MINUTE_MS } from './payouts/time.ts';

// R16: the credentials printed in InstantPay's published samples.
const SAMPLE_CLIENT_ID = 'YWY3OTAzYzNlM2ExZTJlOfh549Gzt+5IEcETrD5Yx+Q=';
const SAMPLE_CLIENT_SECRET = '679db35f926b8d0240a8c0d28729528ee8e6d5effa5fa0b20c04454004d2d825';

// A short one could be guessed, and with it clicks on Approve could be forged.
const SIGNING_SECRET = /^[\x21-\x7e]{16,}$/;

/** Values as text, trimmed and not empty; what is expected is said without the value. */
export const settingsSchema = z.object({
  SLACK_BOT_TOKEN: required('the bot token of the Slack app (xoxb-...)').regex(
    /^xox[a-z]/,
    'the bot token of the Slack app (xoxb-...)',
  ),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-/, 'an app-level token (xapp-...) with connections:write')
    .optional(),
  SLACK_SIGNING_SECRET: z
    .string()
    .regex(SIGNING_SECRET, 'the signing secret of the Slack app, 32 hex digits')
    .optional(),
  SLACK_SIGNING_SECRET_PREVIOUS: z
    .string()
    .regex(SIGNING_SECRET, 'the signing secret before SLACK_SIGNING_SECRET, while both are in use')
    .optional(),
  SLACK_API_URL: credentialsUrl('https://slack.com/api/').optional(),
  INSTANTPAY_CLIENT_ID: headerText('the InstantPay client ID').refine(
    (id) => id !== SAMPLE_CLIENT_ID,
    'your own client ID, not the sample published by InstantPay',
  ),
  INSTANTPAY_CLIENT_SECRET: headerText('the InstantPay client secret').refine(
    (secret) => secret !== SAMPLE_CLIENT_SECRET,
    'your own client secret, not the sample published by InstantPay',
  ),
  INSTANTPAY_ENDPOINT_IP: z.union([z.ipv4(), z.ipv6()], {
    error: 'the end customer’s IP address registered with InstantPay, such as 203.0.113.7',
  }),
  INSTANTPAY_AUTH_CODE: headerText('the InstantPay auth code').default('1'),
  INSTANTPAY_BASE_URL: credentialsUrl('https://api.instantpay.in').default('https://api.instantpay.in'),
  INSTANTPAY_ENVIRONMENT: choice(ENVIRONMENTS).optional(),
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
    .min(32, 'a secret of 32 characters or more, for example from `openssl rand -hex 32`')
    .optional(),
  APPROVAL_CHANNEL: z.string({ error: 'the ID of the channel for approval cards' }).pipe(channel),
  APPROVERS: z
    .string({
      error: 'the approvers: Slack user IDs (U... or W...) and user group IDs (S...), comma separated',
    })
    .pipe(namedPrincipals('approve')),
  OPERATORS: principals.optional(),
  VIEWERS: principals.optional(),
  ADMINS: namedPrincipals('administer').optional(),
  APPROVERS_NOTIFY: choice(APPROVERS_NOTIFY).prefault('mention'),
  APPROVAL_TTL: duration('a duration from 1s to 30d, such as 24h', 1_000, 30 * DAY_MS).prefault('24h'),
  APPROVALS_REQUIRED_ABOVE: rupees.optional(),
  APPROVAL_RULES: approvalTiers.optional(),
  BREAK_GLASS: choice(['true', 'false'])
    .transform((text) => text === 'true')
    .prefault('false'),
  DIGEST_CHANNEL: channel.optional(),
  DIGEST_CRON: z
    .string()
    .refine(isCron, 'a cron expression of five or six fields that comes due, such as 0 10 * * *')
    .default('0 10 * * *'),
  DIGEST_TIMEZONE: z
    .string()
    .refine(isTimezone, 'an IANA time zone, such as Asia/Kolkata')
    .default('Asia/Kolkata'),
  DIGEST_STATUSES: choices(KNOWN_STATUSES).prefault('EXPIRED,PROCESSING'),
  DIGEST_GRACE: duration('a duration up to 7d, such as 1h', 0, 7 * DAY_MS).prefault('1h'),
  DIGEST_SKIP: digestSkip.optional(),
  EXPIRING_WITHIN: duration('a duration from 1m to 30d, such as 48h', MINUTE_MS, 30 * DAY_MS).prefault('48h'),
  STUCK_AFTER: duration('a duration from 1h to 30d, such as 24h', HOUR_MS, 30 * DAY_MS).prefault('24h'),
  ESCALATE_TO: mentioned.optional(),
  NOTIFY_COOLDOWN: duration('a duration from 1s to 30d, such as 1h', 1_000, 30 * DAY_MS).prefault('1h'),
  WATCH_FOR: duration('a duration from 1h to 90d, such as 14d', HOUR_MS, 90 * DAY_MS).prefault('14d'),
  REMIND_BEFORE: durations(
    '1 to 3 different durations from 30m to 30d, such as 24h,2h',
    30 * MINUTE_MS,
    30 * DAY_MS,
    3,
  ).optional(),
  REMIND_QUIET: quietHours.prefault('21:00-08:00'),
  KEEP_FINISHED: duration('a duration from 90d to 3650d, such as 365d', 90 * DAY_MS, 3_650 * DAY_MS).prefault(
    '365d',
  ),
  HOST: z.string().default('0.0.0.0'),
  PORT: port.prefault('3000'),
  METRICS_PORT: port.optional(),
  BUILD_COMMIT: z
    .string()
    .regex(/^[\w.+-]{1,64}$/, 'the commit that was built, up to 64 letters and digits; the image sets it')
    .default('unknown'),
  OTEL_EXPORTER_OTLP_ENDPOINT: plainUrl('http://localhost:4318').optional(),
  LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).prefault('info'),
});

export type SettingName = keyof typeof settingsSchema.shape;

/** The settings that may also be given as NAME_FILE, a path to a file that holds the value. */
export const SECRETS = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_SIGNING_SECRET_PREVIOUS',
  'INSTANTPAY_CLIENT_ID',
  'INSTANTPAY_CLIENT_SECRET',
  'INSTANTPAY_AUTH_CODE',
  'DATABASE_URL',
  'AUDIT_KEY',
] as const;

/** Every setting there is, the files of secrets too. */
export const SETTING_NAMES: readonly string[] = [
  ...Object.keys(settingsSchema.shape),
  ...SECRETS.map((name) => `${name}_FILE`),
];

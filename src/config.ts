/** Owns loading the settings: environment in, one read-only Config out, or every fault at once. */

import { existsSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import { SECRETS, settingsSchema } from './config-schema.ts';
import { NO_SKIP } from './payouts/subscriptions/skip.ts';
import { approvalRules, peopleOf, type Policy, type Principals } from './payouts/policy.ts';

export type Env = Readonly<Record<string, string | undefined>>;
type Given = Readonly<Record<string, string>>;
type ReadText = (path: string) => string;

/** What is expected of a setting `NAME_FILE`. */
export const READABLE_FILE = 'a file that can be read';

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

const NOBODY: Principals = { everyone: false, users: new Set(), groups: [] };

const readFile: ReadText = (path) => readFileSync(path, 'utf8');

/** Adds the settings of a `.env` file in the working directory, if there is one; the environment wins. */
export function loadEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/** Reads and checks every setting; throws ConfigError with all faults at once. */
export function loadConfig(env: Env, readText = readFile) {
  const { given, faults } = readGiven(env, readText);
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) addFaults(faults, parsed.error);
  faults.push(...crossChecks(given, faults));
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return arrange(parsed.data);
}

/** Reads where the store is and what its audit is keyed with, for commands that need nothing else; throws ConfigError. */
export function readStoreSettings(env: Env, readText = readFile): Pick<Config, 'databaseUrl' | 'auditKey'> {
  const names = { DATABASE_URL: true, AUDIT_KEY: true } as const;
  const { given, faults } = readGiven(env, readText, Object.keys(names));
  const parsed = settingsSchema.pick(names).safeParse(given);
  if (!parsed.success) addFaults(faults, parsed.error);
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return { databaseUrl: parsed.data.DATABASE_URL, auditKey: parsed.data.AUDIT_KEY };
}

/** What is set, trimmed; a secret also from its file. */
function readGiven(
  env: Env,
  readText: ReadText,
  secrets: readonly string[] = SECRETS,
): { given: Given; faults: SettingFault[] } {
  const faults: SettingFault[] = [];
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value.trim() !== '') given[name] = value.trim();
  }
  for (const name of secrets) {
    const path = given[`${name}_FILE`];
    if (path === undefined || given[name] !== undefined) continue;
    try {
      given[name] = readText(path).trim();
    } catch {
      faults.push({ name: `${name}_FILE`, expected: READABLE_FILE });
    }
  }
  return { given, faults };
}

/** Adds one fault for each setting. */
function addFaults(faults: SettingFault[], { issues }: z.ZodError): void {
  for (const { path, message } of issues) {
    const name = String(path[0]);
    // A secret's file that cannot be read is the fault; that the secret is missing too says nothing new.
    if (faults.some((fault) => fault.name === name || fault.name === `${name}_FILE`)) continue;
    faults.push({ name, expected: message });
  }
}

/** The faults that one setting alone does not show. */
function crossChecks(given: Given, known: readonly SettingFault[]): SettingFault[] {
  const faults: SettingFault[] = [];
  if (!given['SLACK_APP_TOKEN'] && !given['SLACK_SIGNING_SECRET']) {
    const expected = 'the signing secret of the Slack app, or SLACK_APP_TOKEN for Socket Mode';
    if (!known.some((fault) => fault.name.startsWith('SLACK_SIGNING_SECRET'))) {
      faults.push({ name: 'SLACK_SIGNING_SECRET', expected });
    }
  }
  // An emergency approval passes the quorum, so administrators are named: approvers are never taken in their place.
  if (/^true$/i.test(given['BREAK_GLASS'] ?? '') && !given['ADMINS']) {
    faults.push({ name: 'ADMINS', expected: 'user IDs or user group IDs, because BREAK_GLASS is true' });
  }
  // Two rules for the same question: which of them was meant cannot be guessed.
  if (given['APPROVAL_RULES'] && given['APPROVALS_REQUIRED_ABOVE']) {
    const expected = 'not together with APPROVAL_RULES; write it as a tier, such as 0:1,50000:2';
    faults.push({ name: 'APPROVALS_REQUIRED_ABOVE', expected });
  }
  return faults;
}

function arrange(settings: z.output<typeof settingsSchema>) {
  const operators = settings.OPERATORS ?? settings.APPROVERS;
  const rules = approvalRules(settings.APPROVERS, settings.APPROVAL_RULES);
  const policy: Policy = {
    // Who may decide may look, unless the viewers are named.
    look: settings.VIEWERS ?? peopleOf(operators, rules),
    operate: operators,
    approve: peopleOf(settings.APPROVERS, rules),
    administer: settings.ADMINS ?? NOBODY,
  };
  return {
    slack: {
      botToken: settings.SLACK_BOT_TOKEN,
      appToken: settings.SLACK_APP_TOKEN,
      signingSecret: settings.SLACK_SIGNING_SECRET,
      previousSigningSecret: settings.SLACK_SIGNING_SECRET_PREVIOUS,
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
      approvalRules: rules,
      breakGlass: settings.BREAK_GLASS,
      expiringWithinMs: settings.EXPIRING_WITHIN,
      stuckAfterMs: settings.STUCK_AFTER,
      escalateTo: settings.ESCALATE_TO ?? [],
      reminderCooldownMs: settings.NOTIFY_COOLDOWN,
      watchForMs: settings.WATCH_FOR,
      automatic: { beforeMs: settings.REMIND_BEFORE ?? [], quiet: settings.REMIND_QUIET },
      digestGraceMs: settings.DIGEST_GRACE,
      keepFinishedMs: settings.KEEP_FINISHED,
      digestSkip: settings.DIGEST_SKIP ?? NO_SKIP,
      callTimeoutMs: settings.INSTANTPAY_TIMEOUT,
    },
    digest: {
      channel: settings.DIGEST_CHANNEL,
      cron: settings.DIGEST_CRON,
      timezone: settings.DIGEST_TIMEZONE,
      statuses: settings.DIGEST_STATUSES,
    },
    host: settings.HOST,
    port: settings.PORT,
    /** Undefined: metrics and readiness are on `port`. */
    metricsPort:
      settings.METRICS_PORT !== 0 && settings.METRICS_PORT === settings.PORT
        ? undefined
        : settings.METRICS_PORT,
    /** Undefined: no traces. */
    tracesTo: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: settings.LOG_LEVEL,
    buildCommit: settings.BUILD_COMMIT,
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
    slack.previousSigningSecret,
    instantpay.clientId,
    instantpay.clientSecret,
    config.auditKey,
  ];
  const password = URL.parse(config.databaseUrl)?.password;
  if (password) secrets.push(decoded(password));
  return secrets.flatMap((secret) => secret || []);
}

/** The text itself when it cannot be decoded ("p%zz"). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

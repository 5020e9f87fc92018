/** Owns what each setting means, in words for operators; a setting without them does not compile. */

import type { SettingName } from '../config-schema.ts';

/** The sections of docs/settings.md and .env.example, in their order. */
export const SETTING_GROUPS = [
  ['slack', 'Slack'],
  ['instantpay', 'InstantPay'],
  ['people', 'People'],
  ['approvals', 'Approvals'],
  ['digests', 'Digests'],
  ['links', 'Links and reminders'],
  ['store', 'Store and audit'],
  ['process', 'Process'],
] as const;

export interface SettingWords {
  group: (typeof SETTING_GROUPS)[number][0];
  /** Its meaning. Markdown. */
  does: string;
  /** In place of the schema's words; empty where the meaning says it. */
  form?: string;
  /** A value that the schema takes. */
  example: string;
  /** In the column of defaults, where the schema does not know it. */
  otherwise?: string;
}

/** In the order of each section. */
export const SETTING_WORDS: Readonly<Record<SettingName, SettingWords>> = {
  SLACK_BOT_TOKEN: {
    group: 'slack',
    does: 'The token that Payout Desk posts with: *Install App* in the settings of the Slack app.',
    form: 'begins with xoxb-',
    example: 'xoxb-1234567890-abcdefghij',
  },
  SLACK_APP_TOKEN: {
    group: 'slack',
    does: 'When it is set, Slack is reached by Socket Mode and no public address is needed: *Basic Information → App-Level Tokens*.',
    form: 'begins with xapp-, with the scope connections:write',
    example: 'xapp-1-A0123456789-abcdef',
    otherwise: 'HTTP mode',
  },
  SLACK_SIGNING_SECRET: {
    group: 'slack',
    does: 'HTTP mode: Slack posts to `/slack/events`, and requests without its signature are refused. *Basic Information → Signing Secret*.',
    form: '32 hex digits',
    example: '0123456789abcdef0123456789abcdef',
    otherwise: '**required** without `SLACK_APP_TOKEN`',
  },
  SLACK_SIGNING_SECRET_PREVIOUS: {
    group: 'slack',
    does: 'While the signing secret is replaced: requests signed with either are taken.',
    form: '',
    example: 'fedcba9876543210fedcba9876543210',
  },
  SLACK_API_URL: {
    group: 'slack',
    does: 'Where Slack’s Web API is, when it is reached through a gateway of your own.',
    example: 'https://slack.com/api/',
    otherwise: 'Slack’s',
  },
  INSTANTPAY_CLIENT_ID: {
    group: 'instantpay',
    does: 'Your own client ID; the one in InstantPay’s published samples is refused.',
    form: '',
    example: 'your-client-id',
  },
  INSTANTPAY_CLIENT_SECRET: {
    group: 'instantpay',
    does: 'Your own client secret; the one in InstantPay’s published samples is refused.',
    form: '',
    example: 'your-client-secret',
  },
  INSTANTPAY_ENDPOINT_IP: {
    group: 'instantpay',
    does: 'The end customer’s IP address that is registered with InstantPay.',
    form: 'an IPv4 or IPv6 address',
    example: '203.0.113.7',
  },
  INSTANTPAY_AUTH_CODE: {
    group: 'instantpay',
    does: 'The auth code that goes with each call.',
    form: '',
    example: '1',
  },
  INSTANTPAY_BASE_URL: {
    group: 'instantpay',
    does: 'Where InstantPay’s API is.',
    example: 'https://api.instantpay.in',
  },
  INSTANTPAY_ENVIRONMENT: {
    group: 'instantpay',
    does: 'Reminders and cancellations are refused when InstantPay responds from the other environment.',
    example: 'live',
    otherwise: 'not checked',
  },
  INSTANTPAY_TIMEOUT: {
    group: 'instantpay',
    does: 'The time for one attempt of one call.',
    example: '20s',
  },
  INSTANTPAY_CONCURRENCY: {
    group: 'instantpay',
    does: 'Pages of the list that are requested at once, over all digests and searches; fewer while InstantPay is overloaded.',
    example: '8',
  },
  INSTANTPAY_MAX_PAGES: {
    group: 'instantpay',
    does: 'Where reading the list stops as incomplete.',
    example: '10000',
  },
  APPROVERS: {
    group: 'people',
    does: 'Who approves and rejects; never their own requests. A user ID is in the profile (⋮ → *Copy member ID*), the ID of a user group at the end of its address. With user groups people change without a restart.',
    example: 'U0123456789,S0123456789',
  },
  OPERATORS: {
    group: 'people',
    does: 'Who may send reminders and request cancellation; `*` is every full member, and `npm run doctor` warns of it.',
    example: 'U0123456789,U0123456780',
    otherwise: '`APPROVERS`',
  },
  VIEWERS: {
    group: 'people',
    does: 'Who may view links, lists and transactions; `*` is every full member.',
    example: '*',
    otherwise: '`OPERATORS` and who may approve',
  },
  ADMINS: {
    group: 'people',
    does: 'Who may read and export the audit, reveal masked details, subscribe channels to digests, and approve in an emergency.',
    example: 'U0123456789',
    otherwise: 'nobody',
  },
  APPROVAL_CHANNEL: {
    group: 'approvals',
    does: 'Where approval cards are posted. Invite Payout Desk to it; the ID is at the bottom of *View channel details*.',
    example: 'C0123456789',
  },
  APPROVERS_NOTIFY: {
    group: 'approvals',
    does: 'How approvers learn of a request and of the nudge at half time: `mention` on the card, `dm` (each of up to 50 approvers gets a card with buttons), `both` or `none`.',
    form: '',
    example: 'both',
  },
  APPROVAL_TTL: {
    group: 'approvals',
    does: 'Lifetime of a request, at most until its link expires. Approvers are nudged once at half time, deputies named since then at three quarters, administrators at seven eighths.',
    example: '24h',
  },
  APPROVALS_REQUIRED_ABOVE: {
    group: 'approvals',
    does: 'Above this amount in rupees two approvers are needed.',
    form: '',
    example: '50000',
    otherwise: 'one approver is enough',
  },
  APPROVAL_RULES: {
    group: 'approvals',
    does: 'Instead of `APPROVALS_REQUIRED_ABOVE`: who decides from which amount on. The example is one of S0OPS from ₹0 and two of S0FIN from ₹2,00,000. Several IDs are joined with `+`; without IDs, and below the first amount, `APPROVERS` decide. A request keeps the rule it was made under.',
    form: 'amount:approvals@IDs, comma separated; 1 to 5 approvals',
    example: '0:1@S0OPS,200000:2@S0FIN',
    otherwise: '`APPROVERS`, one of them',
  },
  BREAK_GLASS: {
    group: 'approvals',
    does: '`true`: emergency approval. One administrator may approve without the others, with a typed reason, announced in the approval channel; needs `ADMINS`.',
    form: 'true or false',
    example: 'true',
  },
  DIGEST_CHANNEL: {
    group: 'digests',
    does: 'Gets a digest at `DIGEST_CRON`; administrators add more channels with `/payout digest subscribe`. Each digest has its whole list as a CSV file in its thread, and on Mondays a chart of the last 30 days.',
    example: 'C0123456789',
    otherwise: 'no digest',
  },
  DIGEST_CRON: {
    group: 'digests',
    does: 'When: five fields, or six with seconds. A day of the month and a weekday together mean either; with daylight saving, one digest a day.',
    example: '0 10 * * 1-6',
  },
  DIGEST_TIMEZONE: {
    group: 'digests',
    does: 'The time zone of `DIGEST_CRON`.',
    example: 'Asia/Kolkata',
  },
  DIGEST_STATUSES: {
    group: 'digests',
    does: 'The statuses that are counted and listed.',
    example: 'EXPIRED,PROCESSING',
  },
  DIGEST_GRACE: {
    group: 'digests',
    does: 'How long a digest is retried when Slack, InstantPay or Payout Desk was down at its due time; after that the channel is told that it was missed.',
    example: '1h',
  },
  DIGEST_SKIP: {
    group: 'digests',
    does: 'Days without digests, in each digest’s time zone; the next digest covers them and says so.',
    example: 'sun,2027-01-26',
    otherwise: 'no day is skipped',
  },
  EXPIRING_WITHIN: {
    group: 'links',
    does: 'Digests and `/payout expiring` show the ISSUED links that expire within this time.',
    example: '48h',
  },
  STUCK_AFTER: {
    group: 'links',
    does: 'A link that has been PROCESSING for longer is stuck: `/payout stuck` and digests show it, and the channels whose digests are about PROCESSING links are told once.',
    example: '24h',
  },
  ESCALATE_TO: {
    group: 'links',
    does: 'At most 10 user IDs and user group IDs: mentioned once when a link has been PROCESSING for three times `STUCK_AFTER`.',
    form: '',
    example: 'S0123456789',
    otherwise: 'nobody',
  },
  WATCH_FOR: {
    group: 'links',
    does: 'The longest time that a link or a transaction is watched.',
    example: '14d',
  },
  NOTIFY_COOLDOWN: {
    group: 'links',
    does: 'The minimum time between two reminders of one link.',
    example: '1h',
  },
  REMIND_BEFORE: {
    group: 'links',
    does: 'Automatic reminders of ISSUED links, so long before they expire; each is sent at most once, up to half an hour late. `Stop automatic reminders` on the card of a link ends them for that link.',
    example: '24h,2h',
    otherwise: 'off',
  },
  REMIND_QUIET: {
    group: 'links',
    does: 'Hours in which no automatic reminder is sent; what falls in them is sent afterwards, unless the next one is due by then.',
    example: '21:00-08:00',
  },
  DATABASE_URL: {
    group: 'store',
    does: 'A file, for one process; or PostgreSQL, for any number of replicas. [backup.md](backup.md) says how to move.',
    form: 'sqlite:path or postgres://user:password@host/database',
    example: 'postgres://payout_desk:password@db.internal/payout_desk',
  },
  AUDIT_KEY: {
    group: 'store',
    does: 'Audit hashes are keyed with it (HMAC). Keep it apart from the database and its backups; see [audit.md](audit.md).',
    example: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
    otherwise: 'hashes without a key',
  },
  KEEP_FINISHED: {
    group: 'store',
    does: 'How long requests that ended are kept, from when they were made, and answers about transactions. The audit is kept for ever.',
    example: '365d',
  },
  HOST: {
    group: 'process',
    does: 'The address that health, metrics and, in HTTP mode, Slack’s requests are served on.',
    example: '127.0.0.1',
  },
  PORT: {
    group: 'process',
    does: 'The port of `HOST`.',
    example: '3000',
  },
  METRICS_PORT: {
    group: 'process',
    does: 'Metrics and readiness on a port of their own; in HTTP mode `PORT` faces the Internet.',
    example: '9464',
    otherwise: '`PORT`',
  },
  LOG_LEVEL: {
    group: 'process',
    does: 'How much is logged: JSON lines on stdout.',
    example: 'info',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    group: 'process',
    does: 'Where traces are sent by OTLP over HTTP. `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` work as OpenTelemetry says.',
    example: 'http://localhost:4318',
    otherwise: 'no traces',
  },
  BUILD_COMMIT: {
    group: 'process',
    does: 'The commit that runs, shown in the metrics; the image sets it.',
    form: 'up to 64 letters and digits',
    example: '4808bb3',
  },
};

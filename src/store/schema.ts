/** Owns the tables as TypeScript sees them: one schema for SQLite and PostgreSQL. */

import type { Generated, Kysely, Transaction } from 'kysely';
import type { DigestMessageKind } from '../payouts/digest/run.ts';
import type { CardCopy } from '../payouts/cancel/ports.ts';
import type { WatchKind, WatchNews } from '../payouts/watches/watch.ts';
import type { DigestLinkTable, DigestStateTable } from './digest-tables.ts';
import type { DigestSubscriptionTable } from './subscription-table.ts';
import type { Instant } from './instant.ts';
import type { LeaseColumns, NewLease } from './lease.ts';
import type { DailyTotalTable, DigestFileTable, ExportRunTable } from './schema-files.ts';
import type { IndexedLinkTable, LinkKeyTable, ProcessingLinkTable, SavedListTable } from './schema-links.ts';
import type { StuckTellingTable, StuckWalkTable } from './schema-processing.ts';
import type { AutoReminderStopTable, AutoReminderTable } from './schema-reminders.ts';

interface CancelRequestTable {
  id: string;
  /** The ID of the first request of the batch. */
  batch_id: string;
  /** Of the batch, for people; 1001, 1002, ... with gaps on PostgreSQL. */
  number: number;
  version: number;
  /** `homes_version < version`: a step was stored that nobody's App Home was told of. */
  homes_version: Generated<number>;
  status: string;
  link_id: string;
  requested_by: string;
  requested_at: Instant;
  wake_at: Instant | null;
  /** Everything else about the request, as JSON. */
  details: string;
}

/** `shown_version < wanted_version`: the message is behind its batch. Both are columns of one row, for one index. */
interface CardTable extends LeaseColumns {
  id: string;
  /** The batch. */
  cancel_request_id: string;
  purpose: CardCopy['purpose'];
  channel_id: string;
  ts: string | null;
  shown_version: number;
  wanted_version: number;
  /** 1 once a lease expired: its holder may have posted a second message. */
  taken_over: number;
  attempts: number;
  next_attempt_at: Instant;
  problem: string | null;
}

/** A cooldown is a lease that is never renewed. */
interface CooldownTable extends LeaseColumns {
  key: string;
}

/** One row a person: who decides in their place, and until when. */
interface DelegationTable {
  user_id: string;
  deputy_id: string;
  since: Instant;
  until: Instant;
}

/** One confirmation of reminders for several links. */
interface ReminderRunTable extends LeaseColumns {
  id: string;
  user_id: string;
  started_at: Instant;
  /** Its links with what became of each, and its message, as JSON. */
  details: string;
  attempts: number;
  next_attempt_at: Instant;
  finished_at: Instant | null;
}

/** One row a watched subject, however many people watch it; removed with its last watcher. */
interface WatchTable extends NewLease {
  /** A link's ID, or a digest of a transaction's query. */
  key: string;
  id: string;
  kind: WatchKind;
  /** A link's ID, or the sealed query: a reference may be somebody's mobile or account number (R14). */
  subject: string;
  /** What is known, as JSON. */
  facts: string;
  due_at: Instant;
  failing_since: Instant | null;
  /** 1 once the watchers were told that look-ups fail. */
  failing_told: Generated<number>;
}

interface WatcherTable {
  key: string;
  user_id: string;
  since: Instant;
  until: Instant;
  /** 1 for a check that was put off: it ends with its answer. */
  once: number;
}

/** The outbox of watches: one direct message a row. */
interface WatchMessageTable extends NewLease {
  id: string;
  user_id: string;
  kind: WatchKind;
  subject: string;
  news: WatchNews;
  /** What is told, as JSON. */
  details: string;
  attempts: Generated<number>;
  next_attempt_at: Instant;
  /** When the earliest post began that is not confirmed. */
  posting_at: Instant | null;
  ts: string | null;
  finished_at: Instant | null;
}

interface TransactionTable {
  /** A digest of reference, day and source. */
  key: string;
  /** NULL when the only claim was taken back. */
  asked_at: Instant | null;
  /** What `asked_at` was before the last claim, to go back to when that claim is released. */
  previous_asked_at: Instant | null;
  /** The answer to the last query. */
  answer: string | null;
  /** The last outcome other than unknown, and when it was given. */
  known: string | null;
  known_at: Instant | null;
}

interface DigestRunTable extends NewLease {
  schedule_id: string;
  due_at: Instant;
  /** Due times without a digest that this one tells: instants, as JSON. */
  skipped: Generated<string>;
  attempts: number;
  next_attempt_at: Instant;
  /** Why the list was incomplete at the last attempt. */
  problem: string | null;
  finished_at: Instant | null;
}

/** The outbox of digests. */
interface DigestMessageTable extends NewLease {
  id: string;
  schedule_id: string;
  due_at: Instant;
  kind: DigestMessageKind;
  channel_id: string;
  /** The message as JSON; NULL once it is posted or given up. */
  content: string | null;
  expires_at: Instant;
  attempts: number;
  next_attempt_at: Instant;
  /** When the last attempt began to post; NULL when it is certain that it did not. */
  posting_at: Instant | null;
  /** Slack's message id, once Slack took it. */
  ts: string | null;
  /** Slack's error code of the last failure. */
  problem: string | null;
  finished_at: Instant | null;
}

/** What App Home shows is behind while `shown < wanted`; both count changes. */
interface HomeViewTable extends NewLease {
  user_id: string;
  /** NULL while only the conversation with Payout Desk was opened. */
  opened_at: Instant | null;
  welcomed_at: Instant | null;
  /** When the person last selected all requests. */
  selected_at: Instant | null;
  wanted: Generated<number>;
  shown: Generated<number>;
  attempts: Generated<number>;
  next_attempt_at: Instant | null;
}

/** Messages posted by replicas that had lost their claim. */
interface DigestStrayTable {
  message_id: string;
  ts: string;
}

export interface AuditTable {
  sequence: number;
  at: Instant;
  actor_id: string;
  action: string;
  subject: string | null;
  outcome: string | null;
  link_id: string | null;
  cancel_request_id: string | null;
  reference: string | null;
  transaction_date: string | null;
  amount_paise: number | null;
  reason: string | null;
  detail: string | null;
  affected_user_id: string | null;
  approvals: number | null;
  approvals_required: number | null;
  row_count: number | null;
  ipay_uuid: string | null;
  status_before: string | null;
  status_after: string | null;
  decision_ms: number | null;
  /** How `hash` was made: `sha256`, or `hmac-sha256:` and the fingerprint of the key. */
  scheme: string;
  previous_hash: string;
  hash: string;
}

/** One row: how long the audit is, and the hash and scheme of its last row. */
interface AuditHeadTable {
  id: number;
  sequence: number;
  scheme: string;
  hash: string;
}

/** One row, written by each probe: only a write proves that writes work. */
interface WriteCheckTable {
  id: number;
  writes: number;
}

export interface Tables {
  write_check: WriteCheckTable;
  cancel_requests: CancelRequestTable;
  cards: CardTable;
  cooldowns: CooldownTable;
  delegations: DelegationTable;
  indexed_links: IndexedLinkTable;
  link_keys: LinkKeyTable;
  processing_links: ProcessingLinkTable;
  stuck_tellings: StuckTellingTable;
  stuck_walks: StuckWalkTable;
  reminder_runs: ReminderRunTable;
  export_runs: ExportRunTable;
  auto_reminders: AutoReminderTable;
  auto_reminder_stops: AutoReminderStopTable;
  saved_lists: SavedListTable;
  transactions: TransactionTable;
  watches: WatchTable;
  watchers: WatcherTable;
  watch_messages: WatchMessageTable;
  digest_subscriptions: DigestSubscriptionTable;
  digest_runs: DigestRunTable;
  digest_messages: DigestMessageTable;
  digest_strays: DigestStrayTable;
  digest_states: DigestStateTable;
  digest_links: DigestLinkTable;
  digest_files: DigestFileTable;
  daily_totals: DailyTotalTable;
  home_views: HomeViewTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
}

export type Database = Kysely<Tables>;
export type Change = Transaction<Tables>;

/** Told of failures that no caller gets. */
export type Report = (problem: Error) => void;

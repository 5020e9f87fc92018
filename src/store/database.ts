/** Owns opening the store: migrates the tables, wires the parts. */

import { type CompiledQuery, Kysely, sql } from 'kysely';
import { Unavailable } from '../errors.ts';
import type { DigestFileStore } from '../payouts/digest/files-port.ts';
import type { DigestStore } from '../payouts/digest/port.ts';
import type { EscalationStore } from '../payouts/links/escalation-port.ts';
import type { HomeStore } from '../payouts/home/port.ts';
import type { OpenWorkStore } from '../payouts/open-work.ts';
import type { RetentionStore } from '../payouts/retention/port.ts';
import type { Store } from '../payouts/store.ts';
import { cancelRequestStore } from './cancel-requests.ts';
import { appendAudit, type AuditStore, auditStore } from './audit.ts';
import { autoReminderStore } from './auto-reminders.ts';
import { cardStore } from './cards.ts';
import { cooldownStore } from './cooldowns.ts';
import { delegationStore } from './delegations.ts';
import { digestFileStore } from './digest-files.ts';
import { digestStore } from './digests.ts';
import { escalationStore } from './escalations.ts';
import type { Connections } from './engine.ts';
import { translateFailures } from './failure.ts';
import { exportRunStore } from './export-runs.ts';
import { explained } from './inspect.ts';
import { linkIndexStore } from './known-links.ts';
import { homeStore } from './homes.ts';
import { CHANGES, migrate, type SchemaChange } from './migrations/all.ts';
import { openEngine } from './open-engine.ts';
import { openWorkStore } from './open-work.ts';
import type { Report, Tables } from './schema.ts';
import { retentionStore } from './retention.ts';
import { processingStore } from './processing.ts';
import { reminderRunStore } from './reminder-runs.ts';
import { savedListStore } from './saved-lists.ts';
import { subscriptionStore } from './subscriptions.ts';
import { transactionStore } from './transactions.ts';
import { NO_SEAL, type Sealing } from './sealed.ts';
import { watchStore } from './watches.ts';

export interface StoreOptions {
  /** Told of failures that no caller gets: a lost idle connection, a record that cannot be read. */
  report?: Report;
  /** When set, audit hashes are keyed. */
  auditKey?: string | undefined;
  /** Told of each statement, with its parameters: tests look at how the database finds its rows. */
  onQuery?: ((query: CompiledQuery) => void) | undefined;
  /** Seals the references of watched transactions; without it none can be watched. */
  seal?: Sealing | undefined;
  /** The changes of another version, for tests; default this one's. */
  changes?: readonly SchemaChange[] | undefined;
}

/** The rules' `Store`, and what jobs and operators need besides. */
export interface OpenStore extends Store {
  audit: AuditStore;
  digests: DigestStore;
  digestFiles: DigestFileStore;
  homes: HomeStore;
  escalations: EscalationStore;
  openWork: OpenWorkStore;
  connections(): Connections;
  retention: RetentionStore;
}

/** Rejects with an Error of one line that says what to do; it holds no password. */
export async function openStore(databaseUrl: string, options: StoreOptions = {}): Promise<OpenStore> {
  const report = options.report ?? ((problem) => process.emitWarning(problem));
  const engine = await openEngine(databaseUrl, report);
  const db = new Kysely<Tables>({
    dialect: translateFailures(engine.dialect),
    ...(options.onQuery && { log: ({ query }) => options.onQuery?.(query) }),
  });
  try {
    await migrate(db, engine.kind, options.changes);
  } catch (error) {
    await engine.close();
    throw explained(engine, error);
  }
  return {
    requests: cancelRequestStore(db, engine.kind, report, appendAudit(options.auditKey)),
    cards: cardStore(db, engine.kind),
    cooldowns: cooldownStore(db, engine.kind),
    delegations: delegationStore(db, appendAudit(options.auditKey)),
    linkIndex: linkIndexStore(db, engine.kind),
    processing: processingStore(db, engine.kind),
    reminderRuns: reminderRunStore(db, engine.kind),
    exportRuns: exportRunStore(db, engine.kind, appendAudit(options.auditKey)),
    autoReminders: autoReminderStore(db, appendAudit(options.auditKey)),
    savedLists: savedListStore(db),
    subscriptions: subscriptionStore(db, appendAudit(options.auditKey)),
    transactions: transactionStore(db, report),
    watches: watchStore(db, engine.kind, {
      seal: options.seal ?? NO_SEAL,
      appendAudit: appendAudit(options.auditKey),
    }),
    digests: digestStore(db, engine.kind),
    digestFiles: digestFileStore(db, engine.kind),
    homes: homeStore(db, engine.kind, report),
    escalations: escalationStore(db),
    openWork: openWorkStore(db),
    connections: () => engine.connections(),
    retention: retentionStore(db, engine.kind),
    audit: auditStore(db, options.auditKey),
    ping: writeCheck(db),
    // Not through Kysely: it would answer later calls with an error of its own instead of the engine's.
    close: () => engine.close(),
  };
}

/** Brings the database up to this version and closes it. Returns what was applied, and how many changes there are. */
export async function migrateStore(
  databaseUrl: string,
  changes: readonly SchemaChange[] = CHANGES,
): Promise<{ applied: string[]; of: number }> {
  const engine = await openEngine(databaseUrl, () => {});
  try {
    const db = new Kysely<Tables>({ dialect: translateFailures(engine.dialect) });
    return { applied: await migrate(db, engine.kind, changes), of: changes.length };
  } catch (error) {
    throw explained(engine, error);
  } finally {
    await engine.close();
  }
}

/** Returns what proves that a write works; single-flight, so that probes add one small write at a time. */
function writeCheck(db: Kysely<Tables>): () => Promise<void> {
  let running: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    await db.updateTable('write_check').set({ writes: sql<number>`(writes + 1) % 1000000` }).execute();
  };
  return () =>
    (running ??= check().finally(() => {
      running = undefined;
    }));
}

/** Opens the audit for reading, also while Payout Desk runs; does not migrate. Rejects like `openStore`. */
export async function openAudit(
  databaseUrl: string,
  auditKey?: string,
): Promise<{ audit: AuditStore; close(): Promise<void> }> {
  const engine = await openEngine(databaseUrl, () => {}, 'beside');
  const db = new Kysely<Tables>({ dialect: translateFailures(engine.dialect) });
  try {
    const tables = await db.introspection.getTables();
    if (!tables.some(({ name }) => name === 'audit_head')) throw new Error(NO_RECORDS[engine.kind]);
  } catch (error) {
    await engine.close();
    throw error instanceof Unavailable ? engine.explain(error.cause) : error;
  }
  return { audit: auditStore(db, auditKey), close: () => engine.close() };
}

// A copy of an SQLite file in use without its write-ahead log is such a file.
export const NO_RECORDS = {
  sqlite: 'DATABASE_URL: this file holds no records of Payout Desk.',
  postgres: 'DATABASE_URL: this database holds no records of Payout Desk.',
} as const;

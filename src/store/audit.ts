/** Owns storing the audit: rows are appended in the transaction of their change, and read in batches. */

import { type AuditEntry, SYSTEM_ACTOR } from '../payouts/audit-entry.ts';
import type { AuditAnchor, AuditLog } from '../payouts/audit-port.ts';
import { type AuditVerdict, verifyAudit } from './audit-verify.ts';
import { chain, schemeOf, toAuditRow, UNKEYED } from './audit-chain.ts';
import { toInstant } from './instant.ts';
import type { Change, Database } from './schema.ts';

/** Rows a statement of an export reads. */
const EXPORT_BATCH = 500;

export interface AuditStore extends AuditLog {
  /**
   * At start: with an AUDIT_KEY and an unkeyed last row, appends the first keyed row. Rejects when the last row has
   * another key: rows with ours would break the chain permanently.
   */
  begin(at: number): Promise<void>;
  /** Finds rows that were changed, removed or inserted in the database, and expected anchors that are not there. */
  verify(expected?: readonly AuditAnchor[]): Promise<AuditVerdict>;
}

/** Appends rows in the transaction of their change. */
export type AppendAudit = (change: Change, entries: readonly AuditEntry[]) => Promise<void>;

export function auditStore(db: Database, key: string | undefined): AuditStore {
  const append = appendAudit(key);
  return {
    async append(entry) {
      await db.transaction().execute((change) => append(change, [entry]));
    },

    async list(filter) {
      let query = db.selectFrom('audit').selectAll();
      if (filter.linkId !== undefined) query = query.where('link_id', '=', filter.linkId);
      if (filter.cancelRequestId !== undefined) {
        query = query.where('cancel_request_id', '=', filter.cancelRequestId);
      }
      if (filter.actorId !== undefined) query = query.where('actor_id', '=', filter.actorId);
      if (filter.from !== undefined) query = query.where('at', '>=', toInstant(filter.from));
      if (filter.to !== undefined) query = query.where('at', '<', toInstant(filter.to));
      if (filter.cancels) query = query.where('cancel_request_id', 'is not', null);
      const isByTime = filter.cancels || filter.from !== undefined || filter.to !== undefined;
      // In the order of the indexes on `at`: by `sequence`, all rows since then would be read.
      if (isByTime) query = query.orderBy('at', 'desc');
      const rows = await query.orderBy('sequence', 'desc').limit(filter.limit).execute();
      return rows.map(toAuditRow);
    },

    async *rows(from, to) {
      const { first, last } = await auditRange(db, from, to).executeTakeFirstOrThrow();
      if (first === null || last === null) return;
      let after = first - 1;
      while (after < last) {
        const batch = await auditBatch(db, after, last).execute();
        for (const row of batch.map(toAuditRow)) {
          // Replicas' clocks differ, so rows need not be in the order of their times.
          if (from <= row.at && row.at < to) yield row;
        }
        const end = batch.at(-1);
        if (end === undefined) return;
        after = end.sequence;
      }
    },

    async anchor() {
      const { sequence, hash } = await headOf(db);
      return { sequence, hash };
    },

    async begin(at) {
      const { scheme } = await headOf(db);
      if (scheme === schemeOf(key)) return;
      if (scheme !== UNKEYED) throw new Error(OTHER_KEY);
      await db
        .transaction()
        .execute((change) => append(change, [{ at, actorId: SYSTEM_ACTOR, action: 'audit.key_set' }]));
    },

    verify: (expected = []) => verifyAudit(db, key, expected),
  };
}

export const OTHER_KEY =
  'AUDIT_KEY: the audit was written with a key and this is not it, or it is not set. Set the key it was written with.';
export const NO_HEAD = 'The head of the audit is missing: it was removed from the database.';

async function headOf(db: Database) {
  const head = await db
    .selectFrom('audit_head')
    .select(['sequence', 'hash', 'scheme'])
    .where('id', '=', 1)
    .executeTakeFirst();
  if (head === undefined) throw new Error(NO_HEAD);
  return head;
}

/** First and last row of a time range, from the index on `at` alone. */
export function auditRange(db: Database, from: number, to: number) {
  return db
    .selectFrom('audit')
    .select(({ fn }) => [
      fn.min<number | null>('sequence').as('first'),
      fn.max<number | null>('sequence').as('last'),
    ])
    .where('at', '>=', toInstant(from))
    .where('at', '<', toInstant(to));
}

/** By `sequence` alone: with a condition on `at`, SQLite would sort all rows of that time for every batch. */
export function auditBatch(db: Database, after: number, last: number) {
  return db
    .selectFrom('audit')
    .selectAll()
    .where('sequence', '>', after)
    .where('sequence', '<=', last)
    .orderBy('sequence')
    .limit(EXPORT_BATCH);
}

/**
 * Taking the next numbers locks the head row until the transaction ends, so appends of several replicas queue up
 * and the numbers have no gaps: a transaction that is rolled back gives its numbers back.
 */
export function appendAudit(key: string | undefined): AppendAudit {
  const scheme = schemeOf(key);
  return async (change, entries) => {
    if (entries.length === 0) return;
    const head = await change
      .updateTable('audit_head')
      .set((eb) => ({ sequence: eb('sequence', '+', entries.length) }))
      .where('id', '=', 1)
      .returning(['sequence', 'hash', 'scheme'])
      .executeTakeFirst();
    if (head === undefined) throw new Error(NO_HEAD);
    // Another replica has set a key: from now on an unkeyed row looks like a forgery.
    if (head.scheme !== scheme && head.scheme !== UNKEYED) throw new Error(OTHER_KEY);
    const rows = chain(entries, head.sequence - entries.length + 1, head.hash, key);
    await change.insertInto('audit').values(rows).execute();
    const hash = rows.at(-1)?.hash ?? head.hash;
    await change.updateTable('audit_head').set({ hash, scheme }).where('id', '=', 1).execute();
  };
}

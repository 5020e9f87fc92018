/** Owns the audit: who did what, appended in the transaction of the change it tells of, and read back. */

import type { AuditEntry, AuditFilter, AuditRow } from '../payouts/ports.ts';
import { type AuditVerdict, verifyAudit } from './audit-verify.ts';
import { chain, toAuditRow } from './audit-chain.ts';
import { toInstant } from './instant.ts';
import type { Change, Database } from './schema.ts';

/** Rows read at once by what walks the whole audit; each statement stays short. */
const EXPORT_BATCH = 500;

export interface AuditStore {
  append(entry: AuditEntry): Promise<void>;
  list(filter: AuditFilter): Promise<AuditRow[]>;
  /** Every row with `from <= at < to` in the order they were written; memory does not grow with their number. */
  rows(from: number, to: number): AsyncGenerator<AuditRow, void, void>;
  /** Looks for rows that were changed, removed or inserted behind the desk's back. */
  verify(): Promise<AuditVerdict>;
}

export function auditStore(db: Database): AuditStore {
  return {
    async append(entry) {
      await db.transaction().execute((change) => appendAudit(change, [entry]));
    },

    async list(filter) {
      let query = db.selectFrom('audit').selectAll();
      if (filter.linkId !== undefined) query = query.where('link_id', '=', filter.linkId);
      if (filter.actorId !== undefined) query = query.where('actor_id', '=', filter.actorId);
      if (filter.from !== undefined) query = query.where('at', '>=', toInstant(filter.from));
      if (filter.to !== undefined) query = query.where('at', '<', toInstant(filter.to));
      const rows = await query.orderBy('sequence', 'desc').limit(filter.limit).execute();
      return rows.map(toAuditRow);
    },

    async *rows(from, to) {
      let after = 0;
      for (;;) {
        const batch = await db
          .selectFrom('audit')
          .selectAll()
          .where('sequence', '>', after)
          .where('at', '>=', toInstant(from))
          .where('at', '<', toInstant(to))
          .orderBy('sequence')
          .limit(EXPORT_BATCH)
          .execute();
        yield* batch.map(toAuditRow);
        const last = batch.at(-1);
        if (last === undefined || batch.length < EXPORT_BATCH) return;
        after = last.sequence;
      }
    },

    verify: () => verifyAudit(db),
  };
}

/**
 * Taking the next numbers locks the head row until the transaction ends, so appends of several replicas queue up
 * and the numbers have no gaps: a transaction that is rolled back gives its numbers back.
 */
export async function appendAudit(change: Change, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const head = await change
    .updateTable('audit_head')
    .set((eb) => ({ sequence: eb('sequence', '+', entries.length) }))
    .where('id', '=', 1)
    .returning(['sequence', 'hash'])
    .executeTakeFirst();
  if (head === undefined)
    throw new Error('The head of the audit is missing: it was removed from the database.');
  const rows = chain(entries, head.sequence - entries.length + 1, head.hash);
  await change.insertInto('audit').values(rows).execute();
  const hash = rows.at(-1)?.hash ?? head.hash;
  await change.updateTable('audit_head').set({ hash }).where('id', '=', 1).execute();
}

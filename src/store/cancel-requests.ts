/** Owns cancel requests in the database: each change together with its audit and outbox rows, or not at all. */

import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type CancelRequest, type NewRequest, UNFINISHED } from '../payouts/cancel/request.ts';
import type { AuditEntry } from '../payouts/audit-entry.ts';
import type { CancelRequestStore, CardCopy } from '../payouts/cancel/ports.ts';
import { type CancelRequestRow, fromRow, toRow } from './cancel-request-record.ts';
import type { AppendAudit } from './audit.ts';
import { insertCopies, wantVersion } from './cards.ts';
import { toInstant } from './instant.ts';
import type { Engine } from './engine.ts';
import type { Database, Report } from './schema.ts';

/** A request can be closed between our refused insert and our look at it; more often than this it is a fault. */
const OPEN_TRIES = 5;

/** SQLite has one writer; on PostgreSQL two transactions may insert at once, so a sequence counts there. */
const NEXT_NUMBER: Readonly<Record<Engine, RawBuilder<number>>> = {
  sqlite: sql`(select coalesce(max(number), 1000) + 1 from cancel_requests)`,
  postgres: sql`nextval('cancel_request_number')`,
};

/** As literals: with parameters SQLite does not see that the partial indexes fit. */
const IS_UNFINISHED = sql<SqlBool>`status in (${sql.join(UNFINISHED.map((status) => sql.lit(status)))})`;

export function cancelRequestStore(
  db: Database,
  engine: Engine,
  report: Report,
  appendAudit: AppendAudit,
): CancelRequestStore {
  const insert = insertion(db, engine, appendAudit);

  async function find(id: string): Promise<CancelRequest | undefined> {
    const row = await db.selectFrom('cancel_requests').selectAll().where('id', '=', id).executeTakeFirst();
    return row && fromRow(row);
  }

  async function unfinishedOf(linkId: string): Promise<CancelRequest | undefined> {
    const row = await db
      .selectFrom('cancel_requests')
      .selectAll()
      .where('link_id', '=', linkId)
      .where(IS_UNFINISHED)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  return {
    async open(request, audit, messages) {
      for (let attempt = 0; attempt < OPEN_TRIES; attempt += 1) {
        const opened = await insert({ request, audit, messages });
        if (opened) return { opened: true, request: opened };
        const existing = (await unfinishedOf(request.linkId)) ?? (await find(request.id));
        if (existing !== undefined) return { opened: false, existing };
      }
      throw new Error(`Cancel request ${request.id} could be neither opened nor found.`);
    },

    find,

    async save(before, after, audit, messages = []) {
      if (after.id !== before.id || after.version !== before.version + 1) {
        throw new Error(`Cancel request ${before.id} can only be followed by its next version.`);
      }
      return db.transaction().execute(async (change) => {
        const { id, ...values } = toRow(after);
        const result = await change
          .updateTable('cancel_requests')
          .set(values)
          .where('id', '=', id)
          .where('version', '=', before.version)
          .executeTakeFirst();
        if (result.numUpdatedRows === 0n) return false;
        await wantVersion(change, engine, id, after.version);
        await insertCopies(change, messages, after.version);
        await appendAudit(change, audit);
        return true;
      });
    },

    async pending() {
      const rows = await db
        .selectFrom('cancel_requests')
        .selectAll()
        .where('status', '=', 'pending')
        .orderBy('requested_at')
        .orderBy('id')
        .execute();
      return readable(rows, report);
    },

    async due(statuses, now, limit) {
      const rows = await db
        .selectFrom('cancel_requests')
        .selectAll()
        .where(IS_UNFINISHED)
        .where('status', 'in', [...statuses])
        .where('wake_at', '<=', toInstant(now))
        .orderBy('wake_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return readable(rows, report);
    },
  };
}

/** A new request with its audit row and messages, in one transaction; undefined when the link has an unfinished one. */
function insertion(db: Database, engine: Engine, appendAudit: AppendAudit) {
  return ({ request, audit, messages }: Opening): Promise<CancelRequest | undefined> =>
    db.transaction().execute(async (change) => {
      // No conflict target: PostgreSQL would have to be shown the predicate of the partial index word for word.
      const inserted = await change
        .insertInto('cancel_requests')
        .values({ ...toRow(request), number: NEXT_NUMBER[engine] })
        .onConflict((conflict) => conflict.doNothing())
        .returning('number')
        .executeTakeFirst();
      if (inserted === undefined) return undefined;
      await insertCopies(change, messages, request.version);
      await appendAudit(change, [audit]);
      return { ...request, number: inserted.number };
    });
}

interface Opening {
  request: NewRequest;
  audit: AuditEntry;
  messages: readonly CardCopy[];
}

/** One record that cannot be read must not keep every other request from moving on. */
function readable(rows: readonly CancelRequestRow[], report: Report): CancelRequest[] {
  return rows.flatMap((row) => {
    try {
      return [fromRow(row)];
    } catch (error) {
      report(error instanceof Error ? error : new Error(String(error)));
      return [];
    }
  });
}

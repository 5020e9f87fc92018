/** Owns cancel requests in the database: each change together with its audit and outbox rows, or not at all. */

import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Batch, batchesOf, batchOf } from '../payouts/cancel/batch.ts';
import {
  type CancelRequest,
  type NewRequest,
  type RequestChange,
  UNFINISHED,
} from '../payouts/cancel/request.ts';
import type { AuditEntry } from '../payouts/audit-entry.ts';
import type { CancelRequestStore, CardCopy } from '../payouts/cancel/ports.ts';
import { type CancelRequestRow, fromRow, toRow } from './cancel-request-record.ts';
import type { AppendAudit } from './audit.ts';
import { insertCopies, lockBatch, sumOf, wantVersion } from './cards.ts';
import { stillLent } from './delegations.ts';
import { toInstant } from './instant.ts';
import type { Engine } from './engine.ts';
import type { Change, Database, Report } from './schema.ts';

/** A request can be closed between our refused insert and our look at it; more often than this it is a fault. */
const OPEN_TRIES = 5;

/** SQLite has one writer; on PostgreSQL two transactions may insert at once, so a sequence counts there. */
const NEXT_NUMBER: Readonly<Record<Engine, RawBuilder<{ number: number }>>> = {
  // By the index of the batches' first requests: without the condition SQLite reads the table.
  sqlite: sql`select coalesce(max(number), 1000) + 1 as number from cancel_requests where id = batch_id`,
  postgres: sql`select nextval('cancel_request_number') as number`,
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

  async function findBatch(batchId: string): Promise<Batch | undefined> {
    const rows = await db.selectFrom('cancel_requests').selectAll().where('batch_id', '=', batchId).execute();
    return batchOf(rows.map(fromRow));
  }

  async function unfinishedOf(linkIds: readonly string[]): Promise<CancelRequest[]> {
    const rows = await db
      .selectFrom('cancel_requests')
      .selectAll()
      .where('link_id', 'in', linkIds)
      .where(IS_UNFINISHED)
      .execute();
    const order = ({ linkId }: CancelRequest): number => linkIds.indexOf(linkId);
    return rows.map(fromRow).sort((one, other) => order(one) - order(other));
  }

  return {
    async open(requests, audit, messages) {
      const [first] = requests;
      if (!first) throw new Error('A batch has a request at least.');
      const linkIds = requests.map(({ linkId }) => linkId);
      for (let attempt = 0; attempt < OPEN_TRIES; attempt += 1) {
        const batch = await insert({ requests, audit, messages });
        if (batch) return { opened: true, batch };
        const taken = await unfinishedOf(linkIds);
        const existing = await findBatch(taken[0]?.batchId ?? first.batchId);
        if (existing !== undefined) return { opened: false, existing, taken };
      }
      throw new Error(`Cancel request ${first.batchId} could be neither opened nor found.`);
    },

    find,
    findBatch,
    unfinishedOf,

    async save(changes, messages = [], holding) {
      const batchId = batchOfChanges(changes);
      if (batchId === undefined) return true;
      return unlessTaken(async () => {
        await db.transaction().execute(async (change) => {
          const versions = await lockBatch(change, engine, batchId);
          if (holding && !(await stillLent(change, engine, holding))) throw new Taken();
          if (changes.some(({ before }) => versions.get(before.id) !== before.version)) throw new Taken();
          for (const { before, after } of changes) {
            await replace(change, before, after);
            versions.set(after.id, after.version);
          }
          const version = sumOf(versions);
          await wantVersion(change, engine, batchId, version);
          await insertCopies(change, messages, version);
          for (const { audit } of changes) await appendAudit(change, audit);
        });
        return true;
      }, false);
    },

    ...lists(db, report),
  };
}

/** Returns the one batch of these changes, each of which leads to the next version; undefined when there are none. */
function batchOfChanges(changes: readonly RequestChange[]): string | undefined {
  const batchId = changes[0]?.before.batchId;
  for (const { before, after } of changes) {
    const isNext = after.id === before.id && after.version === before.version + 1;
    if (!isNext || before.batchId !== batchId || after.batchId !== batchId) {
      throw new Error(`Cancel request ${before.id} can only be followed by its next version.`);
    }
  }
  return batchId;
}

/** What waits for a decision, and what is due. */
function lists(db: Database, report: Report): Pick<CancelRequestStore, 'pending' | 'due'> {
  return {
    async pending() {
      const waiting = db
        .selectFrom('cancel_requests')
        .select('batch_id')
        .where('status', '=', 'pending')
        .where(IS_UNFINISHED);
      const rows = await db
        .selectFrom('cancel_requests')
        .selectAll()
        // Those that were left out too: they are part of what is shown.
        .where('batch_id', 'in', waiting)
        .orderBy('requested_at')
        .orderBy('id')
        .execute();
      const read = readable(rows, report);
      // Of a batch that cannot be read whole nothing is shown or decided.
      const counts = Map.groupBy(rows, (row) => row.batch_id);
      return batchesOf(read).filter(({ id, requests }) => counts.get(id)?.length === requests.length);
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

/** A new batch with its audit rows and messages, in one transaction; undefined when a link has an unfinished request. */
function insertion(db: Database, engine: Engine, appendAudit: AppendAudit) {
  return ({ requests, audit, messages }: Opening): Promise<Batch | undefined> =>
    unlessTaken(
      () =>
        db.transaction().execute(async (change) => {
          const batch = await insertRequests(change, engine, requests);
          await insertCopies(change, messages, batch.version);
          await appendAudit(change, audit);
          return batch;
        }),
      undefined,
    );
}

/** A link has an unfinished request, another replica was first, or a lent right ended: the transaction is rolled back. */
class Taken extends Error {}

async function unlessTaken<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Taken) return otherwise;
    throw error;
  }
}

/** The compare-and-swap of one request. What never changes is not set: SQLite would write its indexes again. */
async function replace(change: Change, before: CancelRequest, after: CancelRequest): Promise<void> {
  const { version, status, wake_at, details } = toRow(after);
  const result = await change
    .updateTable('cancel_requests')
    .set({ version, status, wake_at, details })
    .where('id', '=', before.id)
    .where('version', '=', before.version)
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw new Taken();
}

async function insertRequests(
  change: Change,
  engine: Engine,
  requests: readonly NewRequest[],
): Promise<Batch> {
  const [next] = (await NEXT_NUMBER[engine].execute(change)).rows;
  const batch = batchOf(requests.map((request) => ({ ...request, number: next?.number ?? Number.NaN })));
  if (!batch) throw new Error('A batch has a request at least.');
  // In the order of their links, so that two batches with the same links cannot wait for each other.
  const inOrder = batch.requests.toSorted((one, other) => (one.linkId < other.linkId ? -1 : 1));
  const inserted = await change
    .insertInto('cancel_requests')
    .values(inOrder.map((request) => ({ ...toRow(request), number: batch.number })))
    // No conflict target: PostgreSQL would have to be shown the predicate of the partial index word for word.
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  if (inserted.length < requests.length) throw new Taken();
  return batch;
}

interface Opening {
  requests: readonly NewRequest[];
  audit: readonly AuditEntry[];
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

/** Owns the outbox of requests' messages in the database: where each was posted, what it shows, who holds it. */

import { type Insertable, type Selectable, type SqlBool, sql } from 'kysely';
import type { CardCopy, CardStore } from '../payouts/cancel/ports.ts';
import { FOLLOWING_PURPOSES } from '../payouts/cancel/request.ts';
import { fromInstant, toInstant } from './instant.ts';
import { leases } from './lease.ts';
import type { Engine } from './engine.ts';
import type { Change, Database, Tables } from './schema.ts';

/** Exactly the predicate of the partial index `cards_behind`: the planner compares the text. */
const IS_BEHIND = sql<SqlBool>`shown_version < wanted_version`;

export function cardStore(db: Database, engine: Engine): CardStore {
  return {
    ...leasedCopies(db, engine),

    async of(cancelRequestId) {
      const rows = await db
        .selectFrom('cards')
        .selectAll()
        .where('cancel_request_id', '=', cancelRequestId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    async showAgain(copy, now) {
      const known = await db
        .updateTable('cards')
        .set({ shown_version: 0, next_attempt_at: toInstant(now) })
        .where('cancel_request_id', '=', copy.cancelRequestId)
        .where('channel_id', '=', copy.channelId)
        .where('ts', '=', copy.ts)
        .executeTakeFirst();
      if (known.numUpdatedRows > 0n) return;
      await db.transaction().execute(async (change) => {
        // A decision saved at the same moment either is seen here or sees this copy.
        const versions = await lockBatch(change, engine, copy.cancelRequestId);
        if (versions.size === 0) throw new Error(`There is no cancel request ${copy.cancelRequestId}.`);
        await insertCopies(change, [copy], sumOf(versions));
      });
    },
  };
}

function leasedCopies(
  db: Database,
  engine: Engine,
): Pick<CardStore, 'claim' | 'renew' | 'settle' | 'behind'> {
  const lease = leases(engine);

  /** Copies that are behind, due and not leased. */
  function dueCopies(now: number) {
    return db
      .selectFrom('cards')
      .where(IS_BEHIND)
      .where('next_attempt_at', '<=', toInstant(now))
      .where((eb) => lease.free(eb.ref('lease_until'), now));
  }

  /** The copy while the lease of this token holds: the compare of a compare-and-swap. */
  function heldCopy(copy: { id: string; token: number }) {
    return db
      .updateTable('cards')
      .where('id', '=', copy.id)
      .where('lease_token', '=', copy.token)
      .where('lease_until', 'is not', null);
  }

  return {
    async claim(cancelRequestId, now, leaseMs) {
      const due = dueCopies(now).select('id').where('cancel_request_id', '=', cancelRequestId).orderBy('id');
      const rows = await db
        .updateTable('cards')
        .set((eb) => ({
          attempts: eb('attempts', '+', 1),
          ...lease.taken(now, leaseMs),
          // A lease that expired: its holder may still be at work.
          taken_over: sql<number>`case when lease_until is null then taken_over else 1 end`,
        }))
        .where('id', 'in', engine === 'postgres' ? due.forUpdate() : due)
        .returningAll()
        .execute();
      return rows
        .map((row) => ({ ...fromRow(row), token: row.lease_token, takenOver: row.taken_over === 1 }))
        .sort((one, other) => (one.id < other.id ? -1 : 1));
    },

    async renew(copy, now, leaseMs) {
      const renewed = await heldCopy(copy)
        .set({ lease_until: lease.until(now, leaseMs) })
        .executeTakeFirst();
      return renewed.numUpdatedRows > 0n;
    },

    async settle(copy, result) {
      const settled = await heldCopy(copy)
        .set({ ...resultRow(result), lease_until: null })
        .executeTakeFirst();
      return settled.numUpdatedRows > 0n;
    },

    async behind(now, limit) {
      const rows = await dueCopies(now)
        .select('cancel_request_id')
        .groupBy('cancel_request_id')
        .orderBy(({ fn }) => fn.min('next_attempt_at'))
        .orderBy('cancel_request_id')
        .limit(limit)
        .execute();
      return rows.map((row) => row.cancel_request_id);
    },
  };
}

/**
 * Takes the row locks of a batch's requests and returns their versions by ID. Changes of one batch exclude each other:
 * two that saw each other's old version would both want a sum that is too small. On SQLite a transaction has the lock.
 */
export async function lockBatch(
  change: Change,
  engine: Engine,
  batchId: string,
): Promise<Map<string, number>> {
  const requests = change
    .selectFrom('cancel_requests')
    .select(['id', 'version'])
    .where('batch_id', '=', batchId)
    .orderBy('id');
  const rows = await (engine === 'postgres' ? requests.forUpdate() : requests).execute();
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** The version of the batch: grows with every change of any of its requests. */
export function sumOf(versions: ReadonlyMap<string, number>): number {
  return [...versions.values()].reduce((sum, version) => sum + version, 0);
}

/** Within the transaction of the step that adds these messages; those that are there already stay as they are. */
export async function insertCopies(
  change: Change,
  copies: readonly CardCopy[],
  wantedVersion: number,
): Promise<void> {
  if (copies.length === 0) return;
  const rows = copies.map((copy) => ({ ...toRow(copy), wanted_version: wantedVersion }));
  await change
    .insertInto('cards')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Within the transaction that saves the batch's next version: the messages that follow it are behind from then on. */
export async function wantVersion(
  change: Change,
  engine: Engine,
  cancelRequestId: string,
  version: number,
): Promise<void> {
  const copies = change
    .selectFrom('cards')
    .select('id')
    .where('cancel_request_id', '=', cancelRequestId)
    .where('purpose', 'in', FOLLOWING_PURPOSES)
    .orderBy('id');
  await change
    .updateTable('cards')
    .set({ wanted_version: version })
    // In the order of `claim`, so that the two cannot wait for each other.
    .where('id', 'in', engine === 'postgres' ? copies.forUpdate() : copies)
    .execute();
}

type Result = Parameters<CardStore['settle']>[1];

function resultRow(result: Result) {
  return {
    channel_id: result.channelId,
    ts: result.ts ?? null,
    shown_version: result.shownVersion,
    attempts: result.attempts,
    next_attempt_at: toInstant(result.nextAttemptAt),
    problem: result.problem ?? null,
    ...(result.mayComeLate === true && { taken_over: 1 }),
  };
}

function toRow(card: CardCopy): Omit<Insertable<Tables['cards']>, 'wanted_version'> {
  return {
    id: card.id,
    cancel_request_id: card.cancelRequestId,
    purpose: card.purpose,
    ...resultRow(card),
    lease_token: 0,
    lease_until: null,
    taken_over: 0,
  };
}

function fromRow(row: Selectable<Tables['cards']>): CardCopy {
  return {
    id: row.id,
    cancelRequestId: row.cancel_request_id,
    purpose: row.purpose,
    channelId: row.channel_id,
    ts: row.ts ?? undefined,
    shownVersion: row.shown_version,
    attempts: row.attempts,
    nextAttemptAt: fromInstant(row.next_attempt_at),
    problem: row.problem ?? undefined,
  };
}

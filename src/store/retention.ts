/** Owns removing old records from the database. The audit is not among them: the database itself refuses that. */

import { type SqlBool, sql } from 'kysely';
import { type RequestStatus, UNFINISHED } from '../payouts/cancel/request.ts';
import type { RetentionStore } from '../payouts/retention/port.ts';
import { lockBatch } from './cards.ts';
import type { Engine } from './engine.ts';
import { toInstant } from './instant.ts';
import type { Database } from './schema.ts';

/** What is never removed: somebody may still decide, or has to look. */
const KEPT = [...UNFINISHED, 'unresolved'] as const satisfies readonly RequestStatus[];
const KEPT_LIST = sql.join(KEPT.map((status) => sql.lit(status)));
/** Exactly the predicate of the partial index `cancel_requests_ended`: the planner compares the text. */
const HAS_ENDED = sql<SqlBool>`status not in (${KEPT_LIST})`;

export function retentionStore(db: Database, engine: Engine): RetentionStore {
  return {
    async removeRequests(before, limit) {
      const old = await oldBatches(db, before, limit);
      let removed = 0;
      for (const batchId of old) if (await removeBatch(db, engine, batchId)) removed += 1;
      return removed;
    },

    async removeCooldowns(before, limit) {
      const ended = db
        .selectFrom('cooldowns')
        .select('key')
        .where('lease_until', '<', toInstant(before))
        .orderBy('lease_until');
      const keys = await keysOf(ended.limit(limit));
      if (keys.length === 0) return 0;
      const { numDeletedRows } = await db
        .deleteFrom('cooldowns')
        .where('key', 'in', keys)
        // Claimed again meanwhile: then it is another claim.
        .where('lease_until', '<', toInstant(before))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },

    async removeTransactions(before, limit) {
      const asked = db.selectFrom('transactions').select('key').limit(limit);
      const old = await keysOf(asked.where('asked_at', '<', toInstant(before)).orderBy('asked_at'));
      // A query that was taken back and was the only one: the same as no row.
      const taken = await keysOf(asked.where('asked_at', 'is', null));
      const keys = [...old, ...taken].slice(0, limit);
      if (keys.length === 0) return 0;
      const { numDeletedRows } = await db
        .deleteFrom('transactions')
        .where('key', 'in', keys)
        .where((eb) => eb.or([eb('asked_at', '<', toInstant(before)), eb('asked_at', 'is', null)]))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

async function keysOf(query: { execute(): Promise<{ key: string }[]> }): Promise<string[]> {
  return (await query.execute()).map(({ key }) => key);
}

/** The oldest that may go; what has to stay is passed over, however much of it there is. */
async function oldBatches(db: Database, before: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('cancel_requests as request')
    .select('request.batch_id')
    .where(sql<SqlBool>`request.status not in (${KEPT_LIST})`)
    .where('request.requested_at', '<', toInstant(before))
    // The requests of a batch are made together, so the first stands for all.
    .whereRef('request.id', '=', 'request.batch_id')
    .where('request.number', '<', (eb) =>
      eb
        .selectFrom('cancel_requests as last')
        .select('last.number')
        .whereRef('last.id', '=', 'last.batch_id')
        .orderBy('last.number', 'desc')
        .limit(1),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('cancel_requests as other')
            .select('other.id')
            .whereRef('other.batch_id', '=', 'request.batch_id')
            .where(sql<SqlBool>`other.status in (${KEPT_LIST})`),
        ),
      ),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('cards')
            .select('cards.id')
            .whereRef('cards.cancel_request_id', '=', 'request.batch_id')
            .whereRef('cards.shown_version', '<', 'cards.wanted_version'),
        ),
      ),
    )
    .orderBy('request.requested_at')
    .limit(limit)
    .execute();
  return rows.map(({ batch_id }) => batch_id);
}

/** False when another replica was faster. A message added at the same moment waits for the lock, and then finds no request. */
async function removeBatch(db: Database, engine: Engine, batchId: string): Promise<boolean> {
  return db.transaction().execute(async (change) => {
    await lockBatch(change, engine, batchId);
    await change.deleteFrom('cards').where('cancel_request_id', '=', batchId).execute();
    const { numDeletedRows } = await change
      .deleteFrom('cancel_requests')
      .where('batch_id', '=', batchId)
      .where(HAS_ENDED)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  });
}

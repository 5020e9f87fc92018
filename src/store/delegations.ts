/** Owns delegations in the database: one row a person, each change together with its audit rows. */

import type { Delegation, DelegationStore, Holding } from '../payouts/delegation-port.ts';
import type { AppendAudit } from './audit.ts';
import { fromInstant, toInstant } from './instant.ts';
import type { Engine } from './engine.ts';
import type { Change, Database } from './schema.ts';

/**
 * Whether each of these rights is lent still. On PostgreSQL the rows are locked until the transaction ends, so that none
 * of them ends before the change that is made by it is stored.
 */
export async function stillLent(
  change: Change,
  engine: Engine,
  { delegations, now }: Holding,
): Promise<boolean> {
  for (const { userId, deputyId } of delegations) {
    const row = change
      .selectFrom('delegations')
      .select('user_id')
      .where('user_id', '=', userId)
      .where('deputy_id', '=', deputyId)
      .where('until', '>', toInstant(now));
    if (!(await (engine === 'postgres' ? row.forShare() : row).executeTakeFirst())) return false;
  }
  return true;
}

export function delegationStore(db: Database, appendAudit: AppendAudit): DelegationStore {
  return {
    async active(now) {
      const rows = await db
        .selectFrom('delegations')
        .selectAll()
        .where('until', '>', toInstant(now))
        .orderBy('user_id')
        .execute();
      return rows.map(
        (row): Delegation => ({
          userId: row.user_id,
          deputyId: row.deputy_id,
          since: fromInstant(row.since),
          until: fromInstant(row.until),
        }),
      );
    },

    async lend({ userId, deputyId, since, until }, audit) {
      const values = { deputy_id: deputyId, since: toInstant(since), until: toInstant(until) };
      await db.transaction().execute(async (change) => {
        await change
          .insertInto('delegations')
          .values({ user_id: userId, ...values })
          .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
          .execute();
        await appendAudit(change, audit);
      });
    },

    async end({ userId, deputyId, since }, audit) {
      return db.transaction().execute(async (change) => {
        const ended = await change
          .deleteFrom('delegations')
          .where('user_id', '=', userId)
          .where('deputy_id', '=', deputyId)
          .where('since', '=', toInstant(since))
          .executeTakeFirst();
        if (ended.numDeletedRows === 0n) return false;
        await appendAudit(change, audit);
        return true;
      });
    },
  };
}

/** Owns delegations in the database: one row a person, each change together with its audit rows. */

import type { Delegation, DelegationStore } from '../payouts/delegation-port.ts';
import type { AppendAudit } from './audit.ts';
import { fromInstant, toInstant } from './instant.ts';
import type { Database } from './schema.ts';

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

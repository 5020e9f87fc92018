/** Owns saved lists in the database: one row a slot, sealed before it gets here. */

import type { SavedListStore } from '../payouts/links/saved-list-port.ts';
import { fromInstant, toInstant } from './instant.ts';
import type { Database } from './schema.ts';

export function savedListStore(db: Database): SavedListStore {
  return {
    async of(userId) {
      const rows = await db
        .selectFrom('saved_lists')
        .select(['slot', 'sealed', 'saved_at'])
        .where('user_id', '=', userId)
        .orderBy('slot')
        .execute();
      return rows.map(({ slot, sealed, saved_at }) => ({ slot, sealed, at: fromInstant(saved_at) }));
    },

    async keep(userId, { slot, sealed, at }) {
      const changes = { sealed, saved_at: toInstant(at) };
      await db
        .insertInto('saved_lists')
        .values({ user_id: userId, slot, ...changes })
        .onConflict((conflict) => conflict.columns(['user_id', 'slot']).doUpdateSet(changes))
        .execute();
    },

    async put(userId, { slot, sealed, at }, before) {
      const changes = { sealed, saved_at: toInstant(at) };
      if (before === undefined) {
        const added = await db
          .insertInto('saved_lists')
          .values({ user_id: userId, slot, ...changes })
          .onConflict((conflict) => conflict.columns(['user_id', 'slot']).doNothing())
          .executeTakeFirst();
        return (added.numInsertedOrUpdatedRows ?? 0n) > 0n;
      }
      const changed = await db
        .updateTable('saved_lists')
        .set(changes)
        .where('user_id', '=', userId)
        .where('slot', '=', slot)
        .where('sealed', '=', before)
        .executeTakeFirst();
      return changed.numUpdatedRows > 0n;
    },

    async remove(userId, slot, at) {
      const removed = await db
        .deleteFrom('saved_lists')
        .where('user_id', '=', userId)
        .where('slot', '=', slot)
        .where('saved_at', '=', toInstant(at))
        .executeTakeFirst();
      return removed.numDeletedRows > 0n;
    },
  };
}

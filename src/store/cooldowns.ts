/** Owns cooldowns in the database: one statement decides who may act, however many ask at once. */

import type { CooldownStore } from '../payouts/ports.ts';
import { fromInstant, toInstant } from './instant.ts';
import type { Database } from './schema.ts';

/** A cooldown can be released between our refused claim and our look at it; more often than this it is a fault. */
const CLAIM_TRIES = 5;

export function cooldownStore(db: Database): CooldownStore {
  return {
    async claim(key, now, untilAt) {
      for (let attempt = 0; attempt < CLAIM_TRIES; attempt += 1) {
        const claimed = await db
          .insertInto('cooldowns')
          .values({ key, until_at: toInstant(untilAt) })
          .onConflict((conflict) =>
            conflict
              .column('key')
              .doUpdateSet({ until_at: toInstant(untilAt) })
              .where('cooldowns.until_at', '<=', toInstant(now)),
          )
          .returning('key')
          .executeTakeFirst();
        if (claimed !== undefined) return { claimed: true };
        const running = await db
          .selectFrom('cooldowns')
          .select('until_at')
          .where('key', '=', key)
          .executeTakeFirst();
        if (running !== undefined) return { claimed: false, untilAt: fromInstant(running.until_at) };
      }
      throw new Error(`Cooldown ${key} could be neither claimed nor found.`);
    },

    async release(key) {
      await db.deleteFrom('cooldowns').where('key', '=', key).execute();
    },
  };
}

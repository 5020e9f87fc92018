/** Owns cooldowns in the database: one atomic statement claims them. */

import type { CooldownStore } from '../payouts/links/cooldowns.ts';
import { fromInstant, toInstant } from './instant.ts';
import { leases } from './lease.ts';
import type { Engine } from './engine.ts';
import type { Database } from './schema.ts';

/** Bounded retry: the cooldown may be released between the conflict and the select. */
const CLAIM_TRIES = 5;

/** Of a claim that was taken back: free, and pruned as those that ended. */
const LONG_OVER = toInstant(0);

export function cooldownStore(db: Database, engine: Engine): CooldownStore {
  const lease = leases(engine);
  return {
    async claim(key, now, cooldownMs) {
      for (let attempt = 0; attempt < CLAIM_TRIES; attempt += 1) {
        const claimed = await db
          .insertInto('cooldowns')
          .values({ key, lease_token: 1, lease_until: lease.until(now, cooldownMs) })
          .onConflict((conflict) =>
            conflict
              .column('key')
              .doUpdateSet((eb) => ({
                lease_token: eb('cooldowns.lease_token', '+', 1),
                lease_until: lease.until(now, cooldownMs),
              }))
              .where((eb) => lease.free(eb.ref('cooldowns.lease_until'), now)),
          )
          .returning(['lease_token', 'lease_until'])
          .executeTakeFirst();
        if (claimed?.lease_until) {
          return { claimed: true, token: claimed.lease_token, untilAt: fromInstant(claimed.lease_until) };
        }
        const running = await db
          .selectFrom('cooldowns')
          .select('lease_until')
          .where('key', '=', key)
          .where('lease_until', '>', lease.now(now))
          .executeTakeFirst();
        if (running?.lease_until) return { claimed: false, untilAt: fromInstant(running.lease_until) };
      }
      throw new Error(`Cooldown ${key} could be neither claimed nor found.`);
    },

    async release(key, token) {
      // The row stays for a while, so that its next token differs from the earlier ones.
      const released = await db
        .updateTable('cooldowns')
        .set({ lease_until: LONG_OVER })
        .where('key', '=', key)
        .where('lease_token', '=', token)
        .executeTakeFirst();
      return released.numUpdatedRows > 0n;
    },
  };
}

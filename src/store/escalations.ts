/** Owns in the database which stuck links were told of, and which replica looks for them. */

import type { EscalationStore, ToldAt } from '../payouts/links/escalation-port.ts';
import { insertMessages } from './digest-messages.ts';
import { someAtOnce } from './in-steps.ts';
import { fromInstant, toInstant } from './instant.ts';
import type { Database } from './schema.ts';
import { givenUp } from './tellings.ts';

/** More than is told between two prunings. */
const PRUNED_AT_MOST = 500;

/** Another replica told of one of the links: nothing of this message is stored. */
class ToldMeanwhile extends Error {}

export function escalationStore(db: Database): EscalationStore {
  return {
    async claimWalk(now, everyMs) {
      const claimed = await db
        .updateTable('stuck_walks')
        .set({ walked_at: toInstant(now) })
        .where((eb) =>
          eb.or([
            eb('walked_at', '<=', toInstant(now - everyMs)),
            // Only a wrong clock can have set it.
            eb('walked_at', '>', toInstant(now + everyMs)),
          ]),
        )
        .executeTakeFirst();
      return claimed.numUpdatedRows > 0n;
    },

    async told(channelId, linkIds) {
      const told = new Map<string, ToldAt>();
      await someAtOnce(linkIds, async (some) => {
        const rows = await db
          .selectFrom('stuck_tellings')
          .select(['link_id', 'stage', 'told_at'])
          .where('channel_id', '=', channelId)
          .where('link_id', 'in', some)
          .where((eb) => eb.not(givenUp(eb.ref('stuck_tellings.message_id'))))
          .execute();
        for (const { link_id, stage, told_at } of rows) {
          const known = told.get(link_id) ?? { first: undefined, again: undefined };
          told.set(link_id, { ...known, [stage]: fromInstant(told_at) });
        }
      });
      return told;
    },

    async tell(message) {
      try {
        await db.transaction().execute(async (change) => {
          const added = await insertMessages(change, [message]);
          if (added < message.tells.links.length) throw new ToldMeanwhile();
        });
        return true;
      } catch (error) {
        if (error instanceof ToldMeanwhile) return false;
        throw error;
      }
    },

    async prune(before) {
      const old = await db
        .selectFrom('stuck_tellings')
        .select(['channel_id', 'link_id', 'stage'])
        .where('told_at', '<', toInstant(before))
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('processing_links')
                .select('processing_links.link_id')
                .whereRef('processing_links.link_id', '=', 'stuck_tellings.link_id'),
            ),
          ),
        )
        .limit(PRUNED_AT_MOST)
        .execute();
      for (const { channel_id, link_id, stage } of old) {
        await db
          .deleteFrom('stuck_tellings')
          .where('channel_id', '=', channel_id)
          .where('link_id', '=', link_id)
          .where('stage', '=', stage)
          .execute();
      }
    },
  };
}

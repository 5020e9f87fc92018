/** Owns the local index of links in the database: keyed hashes of what a link can be found by. */

import { sql } from 'kysely';
import type { LinkIndexStore } from '../payouts/links/index-port.ts';
import type { Engine } from './engine.ts';
import { toInstant } from './instant.ts';
import type { Database } from './schema.ts';
import { withoutWaiting } from './without-waiting.ts';

export function linkIndexStore(db: Database, engine: Engine): LinkIndexStore {
  return {
    async remember(sightings, at) {
      if (sightings.length === 0) return;
      const byLink = new Map(sightings.map((sighting) => [sighting.linkId, sighting]));
      // In the same order on every replica, so that two that write the same links cannot end in a deadlock.
      const linkIds = [...byLink.keys()].sort();
      const keys = linkIds.flatMap((link_id) =>
        (byLink.get(link_id)?.keys ?? []).map((key) => ({ key, link_id })),
      );
      const seen_at = toInstant(at);
      await withoutWaiting(db, engine, async (change) => {
        await change
          .insertInto('indexed_links')
          .values(linkIds.map((link_id) => ({ link_id, seen_at })))
          .onConflict((conflict) => conflict.column('link_id').doUpdateSet({ seen_at }))
          .execute();
        if (keys.length === 0) return;
        await change
          .insertInto('link_keys')
          .values(keys)
          .onConflict((conflict) => conflict.columns(['key', 'link_id']).doNothing())
          .execute();
      });
    },

    async find({ keys, match }, limit) {
      const wanted = new Set(keys).size;
      if (wanted === 0) return [];
      const rows = await db
        .selectFrom('link_keys')
        .innerJoin('indexed_links', 'indexed_links.link_id', 'link_keys.link_id')
        .select('link_keys.link_id')
        .where('link_keys.key', 'in', [...keys])
        .groupBy(['link_keys.link_id', 'indexed_links.seen_at'])
        .$if(match === 'all', (query) => query.having(sql<number>`count(*)`, '=', wanted))
        .orderBy('indexed_links.seen_at', 'desc')
        .orderBy('link_keys.link_id')
        .limit(limit)
        .execute();
      return rows.map(({ link_id }) => link_id);
    },

    async prune(keep) {
      const oldest = await db
        .selectFrom('indexed_links')
        .select('link_id')
        .orderBy('seen_at', 'desc')
        .orderBy('link_id', 'desc')
        .limit(PRUNED_AT_MOST)
        .offset(keep)
        .execute();
      const linkIds = oldest.map(({ link_id }) => link_id);
      for (let from = 0; from < linkIds.length; from += PRUNED_AT_ONCE) {
        const some = linkIds.slice(from, from + PRUNED_AT_ONCE);
        await withoutWaiting(db, engine, (change) =>
          change.deleteFrom('indexed_links').where('link_id', 'in', some).execute(),
        );
      }
      return linkIds.length;
    },
  };
}

/** More than is added between two prunings. */
const PRUNED_AT_MOST = 5_000;
/** SQLite answers synchronously: each statement should take a millisecond or two. */
const PRUNED_AT_ONCE = 50;

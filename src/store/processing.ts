/** Owns which links are PROCESSING, and since when, in the database. */

import type { Selectable } from 'kysely';
import type { ProcessingSince, ProcessingStore } from '../payouts/links/processing-port.ts';
import type { Engine } from './engine.ts';
import { AT_ONCE, inSteps, someAtOnce } from './in-steps.ts';
import { fromInstant, toInstant } from './instant.ts';
import type { Change, Database, Tables } from './schema.ts';
import { withoutWaiting } from './without-waiting.ts';

/** More than is added between two prunings. */
const PRUNED_AT_MOST = 5_000;
/** Rows read at once. */
export const A_READ = 1_000;

export function processingStore(db: Database, engine: Engine): ProcessingStore {
  return {
    async seen(links, at) {
      const last = new Map(links.map(({ linkId, status }) => [linkId, status]));
      // In the same order on every replica, so that two that write the same links cannot end in a deadlock.
      const linkIds = [...last.keys()].sort();
      const isProcessing = (linkId: string): boolean => last.get(linkId) === 'PROCESSING';
      const here = linkIds.filter(isProcessing);
      const gone = linkIds.filter((linkId) => !isProcessing(linkId));
      if (linkIds.length === 0) return;
      await withoutWaiting(db, engine, async (change) => {
        await someAtOnce(gone, (some) => forget(change, some));
        await someAtOnce(here, (some) => remember(change, some, toInstant(at)));
      });
    },

    async claimedAt(linkId, at) {
      const claimed_at = toInstant(at);
      await db
        .insertInto('processing_links')
        .values({ link_id: linkId, first_seen_at: claimed_at, last_seen_at: claimed_at, claimed_at })
        .onConflict((conflict) => conflict.column('link_id').doUpdateSet({ claimed_at }))
        .execute();
    },

    async find(linkIds) {
      const found = new Map<string, ProcessingSince>();
      await someAtOnce([...new Set(linkIds)], async (some) => {
        const rows = await db
          .selectFrom('processing_links')
          .select(['link_id', 'first_seen_at', 'claimed_at'])
          .where('link_id', 'in', some)
          .execute();
        for (const { link_id, first_seen_at, claimed_at } of rows) {
          const since = fromInstant(claimed_at ?? first_seen_at);
          found.set(link_id, { since, from: claimed_at === null ? 'seen' : 'claim' });
        }
      });
      return found;
    },

    async known(limit) {
      const known = new Set<string>();
      for await (const linkId of sinceSeen(db, await firstOf(db, limit))) {
        known.delete(linkId);
        known.add(linkId);
      }
      return [...known].toReversed().slice(0, limit);
    },

    async prune(seenBefore, keep) {
      let old = 0;
      await inSteps(async () => {
        const some = await db
          .deleteFrom('processing_links')
          .where('link_id', 'in', (eb) =>
            eb
              .selectFrom('processing_links')
              .select('link_id')
              .where('last_seen_at', '<', toInstant(seenBefore))
              .limit(AT_ONCE),
          )
          .executeTakeFirst();
        old += Number(some.numDeletedRows);
        return some;
      });
      const beyond = await db
        .selectFrom('processing_links')
        .select('link_id')
        .orderBy('last_seen_at', 'desc')
        .orderBy('link_id', 'desc')
        .limit(PRUNED_AT_MOST)
        .offset(keep)
        .execute();
      const linkIds = beyond.map(({ link_id }) => link_id);
      await someAtOnce(linkIds, (some) => forget(db, some));
      return old + beyond.length;
    },
  };
}

type Place = Pick<Selectable<Tables['processing_links']>, 'last_seen_at' | 'link_id'>;

/** Where the `limit` links seen last begin. */
async function firstOf(db: Database, limit: number): Promise<Place> {
  const first = await db
    .selectFrom('processing_links')
    .select(['last_seen_at', 'link_id'])
    .orderBy('last_seen_at', 'desc')
    .orderBy('link_id', 'desc')
    .limit(1)
    .offset(Math.max(0, limit - 1))
    .executeTakeFirst();
  // There are not so many: all of them.
  return first ?? { last_seen_at: '', link_id: '' };
}

/**
 * The links from there on, the one seen longest ago first, in pages: 10,000 rows at once keep the event loop waiting. One that is
 * seen again meanwhile comes once more, so that none is passed over.
 */
async function* sinceSeen(db: Database, first: Place): AsyncGenerator<string, void, void> {
  let rows: Place[] = [];
  do {
    const last = rows.at(-1);
    const { last_seen_at, link_id } = last ?? first;
    rows = await db
      .selectFrom('processing_links')
      .select(['last_seen_at', 'link_id'])
      .where((eb) =>
        eb(eb.refTuple('last_seen_at', 'link_id'), last ? '>' : '>=', eb.tuple(last_seen_at, link_id)),
      )
      .orderBy('last_seen_at')
      .orderBy('link_id')
      .limit(A_READ)
      .execute();
    for (const row of rows) yield row.link_id;
  } while (rows.length === A_READ);
}

async function remember(change: Change, linkIds: readonly string[], at: string): Promise<void> {
  await change
    .insertInto('processing_links')
    .values(linkIds.map((link_id) => ({ link_id, first_seen_at: at, last_seen_at: at, claimed_at: null })))
    .onConflict((conflict) => conflict.column('link_id').doUpdateSet({ last_seen_at: at }))
    .execute();
}

async function forget(change: Change | Database, linkIds: readonly string[]): Promise<void> {
  await change.deleteFrom('processing_links').where('link_id', 'in', linkIds).execute();
}

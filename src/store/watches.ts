/** Owns watches in the database: one row a subject, and who watches it. */

import { type Expression, type RawBuilder, sql } from 'kysely';
import type { Watched, WatchStore } from '../payouts/watches/port.ts';
import type { Watcher } from '../payouts/watches/watch.ts';
import type { Engine } from './engine.ts';
import { toInstant } from './instant.ts';
import { writeJson } from './json.ts';
import type { Change, Database } from './schema.ts';
import { lookStore, type WatchParts } from './watch-looks.ts';
import { dropUntold, watchMessageStore } from './watch-messages.ts';
import {
  readFacts,
  readSubject,
  removeUnwatched,
  toFailing,
  toWatcher,
  watchKey,
  writeSubject,
} from './watch-records.ts';

export function watchStore(db: Database, engine: Engine, parts: WatchParts): WatchStore {
  return {
    ...people(db, parts),
    ...lookUps(db, parts),
    ...lookStore(db, engine, parts),
    ...watchMessageStore(db, engine, parts.seal),
  };
}

/** Ends a transaction whose changes are not wanted. */
class Undone extends Error {
  readonly why: 'too_many' | 'full';

  constructor(why: 'too_many' | 'full') {
    super(why);
    this.why = why;
  }
}

function people(db: Database, { seal, appendAudit }: WatchParts): Pick<WatchStore, 'start' | 'stop'> {
  return {
    async start({ id, subject, facts, dueAt }, watcher, limits, entries) {
      const key = watchKey(subject);
      const { userId } = watcher;
      try {
        return await db.transaction().execute(async (change) => {
          // Locks the row until the end, so that the watch is not removed with its last watcher meanwhile.
          await change
            .insertInto('watches')
            .values({
              key,
              id,
              kind: subject.kind,
              subject: writeSubject(subject, seal),
              facts: writeJson(facts),
              due_at: toInstant(dueAt),
              failing_since: null,
            })
            .onConflict((conflict) =>
              conflict
                .column('key')
                .doUpdateSet((eb) => ({ due_at: sooner(eb.ref('watches.due_at'), dueAt) })),
            )
            .execute();
          const again = await change
            .updateTable('watchers')
            .set((eb) => ({
              until: later(eb.ref('until'), watcher.until),
              once: watcher.once ? eb.ref('once') : 0,
            }))
            .where('key', '=', key)
            .where('user_id', '=', userId)
            .executeTakeFirst();
          if (again.numUpdatedRows > 0n) return 'already';
          // The audit's head is locked until the end: starts queue up here, so what is counted next is exact.
          await appendAudit(change, entries);
          if ((await countOf(change, userId)) >= limits.each) throw new Undone('too_many');
          if ((await countOf(change)) >= limits.inAll) throw new Undone('full');
          await change.insertInto('watchers').values(watcherRow(key, watcher)).execute();
          return 'started';
        });
      } catch (error) {
        if (error instanceof Undone) return error.why;
        throw error;
      }
    },

    async stop(subject, userId, entries) {
      const key = watchKey(subject);
      return db.transaction().execute(async (change) => {
        await lock(change, key);
        const stopped = await change
          .deleteFrom('watchers')
          .where('key', '=', key)
          .where('user_id', '=', userId)
          .executeTakeFirst();
        if (stopped.numDeletedRows === 0n) return false;
        await dropUntold(change, key, userId);
        await removeUnwatched(change, key);
        await appendAudit(change, entries);
        return true;
      });
    },
  };
}

function lookUps(db: Database, { seal }: WatchParts): Pick<WatchStore, 'isWatching' | 'watchedBy' | 'hurry'> {
  return {
    async isWatching(subject, userId) {
      const row = await db
        .selectFrom('watchers')
        .select('key')
        .where('key', '=', watchKey(subject))
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return row !== undefined;
    },

    async watchedBy(userId) {
      const rows = await db
        .selectFrom('watchers')
        .innerJoin('watches', 'watches.key', 'watchers.key')
        .select(['user_id', 'since', 'until', 'once', 'kind', 'subject', 'facts'])
        .select(['failing_since', 'failing_told'])
        .where('user_id', '=', userId)
        .orderBy('since', 'desc')
        .orderBy('watchers.key')
        .execute();
      return rows.map(
        (row): Watched => ({
          ...toWatcher(row),
          subject: readSubject(row.kind, row.subject, seal),
          facts: readFacts(row.facts),
          failing: toFailing(row),
        }),
      );
    },

    async hurry(subject, dueAt) {
      await db
        .updateTable('watches')
        .set({ due_at: toInstant(dueAt) })
        .where('key', '=', watchKey(subject))
        .where('due_at', '>', toInstant(dueAt))
        .execute();
    },
  };
}

/** Until the end of the transaction, as everything that adds or removes watchers does. */
async function lock(change: Change, key: string): Promise<void> {
  await change
    .updateTable('watches')
    .set((eb) => ({ due_at: eb.ref('due_at') }))
    .where('key', '=', key)
    .execute();
}

async function countOf(change: Change, userId?: string): Promise<number> {
  let query = change.selectFrom('watchers').select(({ fn }) => fn.countAll<number | string>().as('count'));
  if (userId !== undefined) query = query.where('user_id', '=', userId);
  const { count } = await query.executeTakeFirstOrThrow();
  return Number(count);
}

type Ref = Expression<string>;

const sooner = (ref: Ref, at: number): RawBuilder<string> =>
  sql<string>`case when ${ref} > ${toInstant(at)} then ${toInstant(at)} else ${ref} end`;

const later = (ref: Ref, at: number): RawBuilder<string> =>
  sql<string>`case when ${ref} < ${toInstant(at)} then ${toInstant(at)} else ${ref} end`;

const watcherRow = (key: string, { userId, since, until, once }: Watcher) => ({
  key,
  user_id: userId,
  since: toInstant(since),
  until: toInstant(until),
  once: once ? 1 : 0,
});

/** Owns the outbox of watches: a row is one direct message to one watcher, until it is told or given up. */

import { z } from 'zod';
import type { HeldWatch, WatchStore } from '../payouts/watches/port.ts';
import {
  NOTHING_KNOWN,
  WATCH_STATES,
  type Watcher,
  type WatchKind,
  type WatchNews,
  type WatchStep,
} from '../payouts/watches/watch.ts';
import type { Engine } from './engine.ts';
import { fromInstant, toInstant } from './instant.ts';
import { maybe, readJson, writeJson } from './json.ts';
import { earliestPost, leasedRows, pruneFinished } from './leased-rows.ts';
import type { Change, Database } from './schema.ts';
import type { Sealing } from './sealed.ts';
import { readSubject, storedFacts } from './watch-records.ts';

const storedDetails = z.object({
  facts: storedFacts,
  before: maybe(z.enum(WATCH_STATES)),
  watchedSince: z.number(),
  at: z.number(),
});

interface Told {
  stored: { kind: WatchKind; subject: string };
  told: readonly { watcher: Watcher; news: WatchNews | undefined }[];
}

/** Adds a message for each watcher who is told; its ID is of this look and this person, so none is added twice. */
export async function insertMessages(
  change: Change,
  { id, token, facts: before }: HeldWatch,
  { at, facts }: WatchStep,
  { stored, told }: Told,
): Promise<void> {
  const rows = told.flatMap(({ watcher, news }) => {
    if (news === undefined) return [];
    return {
      id: `${id} ${token} ${watcher.userId}`,
      user_id: watcher.userId,
      ...stored,
      news,
      details: writeJson({ facts, before: before.state, watchedSince: watcher.since, at }),
      next_attempt_at: toInstant(at),
      posting_at: null,
      ts: null,
      finished_at: null,
    };
  });
  if (rows.length > 0) await change.insertInto('watch_messages').values(rows).execute();
}

/** Of a watch that the person ended: what was not told, and cannot be in Slack, is not told any more. */
export async function dropUntold(change: Change, key: string, userId: string): Promise<void> {
  const watch = await change.selectFrom('watches').select('id').where('key', '=', key).executeTakeFirst();
  if (!watch) return;
  await change
    .deleteFrom('watch_messages')
    .where('id', 'like', `${watch.id} %`)
    .where('user_id', '=', userId)
    .where('finished_at', 'is', null)
    .where('posting_at', 'is', null)
    .execute();
}

type MessageStore = Pick<
  WatchStore,
  'dueMessages' | 'claimMessage' | 'posting' | 'finish' | 'tellLater' | 'prune'
>;

export function watchMessageStore(db: Database, engine: Engine, seal: Sealing): MessageStore {
  return { ...claims(db, engine, seal), ...heldMessages(db, engine) };
}

function claims(
  db: Database,
  engine: Engine,
  seal: Sealing,
): Pick<MessageStore, 'dueMessages' | 'claimMessage' | 'prune'> {
  const messages = leasedRows(db, engine, 'watch_messages');
  return {
    async dueMessages(now, limit) {
      const rows = await messages
        .due(now)
        .select('id')
        .orderBy('next_attempt_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },

    async claimMessage(id, now, leaseMs) {
      const row = await messages.claim({ id }, now, leaseMs).returningAll().executeTakeFirst();
      if (!row) return undefined;
      return {
        id: row.id,
        userId: row.user_id,
        subject: readSubject(row.kind, row.subject, seal),
        news: row.news,
        ...readDetails(row.details, row.next_attempt_at),
        token: row.lease_token,
        attempts: row.attempts,
        maybePostedAt: row.posting_at === null ? undefined : fromInstant(row.posting_at),
      };
    },

    prune: (before) => pruneFinished(db, 'watch_messages', before),
  };
}

/** What cannot be read is told without its facts: a claim that fails for it would keep the message for ever. */
function readDetails(stored: string, at: string): z.output<typeof storedDetails> {
  try {
    return readJson(storedDetails, stored, 'message of a watch');
  } catch {
    return { facts: NOTHING_KNOWN, before: undefined, watchedSince: fromInstant(at), at: fromInstant(at) };
  }
}

/** Each write compares and swaps on the fencing token, but for the end: the first post stands. */
function heldMessages(db: Database, engine: Engine): Pick<MessageStore, 'posting' | 'finish' | 'tellLater'> {
  const messages = leasedRows(db, engine, 'watch_messages');
  return {
    posting: (message, now, leaseMs) =>
      messages.renew(message, now, leaseMs, { posting_at: earliestPost(now) }),

    async finish({ id }, ts, now) {
      const finished = await db
        .updateTable('watch_messages')
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .set({ ts: ts ?? null, finished_at: toInstant(now), lease_until: null })
        .executeTakeFirst();
      if (finished.numUpdatedRows > 0n) return ts;
      const row = await db.selectFrom('watch_messages').select('ts').where('id', '=', id).executeTakeFirst();
      return row?.ts ?? undefined;
    },

    tellLater: (message, nextAttemptAt, maybePosted) =>
      messages.release(message, nextAttemptAt, maybePosted ? {} : { posting_at: null }),
  };
}

/** Owns the outbox of digests: a row is a message to post, until Slack took it or it is given up. */

import { type Selectable, sql } from 'kysely';
import type { DigestMessageKind } from '../payouts/digest/run.ts';
import type { DigestStore, MessageClaim, OutboxMessage } from '../payouts/digest/port.ts';
import { dropPending, settlePending } from './digest-states.ts';
import { fromInstant, toInstant } from './instant.ts';
import { writeJson } from './json.ts';
import { earliestPost, leasedRows } from './leased-rows.ts';
import type { Engine } from './engine.ts';
import { insertTellings } from './tellings.ts';
import type { Change, Database, Tables } from './schema.ts';

type ClaimStore = Pick<DigestStore, 'dueMessages' | 'claimMessage'>;
type HeldStore = Pick<DigestStore, 'posting' | 'posted' | 'postLater' | 'abandon'>;
type StrayStore = Pick<DigestStore, 'addStray' | 'strays' | 'removeStray'>;

/**
 * Adds the messages to the outbox, unless they are in it already, with what they tell of; returns of how many stuck links
 * they are the first to tell.
 */
export async function insertMessages(change: Change, messages: readonly OutboxMessage[]): Promise<number> {
  if (messages.length === 0) return 0;
  await change
    .insertInto('digest_messages')
    .values(
      messages.map((message) => ({
        id: messageId(message),
        schedule_id: message.scheduleId,
        due_at: toInstant(message.dueAt),
        kind: message.kind,
        channel_id: message.channelId,
        content: writeJson(message.content),
        expires_at: toInstant(message.expiresAt),
        attempts: 0,
        // Due at once, whatever the clock of the replica that finds it.
        next_attempt_at: toInstant(0),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  let told = 0;
  for (const message of messages) {
    const { channelId, tells } = message;
    if (tells) told += await insertTellings(change, { id: messageId(message), channelId }, tells);
  }
  return told;
}

function messageId({ scheduleId, dueAt, kind, channelId }: OutboxMessage): string {
  const id = `${scheduleId} ${toInstant(dueAt)} ${kind}`;
  // Each administrator is told.
  return kind === 'paused' ? `${id} ${channelId}` : id;
}

/** What links that are stuck, and a pause, are told by outlives the schedule's pause. */
const OF_RUNS: readonly DigestMessageKind[] = ['digest', 'incomplete', 'missed'];

/**
 * Ends what is being read or posted of a schedule, and returns the due times whose digest was not posted. The holder of a
 * claim loses it: a message that it still posts is removed as a stray.
 */
export async function endOpen(change: Change, scheduleId: string, at: number): Promise<number[]> {
  const ended = { finished_at: toInstant(at), lease_until: null };
  const runs = await change
    .updateTable('digest_runs')
    .set(ended)
    .where('schedule_id', '=', scheduleId)
    .where('finished_at', 'is', null)
    .returning('due_at')
    .execute();
  const messages = await change
    .updateTable('digest_messages')
    .set({ ...ended, content: null })
    .where('schedule_id', '=', scheduleId)
    .where('kind', 'in', OF_RUNS)
    .where('finished_at', 'is', null)
    .returning(['due_at', 'kind'])
    .execute();
  const unposted = messages.filter(({ kind }) => kind === 'digest');
  // Nothing was told, so the next digest tells it.
  if (unposted.length > 0) await dropPending(change, scheduleId);
  return [...runs, ...unposted].map((row) => fromInstant(row.due_at));
}

export function digestMessageStore(
  db: Database,
  engine: Engine,
): ClaimStore & HeldStore & StrayStore & Pick<DigestStore, 'lastPostedAt'> {
  return {
    ...claimStore(db, engine),
    ...heldStore(db, engine),
    ...strayStore(db),

    async lastPostedAt() {
      const row = await db
        .selectFrom('digest_messages')
        .select('finished_at as at')
        // Written out, as the condition of its index is.
        .where('kind', '=', sql.lit('digest' satisfies DigestMessageKind))
        .where('ts', 'is not', null)
        .orderBy('finished_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.at ? fromInstant(row.at) : undefined;
    },
  };
}

function claimStore(db: Database, engine: Engine): ClaimStore {
  const messages = leasedRows(db, engine, 'digest_messages');
  return {
    async dueMessages(now, limit) {
      const rows = await messages
        .due(now)
        .select('id')
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },

    async claimMessage(id, now, leaseMs) {
      const claimed = await messages.claim({ id }, now, leaseMs).returningAll().executeTakeFirst();
      return claimed && toClaim(claimed);
    },
  };
}

/** Each write compares and swaps on the fencing token of the claim. */
function heldStore(db: Database, engine: Engine): HeldStore {
  const messages = (change: Database) => leasedRows(change, engine, 'digest_messages');
  return {
    posting: (claim, now, leaseMs) =>
      messages(db).renew(claim, now, leaseMs, { posting_at: earliestPost(now) }),

    posted: (claim, ts, now) =>
      db.transaction().execute(async (change) => {
        const isDone = await messages(change).finish(claim, now, { ts, content: null, problem: null });
        if (isDone && claim.kind === 'digest') await settlePending(change, claim.scheduleId);
        return isDone;
      }),

    postLater: (claim, nextAttemptAt, { problem, maybePosted }) =>
      messages(db).release(claim, nextAttemptAt, { problem, ...(!maybePosted && { posting_at: null }) }),

    abandon: (claim, now, instead) =>
      db.transaction().execute(async (change) => {
        const isEnded = await messages(change).finish(claim, now, { content: null });
        if (!isEnded) return false;
        if (claim.kind === 'digest') await dropPending(change, claim.scheduleId);
        if (instead) await insertMessages(change, [instead]);
        return true;
      }),
  };
}

function strayStore(db: Database): StrayStore {
  return {
    async addStray(id, ts) {
      await db
        .insertInto('digest_strays')
        .values({ message_id: id, ts })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async strays(limit) {
      const rows = await db
        .selectFrom('digest_strays')
        .innerJoin('digest_messages', 'digest_messages.id', 'digest_strays.message_id')
        .select(['digest_messages.id', 'channel_id', 'digest_strays.ts', 'digest_messages.ts as keptTs'])
        .where('finished_at', 'is not', null)
        .orderBy('digest_strays.ts')
        .limit(limit)
        .execute();
      return rows.map(({ id, channel_id: channelId, ts, keptTs }) => ({
        id,
        channelId,
        ts,
        kept: ts === keptTs,
      }));
    },

    async removeStray(stray) {
      await db
        .deleteFrom('digest_strays')
        .where('message_id', '=', stray.id)
        .where('ts', '=', stray.ts)
        .execute();
    },
  };
}

function toClaim(row: Selectable<Tables['digest_messages']>): MessageClaim {
  return {
    id: row.id,
    scheduleId: row.schedule_id,
    dueAt: fromInstant(row.due_at),
    kind: row.kind,
    channelId: row.channel_id,
    content: parsed(row.content ?? 'null'),
    expiresAt: fromInstant(row.expires_at),
    token: row.lease_token,
    attempt: row.attempts,
    maybePostedAt: row.posting_at === null ? undefined : fromInstant(row.posting_at),
    problem: row.problem ?? undefined,
  };
}

/** Undefined when it cannot be read: a claim that fails for it would block every message behind it, for ever. */
function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

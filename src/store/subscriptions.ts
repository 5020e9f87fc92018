/** Owns the schedules of digests in the database: each change is a compare-and-swap, together with its audit rows. */

import type { Insertable, Selectable } from 'kysely';
import { KNOWN_STATUSES } from '../payouts/links/link.ts';
import type { SubscriptionStore } from '../payouts/subscriptions/port.ts';
import { withSkipped } from '../payouts/subscriptions/skip.ts';
import type { Subscription } from '../payouts/subscriptions/subscription.ts';
import type { AppendAudit } from './audit.ts';
import { endOpen, insertMessages } from './digest-messages.ts';
import { forgetTold } from './digest-states.ts';
import { insertRun } from './digests.ts';
import { fromInstant, toInstant } from './instant.ts';
import { readInstants, writeJson } from './json.ts';
import type { Change, Database, Tables } from './schema.ts';

type Row = Selectable<Tables['digest_subscriptions']>;

export function subscriptionStore(db: Database, appendAudit: AppendAudit): SubscriptionStore {
  const inOrder = () => db.selectFrom('digest_subscriptions').selectAll().orderBy('created_at').orderBy('id');
  return {
    async all() {
      return (await inOrder().execute()).map(toSubscription);
    },

    async of(channelId) {
      return (await inOrder().where('channel_id', '=', channelId).execute()).map(toSubscription);
    },

    async find(id) {
      const row = await inOrder().where('id', '=', id).executeTakeFirst();
      return row && toSubscription(row);
    },

    async create(subscription, audit) {
      return db.transaction().execute(async (change) => {
        const created = await change
          .insertInto('digest_subscriptions')
          .values(toRow(subscription))
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if (created.numInsertedOrUpdatedRows !== 1n) return false;
        await appendAudit(change, audit);
        return true;
      });
    },

    async save(before, after, { audit, run, endsAt, messages = [] }) {
      return db.transaction().execute(async (change) => {
        const { id: _id, ...row } = toRow(after);
        const saved = await change
          .updateTable('digest_subscriptions')
          .set(row)
          .where('id', '=', before.id)
          .where('version', '=', before.version)
          .where('mark_at', '=', toInstant(before.markAt))
          .executeTakeFirst();
        if (saved.numUpdatedRows === 0n) return false;
        if (run) await insertRun(change, { scheduleId: after.id, dueAt: run.dueAt }, run.skipped);
        if (endsAt !== undefined) await endAndTell(change, after, endsAt);
        await insertMessages(change, messages);
        await appendAudit(change, audit);
        return true;
      });
    },

    async remove(before, { audit, endsAt }) {
      return db.transaction().execute(async (change) => {
        const removed = await change
          .deleteFrom('digest_subscriptions')
          .where('id', '=', before.id)
          .where('version', '=', before.version)
          .where('mark_at', '=', toInstant(before.markAt))
          .executeTakeFirst();
        if (removed.numDeletedRows === 0n) return false;
        await endOpen(change, before.id, endsAt);
        await forgetTold(change, before.id);
        await appendAudit(change, audit);
        return true;
      });
    },
  };
}

/** What was due and is not posted any more is told by the next digest. */
async function endAndTell(change: Change, { id, skipped }: Subscription, endsAt: number): Promise<void> {
  const ended = await endOpen(change, id, endsAt);
  if (ended.length === 0) return;
  await change
    .updateTable('digest_subscriptions')
    .set({ skipped: writeJson(withSkipped(skipped, ended)) })
    .where('id', '=', id)
    .execute();
}

function toRow(subscription: Subscription): Insertable<Tables['digest_subscriptions']> {
  const { paused } = subscription;
  return {
    id: subscription.id,
    version: subscription.version,
    channel_id: subscription.channelId,
    cron: subscription.cron,
    timezone: subscription.timezone,
    statuses: subscription.statuses.join(','),
    purpose: subscription.purpose ?? null,
    created_by: subscription.createdBy,
    created_at: toInstant(subscription.createdAt),
    paused_why: paused?.why ?? null,
    paused_at: paused ? toInstant(paused.at) : null,
    paused_by: paused?.by ?? null,
    mark_at: toInstant(subscription.markAt),
    skipped: writeJson(subscription.skipped),
  };
}

function toSubscription(row: Row): Subscription {
  const { paused_why: why, paused_at: pausedAt, paused_by: by } = row;
  return {
    id: row.id,
    version: row.version,
    channelId: row.channel_id,
    cron: row.cron,
    timezone: row.timezone,
    // A status that this version does not know is not read.
    statuses: row.statuses
      .split(',')
      .flatMap((name) => KNOWN_STATUSES.find((status) => status === name) ?? []),
    purpose: row.purpose ?? undefined,
    createdBy: row.created_by,
    createdAt: fromInstant(row.created_at),
    paused: why && pausedAt && by ? { why, at: fromInstant(pausedAt), by } : undefined,
    markAt: fromInstant(row.mark_at),
    skipped: readInstants(row.skipped),
  };
}

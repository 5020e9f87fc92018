/** Owns reminders for several links in the database: leased runs, and the last reminder of a link from the audit. */

import { z } from 'zod';
import { lastOfRows, REMINDER_ACTIONS, type ReminderRow } from '../payouts/links/last-reminder.ts';
import type { HeldRun, ReminderRunStore } from '../payouts/links/remind-port.ts';
import { REMINDER_STATES, type ReminderRun } from '../payouts/links/reminder-run.ts';
import type { Engine } from './engine.ts';
import { AT_ONCE, inSteps } from './in-steps.ts';
import { fromInstant, toInstant } from './instant.ts';
import { maybe, readJson, writeJson } from './json.ts';
import { leases } from './lease.ts';
import type { Database } from './schema.ts';

const details = z.object({
  items: z.array(
    z.object({
      linkId: z.string(),
      state: z.enum(REMINDER_STATES),
      name: maybe(z.string()),
      amountPaise: maybe(z.number()),
      words: maybe(z.string()),
      nextAt: maybe(z.number()),
    }),
  ),
  message: maybe(z.object({ channelId: z.string(), ts: z.string() })),
});

const detailsOf = ({ items, message }: ReminderRun): string => writeJson({ items, message });

export function reminderRunStore(db: Database, engine: Engine): ReminderRunStore {
  return { ...claims(db, engine), ...heldRuns(db, engine), ...lookUps(db, engine) };
}

function claims(db: Database, engine: Engine): Pick<ReminderRunStore, 'start' | 'claim'> {
  const lease = leases(engine);
  return {
    async start(run, now, leaseMs) {
      const started = await db
        .insertInto('reminder_runs')
        .values({
          id: run.id,
          user_id: run.userId,
          started_at: toInstant(run.startedAt),
          details: detailsOf(run),
          attempts: 1,
          next_attempt_at: toInstant(now),
          finished_at: null,
          lease_token: 1,
          lease_until: lease.until(now, leaseMs),
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning(['lease_token', 'attempts'])
        .executeTakeFirst();
      return started && { ...run, token: started.lease_token, attempts: started.attempts };
    },

    async claim(id, now, leaseMs) {
      const row = await db
        .updateTable('reminder_runs')
        .set((eb) => ({
          lease_token: eb('lease_token', '+', 1),
          lease_until: lease.until(now, leaseMs),
          attempts: eb('attempts', '+', 1),
        }))
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .where('next_attempt_at', '<=', toInstant(now))
        .where((eb) => lease.free(eb.ref('lease_until'), now))
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      const { items, message } = readJson(details, row.details, 'reminder run');
      return {
        id: row.id,
        userId: row.user_id,
        startedAt: fromInstant(row.started_at),
        items,
        message,
        token: row.lease_token,
        attempts: row.attempts,
      };
    },
  };
}

function heldRuns(
  db: Database,
  engine: Engine,
): Pick<ReminderRunStore, 'renew' | 'save' | 'release' | 'finish'> {
  const lease = leases(engine);
  /** Of the holder alone. */
  const held = ({ id, token }: HeldRun) =>
    db.updateTable('reminder_runs').where('id', '=', id).where('lease_token', '=', token);

  return {
    async renew(run, now, leaseMs) {
      const renewed = await held(run)
        .set({ lease_until: lease.until(now, leaseMs) })
        .where('finished_at', 'is', null)
        .executeTakeFirst();
      return renewed.numUpdatedRows > 0n;
    },

    async save(run) {
      const saved = await held(run)
        .set({ details: detailsOf(run) })
        .executeTakeFirst();
      return saved.numUpdatedRows > 0n;
    },

    async release(run, nextAttemptAt) {
      const released = await held(run)
        .set({ details: detailsOf(run), lease_until: null, next_attempt_at: toInstant(nextAttemptAt) })
        .executeTakeFirst();
      return released.numUpdatedRows > 0n;
    },

    async finish(run, now) {
      const finished = await held(run)
        .set({ details: detailsOf(run), lease_until: null, finished_at: toInstant(now) })
        .executeTakeFirst();
      return finished.numUpdatedRows > 0n;
    },
  };
}

function lookUps(db: Database, engine: Engine): Pick<ReminderRunStore, 'due' | 'prune' | 'lastReminders'> {
  const lease = leases(engine);
  return {
    async due(now, limit) {
      const rows = await db
        .selectFrom('reminder_runs')
        .select('id')
        .where('finished_at', 'is', null)
        .where('next_attempt_at', '<=', toInstant(now))
        .where((eb) => lease.free(eb.ref('lease_until'), now))
        .orderBy('next_attempt_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },

    async prune(before) {
      await inSteps(() =>
        db
          .deleteFrom('reminder_runs')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('reminder_runs')
              .select('id')
              .where('finished_at', '<', toInstant(before))
              .limit(AT_ONCE),
          )
          .executeTakeFirst(),
      );
    },

    async lastReminders(linkIds) {
      if (linkIds.length === 0) return [];
      const rows = await db
        .selectFrom('audit')
        .select(['link_id', 'at', 'actor_id', 'action'])
        .where('link_id', 'in', [...linkIds])
        .where('action', 'in', REMINDER_ACTIONS)
        .orderBy('sequence')
        .execute();
      return lastOfRows(
        rows.flatMap(({ link_id: linkId, at, actor_id: actorId, action: stored }): ReminderRow[] => {
          const action = REMINDER_ACTIONS.find((one) => one === stored);
          return linkId === null || !action ? [] : [{ linkId, at: fromInstant(at), actorId, action }];
        }),
      );
    },
  };
}

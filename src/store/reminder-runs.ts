/** Owns reminders for several links in the database: leased runs, and the last reminder of a link from the audit. */

import { z } from 'zod';
import { lastOfRows, REMINDER_ACTIONS, type ReminderRow } from '../payouts/links/last-reminder.ts';
import type { ReminderRunStore } from '../payouts/links/remind-port.ts';
import { REMINDER_STATES, type ReminderRun } from '../payouts/links/reminder-run.ts';
import type { Engine } from './engine.ts';
import { fromInstant, toInstant } from './instant.ts';
import { maybe, readJson, writeJson } from './json.ts';
import { leases } from './lease.ts';
import { leasedRows, pruneFinished } from './leased-rows.ts';
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
  const runs = leasedRows(db, engine, 'reminder_runs');
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
      const row = await runs.claim({ id }, now, leaseMs).returningAll().executeTakeFirst();
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
  const runs = leasedRows(db, engine, 'reminder_runs');
  return {
    renew: (run, now, leaseMs) => runs.renew(run, now, leaseMs),
    save: (run) => runs.save(run, { details: detailsOf(run) }),
    release: (run, nextAttemptAt) => runs.release(run, nextAttemptAt, { details: detailsOf(run) }),
    finish: (run, now) => runs.finish(run, now, { details: detailsOf(run) }),
  };
}

function lookUps(db: Database, engine: Engine): Pick<ReminderRunStore, 'due' | 'prune' | 'lastReminders'> {
  const runs = leasedRows(db, engine, 'reminder_runs');
  return {
    async due(now, limit) {
      const rows = await runs
        .due(now)
        .select('id')
        .orderBy('next_attempt_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },

    prune: (before) => pruneFinished(db, 'reminder_runs', before),

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

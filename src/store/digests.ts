/** Owns due digests in the database: one holder at a time by a lease, the next attempt after a failure. */

import type { DigestRun, DigestStore } from '../payouts/ports.ts';
import { fromInstant, toInstant } from './instant.ts';
import { writeJson } from './json.ts';
import type { Database } from './schema.ts';

export function digestStore(db: Database): DigestStore {
  /** The run, as long as nobody finished it. */
  function unfinishedRun(run: DigestRun) {
    return db
      .updateTable('digest_runs')
      .where('schedule_id', '=', run.scheduleId)
      .where('due_at', '=', toInstant(run.dueAt))
      .where('finished_at', 'is', null);
  }

  return {
    async claim(run, now, leaseUntilAt) {
      const claimed = await db
        .insertInto('digest_runs')
        .values({
          schedule_id: run.scheduleId,
          due_at: toInstant(run.dueAt),
          attempt: 1,
          available_at: toInstant(leaseUntilAt),
        })
        .onConflict((conflict) =>
          conflict
            .columns(['schedule_id', 'due_at'])
            .doUpdateSet((eb) => ({
              attempt: eb('digest_runs.attempt', '+', 1),
              available_at: toInstant(leaseUntilAt),
            }))
            .where('digest_runs.finished_at', 'is', null)
            .where('digest_runs.available_at', '<=', toInstant(now)),
        )
        .returning(['attempt', 'posting_at'])
        .executeTakeFirst();
      return claimed && { attempt: claimed.attempt, maybePosted: claimed.posting_at !== null };
    },

    async finish(run, now, summary) {
      // Also by a holder whose lease is over: what was posted is posted.
      await unfinishedRun(run)
        .set({ finished_at: toInstant(now), summary: summary === undefined ? null : writeJson(summary) })
        .execute();
    },

    async posting(run, now) {
      await unfinishedRun(run)
        .set({ posting_at: toInstant(now) })
        .execute();
    },

    async retryLater(run, retryAt, unsure = false) {
      const available = { available_at: toInstant(retryAt) };
      await unfinishedRun(run)
        .set(unsure ? available : { ...available, posting_at: null })
        .execute();
    },

    async summaries(scheduleId, dueBefore, limit) {
      const rows = await db
        .selectFrom('digest_runs')
        .select(['due_at', 'summary'])
        .where('schedule_id', '=', scheduleId)
        .where('due_at', '<', toInstant(dueBefore))
        .where('summary', 'is not', null)
        .orderBy('due_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ dueAt: fromInstant(row.due_at), summary: parsed(row.summary) }));
    },

    async unfinished(now) {
      const rows = await db
        .selectFrom('digest_runs')
        .select(['schedule_id', 'due_at'])
        .where('finished_at', 'is', null)
        .where('available_at', '<=', toInstant(now))
        .orderBy('due_at')
        .orderBy('schedule_id')
        .execute();
      return rows.map((row) => ({ scheduleId: row.schedule_id, dueAt: fromInstant(row.due_at) }));
    },

    async latest(scheduleId) {
      const row = await db
        .selectFrom('digest_runs')
        .select(({ fn }) => fn.max('due_at').as('due_at'))
        .where('schedule_id', '=', scheduleId)
        .executeTakeFirst();
      return row?.due_at ? fromInstant(row.due_at) : undefined;
    },
  };
}

/** Whoever wrote the summary knows its shape and checks it. */
function parsed(summary: string | null): unknown {
  return summary === null ? undefined : JSON.parse(summary);
}

/** Owns schedules and due digests in the database: one replica accounts for a due time, one at a time reads its list. */

import type { DigestStore, OutboxMessage } from '../payouts/digest/port.ts';
import type { DigestRun } from '../payouts/digest/run.ts';
import type { Subscription } from '../payouts/subscriptions/subscription.ts';
import { digestMessageStore, insertMessages } from './digest-messages.ts';
import { digestStateStore, keepPending } from './digest-states.ts';
import { AT_ONCE, inSteps } from './in-steps.ts';
import { fromInstant, toInstant } from './instant.ts';
import { readInstants, writeJson } from './json.ts';
import { leasedRows, pruneFinished } from './leased-rows.ts';
import type { Engine } from './engine.ts';
import type { Change, Database } from './schema.ts';

/** The claim of a run: its holder compares and swaps on the token. */
type Held = DigestRun & { token: number };

export function digestStore(db: Database, engine: Engine): DigestStore {
  return {
    ...scheduleStore(db, engine),
    ...runStore(db, engine),
    ...digestMessageStore(db, engine),
    ...digestStateStore(db),
  };
}

function scheduleStore(
  db: Database,
  engine: Engine,
): Pick<DigestStore, 'account' | 'setMark' | 'prune' | 'dueSchedules'> {
  const runs = leasedRows(db, engine, 'digest_runs');
  /** Compare-and-swap on version and mark. */
  const unchanged = (change: Database | Change, { id, version, markAt }: Subscription) =>
    change
      .updateTable('digest_subscriptions')
      .where('id', '=', id)
      .where('version', '=', version)
      .where('mark_at', '=', toInstant(markAt))
      .where('paused_at', 'is', null);
  return {
    async account(schedule, to, { run, skipped, messages }) {
      return db.transaction().execute(async (change) => {
        const kept = run === undefined ? skipped : [];
        const moved = await unchanged(change, schedule)
          .set({ mark_at: toInstant(to), skipped: writeJson(kept) })
          .executeTakeFirst();
        if (moved.numUpdatedRows === 0n) return false;
        if (run !== undefined) await insertRun(change, { scheduleId: schedule.id, dueAt: run }, skipped);
        await insertMessages(change, messages);
        return true;
      });
    },

    async setMark(schedule, to) {
      const set = await unchanged(db, schedule)
        .set({ mark_at: toInstant(to) })
        .executeTakeFirst();
      return set.numUpdatedRows > 0n;
    },

    async prune(before) {
      await pruneFinished(db, 'digest_runs', before);
      await inSteps(() =>
        db
          .deleteFrom('digest_messages')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('digest_messages')
              .select('id')
              .where('finished_at', '<', toInstant(before))
              .where('id', 'not in', (of) => of.selectFrom('digest_strays').select('message_id'))
              .limit(AT_ONCE),
          )
          .executeTakeFirst(),
      );
    },

    async dueSchedules(now) {
      const rows = await runs.due(now).select('schedule_id').distinct().orderBy('schedule_id').execute();
      return rows.map(({ schedule_id: id }) => id);
    },
  };
}

/** Adds a run to read, with the due times it tells as skipped, unless there is one. */
export async function insertRun(change: Change, run: DigestRun, skipped: readonly number[]): Promise<void> {
  await change
    .insertInto('digest_runs')
    .values({
      schedule_id: run.scheduleId,
      due_at: toInstant(run.dueAt),
      skipped: writeJson(skipped),
      attempts: 0,
      next_attempt_at: toInstant(run.dueAt),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function runStore(
  db: Database,
  engine: Engine,
): Pick<DigestStore, 'dueReads' | 'claimRead' | 'renewRead' | 'finishRead' | 'retryRead'> {
  const runs = (change: Database) => leasedRows(change, engine, 'digest_runs');
  const keyOf = ({ scheduleId, dueAt }: DigestRun) => ({ schedule_id: scheduleId, due_at: toInstant(dueAt) });
  const held = (claim: Held) => ({ ...keyOf(claim), token: claim.token });

  return {
    async dueReads(scheduleId, now) {
      const rows = await runs(db)
        .due(now)
        .select('due_at')
        .where('schedule_id', '=', scheduleId)
        .orderBy('due_at')
        .execute();
      return rows.map((row) => ({ scheduleId, dueAt: fromInstant(row.due_at) }));
    },

    async claimRead(run, now, leaseMs) {
      const claimed = await runs(db)
        .claim(keyOf(run), now, leaseMs)
        .where((eb) => eb.not(eb.exists(earlier(db, run))))
        .where((eb) => eb.not(eb.exists(toPost(db, run))))
        .returning(['attempts', 'lease_token', 'problem', 'skipped'])
        .executeTakeFirst();
      if (claimed === undefined) return undefined;
      const { attempts, lease_token: token, problem, skipped } = claimed;
      return {
        ...run,
        token,
        attempt: attempts,
        problem: problem ?? undefined,
        skipped: readInstants(skipped),
      };
    },

    renewRead: (claim, now, leaseMs) => runs(db).renew(held(claim), now, leaseMs),

    finishRead: (claim, now, message, state) =>
      db.transaction().execute(async (change) => {
        if (!(await runs(change).finish(held(claim), now))) return false;
        await endNote(change, claim);
        await insertMessages(change, [message]);
        if (state) await keepPending(change, claim.scheduleId, state);
        return true;
      }),

    retryRead: (claim, nextAttemptAt, problem, note) =>
      db.transaction().execute(async (change) => {
        if (!(await runs(change).release(held(claim), nextAttemptAt, { problem }))) return false;
        await insertMessages(change, [note]);
        return true;
      }),
  };
}

/** An older run of the schedule that is not done: what it tells decides what the next one compares with. */
function earlier(db: Database, run: DigestRun) {
  return db
    .selectFrom('digest_runs as earlier')
    .select('earlier.due_at')
    .where('earlier.schedule_id', '=', run.scheduleId)
    .where('earlier.due_at', '<', toInstant(run.dueAt))
    .where('earlier.finished_at', 'is', null);
}

/** A digest of the schedule that is neither posted nor given up: the same. */
function toPost(db: Database, run: DigestRun) {
  const kind: OutboxMessage['kind'] = 'digest';
  return db
    .selectFrom('digest_messages')
    .select('id')
    .where('schedule_id', '=', run.scheduleId)
    .where('kind', '=', kind)
    .where('finished_at', 'is', null);
}

/**
 * The end of a run supersedes its note of an incomplete list: a note that was not being posted is deleted, so a replica
 * that claimed it finds no row to post from; one that may have been posted is looked for, and not posted again.
 */
async function endNote(change: Change, run: DigestRun): Promise<void> {
  const kind: OutboxMessage['kind'] = 'incomplete';
  await change
    .deleteFrom('digest_messages')
    .where('schedule_id', '=', run.scheduleId)
    .where('due_at', '=', toInstant(run.dueAt))
    .where('kind', '=', kind)
    .where('posting_at', 'is', null)
    .where('finished_at', 'is', null)
    .execute();
  await change
    .updateTable('digest_messages')
    .set({ expires_at: toInstant(0) })
    .where('schedule_id', '=', run.scheduleId)
    .where('due_at', '=', toInstant(run.dueAt))
    .where('kind', '=', kind)
    .where('finished_at', 'is', null)
    .execute();
}

/** Owns schedules and due digests in the database: one replica accounts for a due time, one at a time reads its list. */

import type { DigestStore, OutboxMessage, ScheduleRecord } from '../payouts/digest/port.ts';
import type { DigestRun } from '../payouts/digest/run.ts';
import { DAY_MS } from '../payouts/time.ts';
import { digestMessageStore, insertMessages } from './digest-messages.ts';
import { digestStateStore, keepPending } from './digest-states.ts';
import { fromInstant, toInstant } from './instant.ts';
import { leases } from './lease.ts';
import type { Engine } from './engine.ts';
import type { Change, Database } from './schema.ts';

/** Replicas' clocks differ by less: a mark further ahead was set by a wrong clock, and would suppress the digest. */
const MARK_AHEAD_MS = DAY_MS;

/** The claim of a run: its holder compares and swaps on the token. */
type Held = DigestRun & { token: number };

export function digestStore(db: Database, engine: Engine): DigestStore {
  return {
    ...scheduleStore(db),
    ...runStore(db, engine),
    ...digestMessageStore(db, engine),
    ...digestStateStore(db),
  };
}

function scheduleStore(db: Database): Pick<DigestStore, 'adopt' | 'mark' | 'account'> {
  const mark = async (schedule: ScheduleRecord): Promise<number | undefined> => {
    const row = await db
      .selectFrom('digest_schedules')
      .select('mark_at')
      .where('id', '=', schedule.id)
      .where('cron', '=', schedule.cron)
      .where('timezone', '=', schedule.timezone)
      .executeTakeFirst();
    return row && fromInstant(row.mark_at);
  };
  return {
    mark,

    async adopt(schedule, now) {
      const { id, cron, timezone } = schedule;
      const fresh = { cron, timezone, mark_at: toInstant(now) };
      await db
        .insertInto('digest_schedules')
        .values({ id, ...fresh })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet(fresh)
            .where((eb) =>
              eb.or([
                eb('digest_schedules.cron', '<>', cron),
                eb('digest_schedules.timezone', '<>', timezone),
                eb('digest_schedules.mark_at', '>', toInstant(now + MARK_AHEAD_MS)),
              ]),
            ),
        )
        .execute();
      // Another replica may adopt its own schedule in between: then this one has nothing to account for.
      return (await mark(schedule)) ?? now;
    },

    async account(schedule, from, to, { run, messages }) {
      return db.transaction().execute(async (change) => {
        const moved = await change
          .updateTable('digest_schedules')
          .set({ mark_at: toInstant(to) })
          .where('id', '=', schedule.id)
          .where('cron', '=', schedule.cron)
          .where('timezone', '=', schedule.timezone)
          .where('mark_at', '=', toInstant(from))
          .executeTakeFirst();
        if (moved.numUpdatedRows === 0n) return false;
        if (run !== undefined) {
          await change
            .insertInto('digest_runs')
            .values({
              schedule_id: schedule.id,
              due_at: toInstant(run),
              attempts: 0,
              next_attempt_at: toInstant(run),
            })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        }
        await insertMessages(change, messages);
        return true;
      });
    },
  };
}

function runStore(
  db: Database,
  engine: Engine,
): Pick<DigestStore, 'dueReads' | 'claimRead' | 'renewRead' | 'finishRead' | 'retryRead'> {
  const lease = leases(engine);
  const unfinished = (change: Database | Change, run: DigestRun) =>
    change
      .updateTable('digest_runs')
      .where('schedule_id', '=', run.scheduleId)
      .where('due_at', '=', toInstant(run.dueAt))
      .where('finished_at', 'is', null);
  /** Compare-and-swap on the fencing token. */
  const held = (change: Database | Change, claim: Held) =>
    unfinished(change, claim).where('lease_token', '=', claim.token);

  return {
    async dueReads(scheduleId, now) {
      const rows = await db
        .selectFrom('digest_runs')
        .select('due_at')
        .where('schedule_id', '=', scheduleId)
        .where('finished_at', 'is', null)
        .where('next_attempt_at', '<=', toInstant(now))
        .where((eb) => lease.free(eb.ref('lease_until'), now))
        .orderBy('due_at')
        .execute();
      return rows.map((row) => ({ scheduleId, dueAt: fromInstant(row.due_at) }));
    },

    async claimRead(run, now, leaseMs) {
      const claimed = await unfinished(db, run)
        .set((eb) => ({
          attempts: eb('attempts', '+', 1),
          lease_token: eb('lease_token', '+', 1),
          lease_until: lease.until(now, leaseMs),
        }))
        .where('next_attempt_at', '<=', toInstant(now))
        .where((eb) => lease.free(eb.ref('lease_until'), now))
        .where((eb) => eb.not(eb.exists(earlier(db, run))))
        .where((eb) => eb.not(eb.exists(toPost(db, run))))
        .returning(['attempts', 'lease_token', 'problem'])
        .executeTakeFirst();
      if (claimed === undefined) return undefined;
      const { attempts, lease_token: token, problem } = claimed;
      return { ...run, token, attempt: attempts, problem: problem ?? undefined };
    },

    async renewRead(claim, now, leaseMs) {
      const renewed = await held(db, claim)
        .set({ lease_until: lease.until(now, leaseMs) })
        .executeTakeFirst();
      return renewed.numUpdatedRows > 0n;
    },

    async finishRead(claim, now, message, state) {
      return db.transaction().execute(async (change) => {
        const finished = await held(change, claim)
          .set({ finished_at: toInstant(now), lease_until: null })
          .executeTakeFirst();
        if (finished.numUpdatedRows === 0n) return false;
        await endNote(change, claim);
        await insertMessages(change, [message]);
        if (state) await keepPending(change, claim.scheduleId, state);
        return true;
      });
    },

    async retryRead(claim, nextAttemptAt, problem, note) {
      return db.transaction().execute(async (change) => {
        const released = await held(change, claim)
          .set({ next_attempt_at: toInstant(nextAttemptAt), lease_until: null, problem })
          .executeTakeFirst();
        if (released.numUpdatedRows === 0n) return false;
        await insertMessages(change, [note]);
        return true;
      });
    },
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

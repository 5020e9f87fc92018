/** Owns automatic reminders in the database: one row a step, inserted before its call, and the links they are stopped for. */

import { sql } from 'kysely';
import type { AutoReminderStore, AutoStep } from '../payouts/links/auto-remind-port.ts';
import { AUTO_AT_MOST, AUTO_HEARD_WITHIN_MS } from '../payouts/links/auto-remind-steps.ts';
import type { AppendAudit } from './audit.ts';
import { AT_ONCE, inSteps, someAtOnce } from './in-steps.ts';
import { toInstant } from './instant.ts';
import type { Database } from './schema.ts';

export function autoReminderStore(db: Database, appendAudit: AppendAudit): AutoReminderStore {
  return { ...claims(db), ...stops(db, appendAudit), ...lookUps(db) };
}

function claims(db: Database): Pick<AutoReminderStore, 'claim' | 'release' | 'settle'> {
  const row = ({ linkId, beforeMs }: AutoStep) =>
    db.updateTable('auto_reminders').where('link_id', '=', linkId).where('before_ms', '=', beforeMs);
  return {
    async claim({ linkId, beforeMs, expiresAt }, now) {
      const countsAt = toInstant(now + AUTO_HEARD_WITHIN_MS);
      // Two that count the same rows want the same number, and the key lets one of them in.
      const { rows } = await sql`
        insert into auto_reminders (link_id, number, before_ms, expires_at, counts_at, state)
        select earlier.link_id, earlier.last + 1, earlier.before_ms, ${toInstant(expiresAt)}, ${countsAt}, 'begun'
        from (
          select cast(${linkId} as text) as link_id, cast(${beforeMs} as bigint) as before_ms,
            coalesce(max(number), 0) as last, count(*) as amount
          from auto_reminders where link_id = ${linkId}
        ) as earlier
        where earlier.amount < ${AUTO_AT_MOST}
          and not exists (select 1 from auto_reminder_stops where link_id = ${linkId})
        on conflict do nothing
        returning number`.execute(db);
      return rows.length > 0;
    },

    async release({ linkId, beforeMs }) {
      await db
        .deleteFrom('auto_reminders')
        .where('link_id', '=', linkId)
        .where('before_ms', '=', beforeMs)
        .execute();
    },

    async settle(step, result, now) {
      await row(step)
        .set({ state: result, counts_at: toInstant(now) })
        .execute();
    },
  };
}

function stops(db: Database, appendAudit: AppendAudit): Pick<AutoReminderStore, 'setStopped'> {
  return {
    async setStopped(linkId, stopped, audit) {
      return db.transaction().execute(async (change) => {
        const changed = stopped
          ? await change
              .insertInto('auto_reminder_stops')
              .values({ link_id: linkId, user_id: audit.actorId, at: toInstant(audit.at) })
              .onConflict((conflict) => conflict.doNothing())
              .returning('link_id')
              .execute()
          : await change
              .deleteFrom('auto_reminder_stops')
              .where('link_id', '=', linkId)
              .returning('link_id')
              .execute();
        if (changed.length === 0) return false;
        await appendAudit(change, [audit]);
        return true;
      });
    },
  };
}

function lookUps(db: Database): Pick<AutoReminderStore, 'known' | 'remindedSince' | 'prune'> {
  return {
    async known(linkIds) {
      const claimed: Omit<AutoStep, 'expiresAt'>[] = [];
      const stopped: string[] = [];
      await someAtOnce(linkIds, async (some) => {
        const rows = await db
          .selectFrom('auto_reminders')
          .select(['link_id', 'before_ms'])
          .where('link_id', 'in', some)
          .orderBy('link_id')
          .orderBy('number')
          .execute();
        // PostgreSQL returns a bigint as text.
        for (const row of rows) claimed.push({ linkId: row.link_id, beforeMs: Number(row.before_ms) });
        const without = await db
          .selectFrom('auto_reminder_stops')
          .select('link_id')
          .where('link_id', 'in', some)
          .orderBy('link_id')
          .execute();
        stopped.push(...without.map(({ link_id: linkId }) => linkId));
      });
      return { claimed, stopped };
    },

    async remindedSince(since, until) {
      const rows = await db
        .selectFrom('auto_reminders')
        .select(({ fn }) => ['state', fn.countAll<number | string>().as('amount')])
        .where('counts_at', '>=', toInstant(since))
        .where('counts_at', '<', toInstant(until))
        .groupBy('state')
        .execute();
      const of = (...states: string[]): number =>
        rows
          .filter(({ state }) => states.includes(state))
          .reduce((sum, { amount }) => sum + Number(amount), 0);
      return { sent: of('sent'), notConfirmed: of('begun', 'unknown') };
    },

    async prune(expiredBefore, stoppedBefore) {
      await inSteps(() =>
        db
          .deleteFrom('auto_reminders')
          .where((eb) =>
            eb(
              eb.refTuple('link_id', 'number'),
              'in',
              eb
                .selectFrom('auto_reminders')
                .select(['link_id', 'number'])
                .where('expires_at', '<', toInstant(expiredBefore))
                .limit(AT_ONCE)
                .$asTuple('link_id', 'number'),
            ),
          )
          .executeTakeFirst(),
      );
      await inSteps(() =>
        db
          .deleteFrom('auto_reminder_stops')
          .where('link_id', 'in', (eb) =>
            eb
              .selectFrom('auto_reminder_stops')
              .select('link_id')
              .where('at', '<', toInstant(stoppedBefore))
              .limit(AT_ONCE),
          )
          .executeTakeFirst(),
      );
    },
  };
}

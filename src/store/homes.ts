/** Owns App Home in the database: who opened it, whether what it shows is behind, and what it counts. */

import { type SqlBool, sql } from 'kysely';
import { batchesOf } from '../payouts/cancel/batch.ts';
import { UNFINISHED } from '../payouts/cancel/request.ts';
import type { Counts, HomeStore } from '../payouts/home/port.ts';
import { fromRow } from './cancel-request-record.ts';
import type { Engine } from './engine.ts';
import { fromInstant, toInstant } from './instant.ts';
import { leases } from './lease.ts';
import type { Database, Report } from './schema.ts';

/** Exactly the predicate of the partial index `home_views_behind`: the planner compares the text. */
const IS_BEHIND = sql<SqlBool>`shown < wanted`;
/** Exactly the predicate of the partial index `cancel_requests_changed`. */
const IS_CHANGED = sql<SqlBool>`homes_version < version`;
/** As literals: with parameters SQLite does not see that the partial index fits. */
const IS_UNFINISHED = sql<SqlBool>`status in (${sql.join(UNFINISHED.map((status) => sql.lit(status)))})`;

export function homeStore(db: Database, engine: Engine, report: Report): HomeStore {
  return { ...openedHomes(db), ...leasedHomes(db, engine), ...changedRequests(db), ...contents(db, report) };
}

function openedHomes(
  db: Database,
): Pick<
  HomeStore,
  'opened' | 'claimWelcome' | 'releaseWelcome' | 'selectedAllAt' | 'selectAll' | 'openedSince' | 'want'
> {
  return {
    async opened(userId, now) {
      const openedAt = toInstant(now);
      await db
        .insertInto('home_views')
        .values({ user_id: userId, opened_at: openedAt, wanted: 1 })
        .onConflict((conflict) =>
          conflict.column('user_id').doUpdateSet((eb) => ({
            opened_at: openedAt,
            wanted: eb('home_views.wanted', '+', 1),
            // The person who opens it does not wait for an earlier failure's backoff.
            attempts: 0,
            next_attempt_at: null,
          })),
        )
        .execute();
    },

    async claimWelcome(userId, now) {
      const claimed = await db
        .insertInto('home_views')
        .values({ user_id: userId, welcomed_at: toInstant(now) })
        .onConflict((conflict) =>
          conflict
            .column('user_id')
            .doUpdateSet({ welcomed_at: toInstant(now) })
            .where('home_views.welcomed_at', 'is', null),
        )
        .returning('user_id')
        .executeTakeFirst();
      return claimed !== undefined;
    },

    async releaseWelcome(userId) {
      await db.updateTable('home_views').set({ welcomed_at: null }).where('user_id', '=', userId).execute();
    },

    async selectedAllAt(userId) {
      const row = await db
        .selectFrom('home_views')
        .select('selected_at')
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return row?.selected_at ? fromInstant(row.selected_at) : undefined;
    },

    async selectAll(userId, now) {
      const selectedAt = toInstant(now);
      await db
        .insertInto('home_views')
        .values({ user_id: userId, selected_at: selectedAt })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ selected_at: selectedAt }))
        .execute();
    },

    async openedSince(since, limit) {
      const rows = await db
        .selectFrom('home_views')
        .select('user_id')
        .where('opened_at', '>=', toInstant(since))
        .orderBy('opened_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ user_id: userId }) => userId);
    },

    async want(userIds) {
      if (userIds.length === 0) return;
      await db
        .updateTable('home_views')
        .set((eb) => ({ wanted: eb('wanted', '+', 1) }))
        .where('user_id', 'in', [...userIds])
        .where('opened_at', 'is not', null)
        .execute();
    },
  };
}

function changedRequests(db: Database): Pick<HomeStore, 'changes' | 'told'> {
  return {
    async changes(limit) {
      const rows = await db
        .selectFrom('cancel_requests')
        .select(['id', 'version', 'requested_by'])
        .where(IS_CHANGED)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id, version, requested_by: requestedBy }) => ({ id, version, requestedBy }));
    },

    async told(changes) {
      await db.transaction().execute(async (change) => {
        // In the order in which a batch is locked, so that the two cannot wait for each other.
        for (const { id, version } of changes.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
          await change
            .updateTable('cancel_requests')
            .set({ homes_version: version })
            .where('id', '=', id)
            .where('homes_version', '<', version)
            .execute();
        }
      });
    },
  };
}

function leasedHomes(db: Database, engine: Engine): Pick<HomeStore, 'claim' | 'settle' | 'behind'> {
  const lease = leases(engine);
  return {
    async claim(userId, now, leaseMs) {
      const row = await db
        .updateTable('home_views')
        .set((eb) => ({
          ...lease.taken(now, leaseMs),
          attempts: eb('attempts', '+', 1),
        }))
        .where('user_id', '=', userId)
        .where(IS_BEHIND)
        .where((eb) =>
          eb.or([eb('next_attempt_at', 'is', null), eb('next_attempt_at', '<=', toInstant(now))]),
        )
        .where((eb) => lease.free(eb.ref('lease_until'), now))
        .returning(['lease_token', 'wanted', 'attempts'])
        .executeTakeFirst();
      return row && { userId, token: row.lease_token, wanted: row.wanted, attempts: row.attempts };
    },

    async settle({ userId, token, wanted }, result) {
      const shown =
        'published' in result
          ? { shown: wanted, attempts: 0, next_attempt_at: null }
          : { next_attempt_at: toInstant(result.retryAt) };
      const settled = await db
        .updateTable('home_views')
        .set({ ...shown, lease_until: null })
        .where('user_id', '=', userId)
        .where('lease_token', '=', token)
        .executeTakeFirst();
      return settled.numUpdatedRows > 0n;
    },

    async behind(now, since, limit) {
      const rows = await db
        .selectFrom('home_views')
        .select('user_id')
        .where(IS_BEHIND)
        .where('opened_at', '>=', toInstant(since))
        .where((eb) =>
          eb.or([eb('next_attempt_at', 'is', null), eb('next_attempt_at', '<=', toInstant(now))]),
        )
        .where((eb) => lease.free(eb.ref('lease_until'), now))
        .orderBy('opened_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ user_id: userId }) => userId);
    },
  };
}

function contents(db: Database, report: Report): Pick<HomeStore, 'requestedBy' | 'counts'> {
  return {
    async requestedBy(userId, since, limit) {
      // Two indexes, since one condition of both would read all that the person ever requested.
      const own = db
        .selectFrom('cancel_requests')
        .select(['batch_id', 'requested_at'])
        .distinct()
        .where('requested_by', '=', userId);
      const found = await Promise.all([
        // Ordered outside: else SQLite takes the index in this order, which holds all of them too.
        db
          .selectFrom(own.where(IS_UNFINISHED).as('unfinished'))
          .selectAll()
          .orderBy('requested_at', 'desc')
          .limit(limit)
          .execute(),
        own
          .where('requested_at', '>=', toInstant(since))
          .orderBy('requested_at', 'desc')
          .limit(limit)
          .execute(),
      ]);
      const times = new Map(found.flat().map((row) => [row.batch_id, row.requested_at]));
      const latest = [...times].toSorted(([, one], [, other]) => (one < other ? 1 : -1)).slice(0, limit);
      const batchIds = latest.map(([batchId]) => batchId);
      if (batchIds.length === 0) return [];
      const rows = await db
        .selectFrom('cancel_requests')
        .selectAll()
        .where('batch_id', 'in', batchIds)
        .orderBy('id')
        .execute();
      return batchIds.flatMap((batchId) => {
        try {
          return batchesOf(rows.filter((row) => row.batch_id === batchId).map(fromRow));
        } catch (error) {
          // One record that cannot be read must not hide the others.
          report(error instanceof Error ? error : new Error(String(error)));
          return [];
        }
      });
    },

    async counts(since): Promise<Counts> {
      const rows = await db
        .selectFrom('audit')
        .select(({ fn }) => [
          'action',
          fn.count<number | string>('cancel_request_id').distinct().as('requests'),
          fn.count<number | string>('link_id').distinct().as('links'),
        ])
        .where('at', '>=', toInstant(since))
        .where('action', 'in', ['cancel.requested', 'cancel.rejected', 'cancel.executed', ...APPROVED])
        // The first of two approvals approves nothing yet.
        .where((eb) =>
          eb.or([eb('action', '!=', 'cancel.approved'), eb('approvals', '>=', eb.ref('approvals_required'))]),
        )
        .groupBy('action')
        .execute();
      const unknown = await db
        .selectFrom('cancel_requests')
        .select(({ fn }) => fn.countAll<number | string>().as('links'))
        .where(IS_UNFINISHED)
        .where('status', '=', 'unknown')
        .executeTakeFirstOrThrow();
      const of = (what: 'requests' | 'links', ...actions: string[]): number =>
        rows
          .filter(({ action }) => actions.includes(action))
          .reduce((sum, row) => sum + Number(row[what]), 0);
      return {
        opened: of('requests', 'cancel.requested'),
        approved: of('requests', ...APPROVED),
        rejected: of('requests', 'cancel.rejected'),
        cancelledLinks: of('links', 'cancel.executed'),
        unconfirmedLinks: Number(unknown.links),
      };
    },
  };
}

const APPROVED = ['cancel.approved', 'cancel.emergency_approved'];

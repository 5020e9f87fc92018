/** Owns exports in the database: leased runs, one at a time a person. */

import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { AuditEntry } from '../payouts/audit-entry.ts';
import type { ExportStore } from '../payouts/exports/port.ts';
import { EXPORT_KINDS, type ExportRun } from '../payouts/exports/run.ts';
import { KNOWN_STATUSES } from '../payouts/links/link.ts';
import type { AppendAudit } from './audit.ts';
import type { Engine } from './engine.ts';
import { fromInstant, toInstant } from './instant.ts';
import { maybe, readJson, writeJson } from './json.ts';
import { leasedRows, pruneFinished } from './leased-rows.ts';
import type { Database, Tables } from './schema.ts';

const details = z.object({
  query: z.object({
    what: z.enum(EXPORT_KINDS),
    statuses: z.array(z.enum(KNOWN_STATUSES)),
    from: z.string(),
    to: z.string(),
  }),
  message: maybe(z.object({ channelId: z.string(), ts: z.string() })),
  fileId: maybe(z.string()),
  counts: maybe(z.object({ rows: z.number(), undated: z.number(), unreadable: z.number() })),
});

const detailsOf = ({ query, message, fileId, counts }: ExportRun): string =>
  writeJson({ query, message, fileId, counts });

const toRun = (row: Selectable<Tables['export_runs']>): ExportRun => ({
  id: row.id,
  userId: row.user_id,
  startedAt: fromInstant(row.started_at),
  ...readJson(details, row.details, 'export'),
});

export function exportRunStore(db: Database, engine: Engine, appendAudit: AppendAudit): ExportStore {
  return {
    ...claims(db, engine),
    ...heldRuns(db, engine, appendAudit),
    ...stopping(db, engine, appendAudit),
  };
}

function stopping(
  db: Database,
  engine: Engine,
  appendAudit: AppendAudit,
): Pick<ExportStore, 'find' | 'stop' | 'isStopped'> {
  return {
    async find(id, userId) {
      const row = await db
        .selectFrom('export_runs')
        .selectAll()
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return row && toRun(row);
    },

    stop: (id, userId, now, audit) =>
      db.transaction().execute(async (change) => {
        const open = change
          .selectFrom('export_runs')
          .select('details')
          .where('id', '=', id)
          .where('user_id', '=', userId)
          .where('finished_at', 'is', null);
        // Locked: its holder stores the file's ID before it is shared, and must not between our look and our write.
        const row = await (engine === 'postgres' ? open.forUpdate() : open).executeTakeFirst();
        if (!row) return 'over';
        if (readJson(details, row.details, 'export').fileId !== undefined) return 'sending';
        await change
          .updateTable('export_runs')
          .set({ finished_at: toInstant(now), lease_until: null })
          .where('id', '=', id)
          .execute();
        await appendAudit(change, [audit]);
        return 'stopped';
      }),

    async isStopped({ id, token }) {
      // Who else ends a run took it up, and has a token of its own.
      const row = await db
        .selectFrom('export_runs')
        .select('id')
        .where('id', '=', id)
        .where('lease_token', '=', token)
        .where('finished_at', 'is not', null)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

function claims(db: Database, engine: Engine): Pick<ExportStore, 'start' | 'claim' | 'due' | 'prune'> {
  const runs = leasedRows(db, engine, 'export_runs');
  return {
    async start(run, now) {
      const started = await db
        .insertInto('export_runs')
        .values({
          id: run.id,
          user_id: run.userId,
          started_at: toInstant(run.startedAt),
          details: detailsOf(run),
          attempts: 0,
          next_attempt_at: toInstant(now),
          finished_at: null,
        })
        // Of the ID, or of the person's unfinished run: which one it was is read below.
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (started) return 'started';
      const known = await db
        .selectFrom('export_runs')
        .select('id')
        .where('id', '=', run.id)
        .executeTakeFirst();
      return known ? 'known' : 'busy';
    },

    async claim(id, now, leaseMs) {
      const row = await runs.claim({ id }, now, leaseMs).returningAll().executeTakeFirst();
      return row && { ...toRun(row), token: row.lease_token, attempts: row.attempts };
    },

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

    prune: (before) => pruneFinished(db, 'export_runs', before),
  };
}

function heldRuns(
  db: Database,
  engine: Engine,
  appendAudit: AppendAudit,
): Pick<ExportStore, 'renew' | 'save' | 'release' | 'finish'> {
  const runs = leasedRows(db, engine, 'export_runs');
  return {
    renew: (run, now, leaseMs) => runs.renew(run, now, leaseMs),

    save(run, audit?: AuditEntry) {
      return db.transaction().execute(async (change) => {
        const saved = await leasedRows(change, engine, 'export_runs').save(run, { details: detailsOf(run) });
        if (saved && audit) await appendAudit(change, [audit]);
        return saved;
      });
    },

    release: (run, nextAttemptAt) => runs.release(run, nextAttemptAt, { details: detailsOf(run) }),
    finish: (run, now) => runs.finish(run, now, { details: detailsOf(run) }),
  };
}

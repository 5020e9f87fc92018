/** Owns exports in the database: leased runs, one at a time a person. */

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
import type { Database } from './schema.ts';

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

export function exportRunStore(db: Database, engine: Engine, appendAudit: AppendAudit): ExportStore {
  return { ...claims(db, engine), ...heldRuns(db, engine, appendAudit) };
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
      return (
        row && {
          id: row.id,
          userId: row.user_id,
          startedAt: fromInstant(row.started_at),
          ...readJson(details, row.details, 'export'),
          token: row.lease_token,
          attempts: row.attempts,
        }
      );
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

/** Owns exports in the database: leased runs, one at a time a person. */

import { z } from 'zod';
import type { AuditEntry } from '../payouts/audit-entry.ts';
import type { ExportStore, HeldExport } from '../payouts/exports/port.ts';
import { EXPORT_KINDS, type ExportRun } from '../payouts/exports/run.ts';
import { KNOWN_STATUSES } from '../payouts/links/link.ts';
import type { AppendAudit } from './audit.ts';
import type { Engine } from './engine.ts';
import { AT_ONCE, inSteps } from './in-steps.ts';
import { fromInstant, toInstant } from './instant.ts';
import { maybe, readJson, writeJson } from './json.ts';
import { leases } from './lease.ts';
import type { Change, Database } from './schema.ts';

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
  const lease = leases(engine);
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
      const row = await db
        .updateTable('export_runs')
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
      const rows = await db
        .selectFrom('export_runs')
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
          .deleteFrom('export_runs')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('export_runs')
              .select('id')
              .where('finished_at', '<', toInstant(before))
              .limit(AT_ONCE),
          )
          .executeTakeFirst(),
      );
    },
  };
}

function heldRuns(
  db: Database,
  engine: Engine,
  appendAudit: AppendAudit,
): Pick<ExportStore, 'renew' | 'save' | 'release' | 'finish'> {
  const lease = leases(engine);
  /** Of the holder alone. */
  const held = (change: Database | Change, { id, token }: HeldExport) =>
    change
      .updateTable('export_runs')
      .where('id', '=', id)
      .where('lease_token', '=', token)
      .where('finished_at', 'is', null);

  return {
    async renew(run, now, leaseMs) {
      const renewed = await held(db, run)
        .set({ lease_until: lease.until(now, leaseMs) })
        .executeTakeFirst();
      return renewed.numUpdatedRows > 0n;
    },

    save(run, audit?: AuditEntry) {
      return db.transaction().execute(async (change) => {
        const saved = await held(change, run)
          .set({ details: detailsOf(run) })
          .executeTakeFirst();
        if (saved.numUpdatedRows === 0n) return false;
        if (audit) await appendAudit(change, [audit]);
        return true;
      });
    },

    async release(run, nextAttemptAt) {
      const released = await held(db, run)
        .set({ details: detailsOf(run), lease_until: null, next_attempt_at: toInstant(nextAttemptAt) })
        .executeTakeFirst();
      return released.numUpdatedRows > 0n;
    },

    async finish(run, now) {
      const finished = await held(db, run)
        .set({ details: detailsOf(run), lease_until: null, finished_at: toInstant(now) })
        .executeTakeFirst();
      return finished.numUpdatedRows > 0n;
    },
  };
}

/** Owns the files of digests in the database, and the totals that charts are drawn from. */

import type { Selectable } from 'kysely';
import type { DigestFile } from '../payouts/digest/files.ts';
import type { DigestFileStore, FileKey, HeldFile } from '../payouts/digest/files-port.ts';
import { AT_ONCE, inSteps } from './in-steps.ts';
import { fromInstant, toInstant } from './instant.ts';
import { KNOWN_STATUSES } from '../payouts/links/link.ts';
import { leasedRows, pruneFinished } from './leased-rows.ts';
import type { Engine } from './engine.ts';
import type { Database, Tables } from './schema.ts';

export function digestFileStore(db: Database, engine: Engine): DigestFileStore {
  return { ...planning(db), ...claims(db, engine), ...heldFiles(db, engine), ...dailyTotals(db) };
}

function planning(db: Database): Pick<DigestFileStore, 'posted' | 'plan' | 'prune'> {
  return {
    async posted(since) {
      const rows = await db
        .selectFrom('digest_messages as message')
        .select(['schedule_id', 'due_at', 'channel_id', 'ts', 'finished_at'])
        .where('kind', '=', 'digest')
        .where('ts', 'is not', null)
        .where('finished_at', '>', toInstant(since))
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('digest_files as file')
                .select('file.kind')
                .whereRef('file.schedule_id', '=', 'message.schedule_id')
                .whereRef('file.due_at', '=', 'message.due_at'),
            ),
          ),
        )
        .orderBy('finished_at')
        .execute();
      return rows.flatMap((row) =>
        row.ts === null || row.finished_at === null
          ? []
          : [
              {
                scheduleId: row.schedule_id,
                dueAt: fromInstant(row.due_at),
                channelId: row.channel_id,
                threadTs: row.ts,
                postedAt: fromInstant(row.finished_at),
              },
            ],
      );
    },

    async plan(files) {
      if (files.length === 0) return;
      await db
        .insertInto('digest_files')
        .values(
          files.map((file) => ({
            schedule_id: file.scheduleId,
            due_at: toInstant(file.dueAt),
            kind: file.kind,
            channel_id: file.channelId,
            thread_ts: file.threadTs,
            posted_at: toInstant(file.postedAt),
            file_id: null,
            attempts: 0,
            // Due at once, whatever the clock of the replica that finds it.
            next_attempt_at: toInstant(0),
            problem: null,
            finished_at: null,
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    prune: (before) => pruneFinished(db, 'digest_files', before),
  };
}

function claims(db: Database, engine: Engine): Pick<DigestFileStore, 'due' | 'claim'> {
  const files = leasedRows(db, engine, 'digest_files');
  return {
    async due(now, limit) {
      const rows = await files
        .due(now)
        .select(['schedule_id', 'due_at', 'kind', 'posted_at'])
        .orderBy('due_at')
        .orderBy('schedule_id')
        // The list comes first.
        .orderBy('kind', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toKey);
    },

    async claim(key, now, leaseMs) {
      const row = await files.claim(keyOf(key), now, leaseMs).returningAll().executeTakeFirst();
      return (
        row && {
          ...toFile(row),
          token: row.lease_token,
          attempts: row.attempts,
          problem: row.problem ?? undefined,
        }
      );
    },
  };
}

const keyOf = ({ scheduleId, dueAt, kind }: FileKey) => ({
  schedule_id: scheduleId,
  due_at: toInstant(dueAt),
  kind,
});

type FileRow = Selectable<Tables['digest_files']>;

function toKey(row: Pick<FileRow, 'schedule_id' | 'due_at' | 'kind' | 'posted_at'>): FileKey {
  return {
    scheduleId: row.schedule_id,
    dueAt: fromInstant(row.due_at),
    kind: row.kind,
    postedAt: fromInstant(row.posted_at),
  };
}

function toFile(row: FileRow): DigestFile {
  return {
    ...toKey(row),
    channelId: row.channel_id,
    threadTs: row.thread_ts,
    fileId: row.file_id ?? undefined,
  };
}

function heldFiles(
  db: Database,
  engine: Engine,
): Pick<DigestFileStore, 'renew' | 'save' | 'release' | 'finish'> {
  const files = leasedRows(db, engine, 'digest_files');
  const held = (file: HeldFile) => ({ ...keyOf(file), token: file.token });
  return {
    renew: (file, now, leaseMs) => files.renew(held(file), now, leaseMs),
    save: (file) => files.save(held(file), { file_id: file.fileId ?? null }),
    release: (file, nextAttemptAt) =>
      files.release(held(file), nextAttemptAt, { problem: file.problem ?? null }),
    finish: (file, now) => files.finish(held(file), now),
  };
}

function dailyTotals(db: Database): Pick<DigestFileStore, 'record' | 'totals' | 'pruneTotals'> {
  return {
    async record({ scheduleId }, totals) {
      if (totals.length === 0) return;
      await db
        .insertInto('daily_totals')
        .values(
          totals.map(({ day, status, count, totalPaise }) => ({
            schedule_id: scheduleId,
            day,
            status,
            count,
            paise: String(totalPaise),
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(['schedule_id', 'day', 'status']).doUpdateSet((eb) => ({
            count: eb.ref('excluded.count'),
            paise: eb.ref('excluded.paise'),
          })),
        )
        .execute();
    },

    async totals(scheduleId, from, to) {
      const rows = await db
        .selectFrom('daily_totals')
        .selectAll()
        .where('schedule_id', '=', scheduleId)
        .where('day', '>=', from)
        .where('day', '<=', to)
        .orderBy('day')
        .orderBy('status')
        .execute();
      return rows.flatMap(({ day, status: stored, count, paise }) => {
        const status = KNOWN_STATUSES.find((known) => known === stored);
        return status === undefined ? [] : [{ day, status, count, totalPaise: BigInt(paise) }];
      });
    },

    async pruneTotals(day) {
      await inSteps(() =>
        db
          .deleteFrom('daily_totals')
          .where((eb) =>
            eb(
              eb.refTuple('schedule_id', 'day', 'status'),
              'in',
              eb
                .selectFrom('daily_totals')
                .select(['schedule_id', 'day', 'status'])
                .where('day', '<', day)
                .limit(AT_ONCE)
                .$asTuple('schedule_id', 'day', 'status'),
            ),
          )
          .executeTakeFirst(),
      );
    },
  };
}

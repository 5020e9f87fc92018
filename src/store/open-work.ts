/** Owns counting what is open: few rows of partial indexes, never more than a limit. */

import { sql } from 'kysely';
import { z } from 'zod';
import type { MessageKind, OpenStatus, OpenWork, OpenWorkStore } from '../payouts/open-work.ts';
import { UNFINISHED } from '../payouts/cancel/request.ts';
import { fromInstant } from './instant.ts';
import type { Database } from './schema.ts';

/** No more rows of one kind are counted: what is asked every few seconds has to stay cheap, however much is behind. */
const MOST_COUNTED = 10_000;
/** As many digests as all channels of a workspace have at one due time. */
const MOST_DIGESTS = 200;

const count = z.coerce.number();
const requests = z.object({
  pending: count,
  approved: count,
  executing: count,
  unknown: count,
  unresolved: count,
} satisfies Record<OpenStatus, z.ZodType>);
const behind = z.object({
  card: count,
  digest: count,
  watch: count,
  home: count,
} satisfies Record<MessageKind, z.ZodType>);
const others = z.object({ watched: count, oldest: z.string().nullable() });

/** As literals: with parameters SQLite does not see that the partial indexes fit. */
const UNFINISHED_ROWS = sql`from cancel_requests where status in (${sql.join(UNFINISHED.map((status) => sql.lit(status)))})`;
const open = (status: (typeof UNFINISHED)[number]) => sql`(select count(*) from
  (select 1 as one ${UNFINISHED_ROWS} and status = ${sql.lit(status)} limit ${sql.lit(MOST_COUNTED)}) as counted)`;
const rows = (from: string) =>
  sql`(select count(*) from (select 1 as one from ${sql.raw(from)} limit ${sql.lit(MOST_COUNTED)}) as counted)`;

export function openWorkStore(db: Database): OpenWorkStore {
  const counts = sql`select
    ${open('pending')} as pending, ${open('approved')} as approved,
    ${open('executing')} as executing, ${open('unknown')} as unknown,
    ${rows(`cancel_requests where status = 'unresolved'`)} as unresolved,
    (select min(requested_at) from (select requested_at ${UNFINISHED_ROWS} and status = 'pending'
      limit ${sql.lit(MOST_COUNTED)}) as waiting) as oldest,
    ${rows('cards where shown_version < wanted_version')} as card,
    ${rows('digest_messages where finished_at is null')} as digest,
    ${rows('watch_messages where finished_at is null')} as watch,
    ${rows('home_views where shown < wanted')} as home,
    ${rows('watches')} as watched`;
  return {
    async read(): Promise<OpenWork> {
      const [found] = (await counts.execute(db)).rows;
      const { watched, oldest } = others.parse(found);
      const runs = await db
        .selectFrom('digest_runs')
        .select(['schedule_id', 'due_at'])
        .where('finished_at', 'is', null)
        .limit(sql.lit(MOST_DIGESTS))
        .execute();
      const messages = await db
        .selectFrom('digest_messages')
        .select(['schedule_id', 'due_at'])
        .where('finished_at', 'is', null)
        .where('kind', '=', sql.lit('digest'))
        .limit(sql.lit(MOST_DIGESTS))
        .execute();
      return {
        requests: requests.parse(found),
        oldestPendingAt: oldest === null ? undefined : fromInstant(oldest),
        behind: behind.parse(found),
        watched,
        openDigests: [...runs, ...messages].map(({ schedule_id: scheduleId, due_at: dueAt }) => ({
          scheduleId,
          dueAt: fromInstant(dueAt),
        })),
      };
    },
  };
}

/**
 * Owns what digests told, in the database: of each schedule the open links of its last posted digest. What a digest that
 * waits to be posted tells is pending in the same rows, until it is posted or given up.
 */

import type { ExpressionBuilder } from 'kysely';
import { z } from 'zod';
import type { DigestStore } from '../payouts/digest/port.ts';
import {
  type StateChange,
  TOLD_STATUSES,
  type ToldLink,
  type ToldState,
  type ToldStatus,
} from '../payouts/digest/told.ts';
import { AT_ONCE, inSteps, someAtOnce } from './in-steps.ts';
import { maybe, writeJson } from './json.ts';
import type { Change, Database, Tables } from './schema.ts';

/** Deleted once that is told. */
const GONE = 'gone';
/** Rows read at once. */
const A_READ = 500;

const header = z.object({ at: z.number(), purpose: maybe(z.string()), isKept: z.boolean() });

export function digestStateStore(db: Database): Pick<DigestStore, 'told'> {
  const told = async (scheduleId: string): Promise<ToldState | undefined> => {
    const stored = await storedHeader(db, scheduleId);
    const known = headerOf(stored);
    if (!known?.isKept) return undefined;
    const links = new Map<string, ToldStatus>();
    for await (const rows of toldRows(db, scheduleId)) {
      for (const { link_id, status } of rows) {
        const one = TOLD_STATUSES.find((each) => each === status);
        if (one) links.set(link_id, one);
      }
    }
    // A digest that was posted between two pages has written a header of its own.
    if ((await storedHeader(db, scheduleId)) !== stored) return told(scheduleId);
    return { at: known.at, purpose: known.purpose, links };
  };
  return { told };
}

async function storedHeader(db: Database, scheduleId: string): Promise<string | null | undefined> {
  const state = await db
    .selectFrom('digest_states')
    .select('told')
    .where('schedule_id', '=', scheduleId)
    .executeTakeFirst();
  return state?.told;
}

/** In pages: 20,000 rows at once keep the event loop waiting. */
async function* toldRows(db: Database, scheduleId: string) {
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('digest_links')
      .select(['link_id', 'status'])
      .where('schedule_id', '=', scheduleId)
      .where('link_id', '>', after)
      .where('status', 'is not', null)
      .orderBy('link_id')
      .limit(A_READ)
      .execute();
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < A_READ) return;
    after = last.link_id;
  }
}

/** Undefined when it cannot be read: the next digest then compares with nothing, instead of none being posted for ever. */
function headerOf(text: string | null | undefined): z.output<typeof header> | undefined {
  try {
    return header.safeParse(JSON.parse(text ?? 'null')).data;
  } catch {
    return undefined;
  }
}

/** Keeps what a digest tells as pending. One digest of a schedule waits at a time; a left-over of another is dropped. */
export async function keepPending(change: Change, scheduleId: string, state: StateChange): Promise<void> {
  await dropPending(change, scheduleId);
  const { at, purpose, isKept } = state;
  const next = writeJson({ at, purpose, isKept });
  await change
    .insertInto('digest_states')
    .values({ schedule_id: scheduleId, told: null, next })
    .onConflict((conflict) => conflict.column('schedule_id').doUpdateSet({ next }))
    .execute();
  if (state.replaces) await markAllGone(change, scheduleId);
  await someAtOnce(state.gone, (some) =>
    change
      .updateTable('digest_links')
      .set({ next_status: GONE })
      .where('schedule_id', '=', scheduleId)
      .where('link_id', 'in', some)
      .execute(),
  );
  await someAtOnce<ToldLink>(state.set, (some) =>
    change
      .insertInto('digest_links')
      .values(
        some.map(({ linkId, status }) => ({
          schedule_id: scheduleId,
          link_id: linkId,
          status: null,
          next_status: status,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['schedule_id', 'link_id'])
          .doUpdateSet((eb) => ({ next_status: eb.ref('excluded.next_status') })),
      )
      .execute(),
  );
}

async function markAllGone(change: Change, scheduleId: string): Promise<void> {
  await inSteps(() =>
    change
      .updateTable('digest_links')
      .set({ next_status: GONE })
      .where('schedule_id', '=', scheduleId)
      .where('link_id', 'in', (eb) => pendingOf(eb, scheduleId, false))
      .executeTakeFirst(),
  );
}

/** The digest was posted: what was pending is what was told. */
export async function settlePending(change: Change, scheduleId: string): Promise<void> {
  const state = await change
    .selectFrom('digest_states')
    .select('next')
    .where('schedule_id', '=', scheduleId)
    .executeTakeFirst();
  if (!state?.next) return;
  await change
    .updateTable('digest_states')
    .set({ told: state.next, next: null })
    .where('schedule_id', '=', scheduleId)
    .execute();
  await inSteps(() =>
    change
      .deleteFrom('digest_links')
      .where('schedule_id', '=', scheduleId)
      .where('link_id', 'in', (eb) => pendingOf(eb, scheduleId).where('next_status', '=', GONE))
      .executeTakeFirst(),
  );
  await inSteps(() =>
    change
      .updateTable('digest_links')
      .set((eb) => ({ status: eb.ref('next_status'), next_status: null }))
      .where('schedule_id', '=', scheduleId)
      .where('link_id', 'in', (eb) => pendingOf(eb, scheduleId))
      .executeTakeFirst(),
  );
}

/** The digest was given up: nothing was told, so the next one tells it. */
export async function dropPending(change: Change, scheduleId: string): Promise<void> {
  await inSteps(() =>
    change
      .deleteFrom('digest_links')
      .where('schedule_id', '=', scheduleId)
      .where('link_id', 'in', (eb) => pendingOf(eb, scheduleId).where('status', 'is', null))
      .executeTakeFirst(),
  );
  await inSteps(() =>
    change
      .updateTable('digest_links')
      .set({ next_status: null })
      .where('schedule_id', '=', scheduleId)
      .where('link_id', 'in', (eb) => pendingOf(eb, scheduleId))
      .executeTakeFirst(),
  );
  await change
    .updateTable('digest_states')
    .set({ next: null })
    .where('schedule_id', '=', scheduleId)
    .where('next', 'is not', null)
    .execute();
}

/** The schedule is gone: nothing is compared with it any more. */
export async function forgetTold(change: Change, scheduleId: string): Promise<void> {
  await inSteps(() =>
    change
      .deleteFrom('digest_links')
      .where('schedule_id', '=', scheduleId)
      .where('link_id', 'in', (eb) =>
        eb.selectFrom('digest_links').select('link_id').where('schedule_id', '=', scheduleId).limit(AT_ONCE),
      )
      .executeTakeFirst(),
  );
  await change.deleteFrom('digest_states').where('schedule_id', '=', scheduleId).execute();
}

/** Some links of the schedule that are pending, or are not. */
function pendingOf(eb: ExpressionBuilder<Tables, 'digest_links'>, scheduleId: string, isPending = true) {
  return eb
    .selectFrom('digest_links')
    .select('link_id')
    .where('schedule_id', '=', scheduleId)
    .where('next_status', isPending ? 'is not' : 'is', null)
    .limit(AT_ONCE);
}

/** Owns looks at what is watched: leased, and the step of each stored with its messages in one transaction. */

import type { HeldWatch, WatchStore } from '../payouts/watches/port.ts';
import {
  endedEntry,
  tellingOf,
  type Watcher,
  type WatchKind,
  type WatchStep,
} from '../payouts/watches/watch.ts';
import type { AppendAudit } from './audit.ts';
import type { Engine } from './engine.ts';
import { someAtOnce } from './in-steps.ts';
import { toInstant } from './instant.ts';
import { writeJson } from './json.ts';
import { leases, NEXT_TOKEN } from './lease.ts';
import type { Change, Database } from './schema.ts';
import type { Sealing } from './sealed.ts';
import { insertMessages } from './watch-messages.ts';
import { readFacts, readSubject, removeUnwatched, toFailing, watchersOf } from './watch-records.ts';

export interface WatchParts {
  seal: Sealing;
  appendAudit: AppendAudit;
}

type LookStore = Pick<WatchStore, 'due' | 'claim' | 'renew' | 'settle'>;

export function lookStore(db: Database, engine: Engine, { seal, appendAudit }: WatchParts): LookStore {
  const lease = leases(engine);
  return {
    async due(now, limit) {
      const rows = await db
        .selectFrom('watches')
        .select('key')
        .where('due_at', '<=', toInstant(now))
        .where((eb) => lease.free(eb.ref('lease_until'), now))
        .orderBy('due_at')
        .orderBy('key')
        .limit(limit)
        .execute();
      return rows.map(({ key }) => key);
    },

    async claim(key, now, leaseMs) {
      const row = await db
        .updateTable('watches')
        .set(lease.taken(now, leaseMs))
        .where('key', '=', key)
        .where('due_at', '<=', toInstant(now))
        .where((eb) => lease.free(eb.ref('lease_until'), now))
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      return {
        key,
        id: row.id,
        subject: readSubject(row.kind, row.subject, seal),
        facts: readFacts(row.facts),
        failing: toFailing(row),
        watchers: await watchersOf(db, key),
        token: row.lease_token,
      };
    },

    async renew(watch, now, leaseMs) {
      const renewed = await heldWatch(db, watch)
        .set({ lease_until: lease.until(now, leaseMs) })
        .executeTakeFirst();
      return renewed.numUpdatedRows > 0n;
    },

    async settle(watch, step) {
      return db.transaction().execute(async (change) => {
        const stored = await storeStep(change, watch, step);
        if (!stored) return false;
        const told = (await watchersOf(change, watch.key)).map((watcher) => ({
          watcher,
          ...tellingOf(watcher, step),
        }));
        await someAtOnce(told, async (some) => {
          await insertMessages(change, watch, step, { stored, told: some });
          const ended = some.flatMap(({ watcher, ends }) => (ends ? [watcher] : []));
          await removeWatchers(change, watch.key, ended);
          const entries = ended.map((watcher) => endedEntry(watcher, watch.subject, step));
          await appendAudit(change, entries);
        });
        await removeUnwatched(change, watch.key);
        return true;
      });
    },
  };
}

async function removeWatchers(change: Change, key: string, watchers: readonly Watcher[]): Promise<void> {
  const userIds = watchers.map(({ userId }) => userId);
  if (userIds.length === 0) return;
  await change.deleteFrom('watchers').where('key', '=', key).where('user_id', 'in', userIds).execute();
}

/** Of the holder alone: the compare of a compare-and-swap. */
const heldWatch = (change: Database, { key, id, token }: HeldWatch) =>
  change.updateTable('watches').where('key', '=', key).where('id', '=', id).where('lease_token', '=', token);

/** Undefined when the lease was lost. */
async function storeStep(
  change: Change,
  watch: HeldWatch,
  { facts, dueAt, failing }: WatchStep,
): Promise<{ kind: WatchKind; subject: string } | undefined> {
  return heldWatch(change, watch)
    .set({
      // Another step of the same look is none.
      lease_token: NEXT_TOKEN,
      facts: writeJson(facts),
      due_at: toInstant(dueAt),
      failing_since: failing ? toInstant(failing.since) : null,
      failing_told: failing?.told ? 1 : 0,
      lease_until: null,
    })
    .returning(['kind', 'subject'])
    .executeTakeFirst();
}

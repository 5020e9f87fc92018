/** Owns how a watched subject, and what is known of it, are written in the database. */

import { z } from 'zod';
import { ENVIRONMENTS } from '../payouts/links/link.ts';
import {
  NOTHING_KNOWN,
  WATCH_STATES,
  type WatchFacts,
  type Watcher,
  type WatchKind,
  type WatchStep,
  type WatchSubject,
} from '../payouts/watches/watch.ts';
import { fromInstant } from './instant.ts';
import { maybe, readJson, writeJson } from './json.ts';
import type { Change, Database } from './schema.ts';
import type { Sealing } from './sealed.ts';
import { keyOf } from './transactions.ts';

const instant = maybe(z.number());
export const storedFacts: z.ZodType<WatchFacts> = z.object({
  state: maybe(z.enum(WATCH_STATES)),
  stateSince: instant,
  seenAt: instant,
  amountPaise: instant,
  name: maybe(z.string()),
  claimedAt: instant,
  environment: maybe(z.enum(ENVIRONMENTS)),
});

const storedQuery = z.object({ externalRef: z.string(), date: z.string(), aeps: z.boolean() });

/** What a subject is found by: nothing private is readable in it (R14). */
export function watchKey(subject: WatchSubject): string {
  return subject.kind === 'link' ? `link ${subject.linkId}` : `transaction ${keyOf(subject.query)}`;
}

export function writeSubject(subject: WatchSubject, seal: Sealing): string {
  return subject.kind === 'link' ? subject.linkId : seal.seal(writeJson(subject.query));
}

/** Undefined when it was sealed with another secret. */
export function readSubject(kind: WatchKind, stored: string, seal: Sealing): WatchSubject | undefined {
  if (kind === 'link') return { kind, linkId: stored };
  const opened = seal.open(stored);
  return opened === undefined
    ? undefined
    : { kind, query: readJson(storedQuery, opened, 'watched transaction') };
}

/** Facts that cannot be read count as none: the next look finds them again. */
export function readFacts(stored: string): WatchFacts {
  try {
    return readJson(storedFacts, stored, 'watch');
  } catch {
    return NOTHING_KNOWN;
  }
}

interface WatcherRow {
  user_id: string;
  since: string;
  until: string;
  once: number;
}

export async function watchersOf(change: Database | Change, key: string): Promise<Watcher[]> {
  const rows = await change
    .selectFrom('watchers')
    .select(['user_id', 'since', 'until', 'once'])
    .where('key', '=', key)
    .orderBy('user_id')
    .execute();
  return rows.map(toWatcher);
}

export function toWatcher({ user_id: userId, since, until, once }: WatcherRow): Watcher {
  return { userId, since: fromInstant(since), until: fromInstant(until), once: once === 1 };
}

export function toFailing(row: { failing_since: string | null; failing_told: number }): WatchStep['failing'] {
  return row.failing_since === null
    ? undefined
    : { since: fromInstant(row.failing_since), told: row.failing_told === 1 };
}

/** A watch without watchers is none. Its row is locked by then. */
export async function removeUnwatched(change: Change, key: string): Promise<void> {
  await change
    .deleteFrom('watches')
    .where('key', '=', key)
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('watchers').select('user_id').where('watchers.key', '=', key))),
    )
    .execute();
}

/** Owns watches in memory. */

import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type {
  HeldMessage,
  HeldWatch,
  NewWatch,
  Watched,
  WatchLimits,
  WatchMessage,
  WatchStore,
} from '../../src/payouts/watches/port.ts';
import {
  endedEntry,
  tellingOf,
  type Watcher,
  type WatchStep,
  type WatchSubject,
} from '../../src/payouts/watches/watch.ts';
import { watchKey } from '../../src/store/watch-records.ts';
import { isFree, type LeasedRow, leasedRows, withoutLease } from './memory-leased-rows.ts';
import type { Operation } from './memory-store.ts';

interface Lease {
  token: number;
  leaseUntil: number | undefined;
}

interface StoredWatch extends NewWatch, Lease {
  key: string;
  failing: WatchStep['failing'];
  watchers: Map<string, Watcher>;
}

interface StoredMessage extends WatchMessage, LeasedRow {
  postingAt: number | undefined;
  ts: string | undefined;
}

const compare = (one: number | string, other: number | string): number =>
  one === other ? 0 : one < other ? -1 : 1;

export function watchOperations(operation: Operation, append: (entry: AuditEntry) => void): WatchStore {
  const watches = new Map<string, StoredWatch>();
  const outbox = leasedRows<StoredMessage>();
  const messages = outbox.rows;
  const of = (subject: WatchSubject) => watches.get(watchKey(subject));
  const byUser = (watch: StoredWatch) =>
    [...watch.watchers.values()].sort((one, other) => compare(one.userId, other.userId));
  const countOf = (userId?: string) =>
    [...watches.values()].reduce(
      (sum, { watchers }) => sum + (userId === undefined ? watchers.size : Number(watchers.has(userId))),
      0,
    );
  const isDue = (watch: StoredWatch, now: number) => watch.dueAt <= now && isFree(watch, now);
  const held = ({ key, id, token }: HeldWatch) => {
    const watch = watches.get(key);
    return watch?.id === id && watch.token === token ? watch : undefined;
  };

  return {
    start: operation(
      'watches.start',
      (watch: NewWatch, watcher: Watcher, limits: WatchLimits, entries: readonly AuditEntry[]) => {
        const there = of(watch.subject);
        const before = there?.watchers.get(watcher.userId);
        if (there && before) {
          there.dueAt = Math.min(there.dueAt, watch.dueAt);
          before.until = Math.max(before.until, watcher.until);
          before.once &&= watcher.once;
          return 'already' as const;
        }
        if (countOf(watcher.userId) >= limits.each) return 'too_many' as const;
        if (countOf() >= limits.inAll) return 'full' as const;
        const key = watchKey(watch.subject);
        const lease = { token: 0, leaseUntil: undefined };
        const added = there ?? { ...watch, key, ...lease, failing: undefined, watchers: new Map() };
        added.dueAt = Math.min(added.dueAt, watch.dueAt);
        watches.set(key, added);
        added.watchers.set(watcher.userId, watcher);
        for (const entry of entries) append(entry);
        return 'started' as const;
      },
    ),
    stop: operation(
      'watches.stop',
      (subject: WatchSubject, userId: string, entries: readonly AuditEntry[]) => {
        const watch = of(subject);
        if (!watch?.watchers.delete(userId)) return false;
        for (const [id, message] of messages) {
          const isUntold = message.finishedAt === undefined && message.postingAt === undefined;
          if (isUntold && message.userId === userId && id.startsWith(`${watch.id} `)) messages.delete(id);
        }
        if (watch.watchers.size === 0) watches.delete(watch.key);
        for (const entry of entries) append(entry);
        return true;
      },
    ),
    isWatching: operation(
      'watches.isWatching',
      (subject: WatchSubject, userId: string) => of(subject)?.watchers.has(userId) ?? false,
    ),
    watchedBy: operation('watches.watchedBy', (userId: string) =>
      [...watches.values()]
        .flatMap(({ key, subject, facts, failing, watchers }) => {
          const watcher = watchers.get(userId);
          return watcher ? [{ key, watched: { ...watcher, subject, facts, failing } }] : [];
        })
        .sort((one, other) => compare(other.watched.since, one.watched.since) || compare(one.key, other.key))
        .map(({ watched }): Watched => watched),
    ),
    hurry: operation('watches.hurry', (subject: WatchSubject, dueAt: number) => {
      const watch = of(subject);
      if (watch) watch.dueAt = Math.min(watch.dueAt, dueAt);
    }),
    due: operation('watches.due', (now: number, limit: number) =>
      [...watches.values()]
        .filter((watch) => isDue(watch, now))
        .sort((one, other) => compare(one.dueAt, other.dueAt) || compare(one.key, other.key))
        .slice(0, limit)
        .map(({ key }) => key),
    ),
    claim: operation('watches.claim', (key: string, now: number, leaseMs: number): HeldWatch | undefined => {
      const watch = watches.get(key);
      if (!watch || !isDue(watch, now)) return undefined;
      watch.token += 1;
      watch.leaseUntil = now + leaseMs;
      const { id, subject, facts, failing, token } = watch;
      return { key, id, subject, facts, failing, watchers: byUser(watch), token };
    }),
    renew: operation('watches.renew', (watch: HeldWatch, now: number, leaseMs: number) => {
      const stored = held(watch);
      if (stored) stored.leaseUntil = now + leaseMs;
      return stored !== undefined;
    }),
    settle: operation('watches.settle', (given: HeldWatch, step: WatchStep) => {
      const watch = held(given);
      if (!watch) return false;
      const { facts, failing, dueAt, at } = step;
      Object.assign(watch, { facts, failing, dueAt, leaseUntil: undefined, token: watch.token + 1 });
      for (const watcher of byUser(watch)) {
        const { userId } = watcher;
        const { news, ends } = tellingOf(watcher, step);
        if (news !== undefined) {
          const id = `${given.id} ${given.token} ${userId}`;
          const told = { before: given.facts.state, watchedSince: watcher.since, at };
          const fresh = { token: 0, leaseUntil: undefined, attempts: 0, postingAt: undefined, ts: undefined };
          const { subject } = watch;
          const message = { id, userId, subject, news, facts, ...told };
          messages.set(id, { ...message, ...fresh, nextAttemptAt: at, finishedAt: undefined });
        }
        if (!ends) continue;
        watch.watchers.delete(userId);
        append(endedEntry(watcher, given.subject, step));
      }
      if (watch.watchers.size === 0) watches.delete(watch.key);
      return true;
    }),
    dueMessages: operation('watches.dueMessages', outbox.due),
    claimMessage: operation('watches.claimMessage', (id: string, now: number, leaseMs: number) => {
      const message = outbox.claim(id, now, leaseMs);
      if (!message) return undefined;
      const { ts: _ts, postingAt, ...told } = withoutLease(message);
      return { ...told, maybePostedAt: postingAt };
    }),
    posting: operation('watches.posting', (given: HeldMessage, now: number, leaseMs: number) =>
      outbox.save(given, {
        postingAt: messages.get(given.id)?.postingAt ?? now,
        leaseUntil: now + leaseMs,
      }),
    ),
    finish: operation('watches.finish', ({ id }: HeldMessage, ts: string | undefined, now: number) => {
      const message = messages.get(id);
      if (message && message.finishedAt === undefined) {
        Object.assign(message, { ts, finishedAt: now, leaseUntil: undefined });
        return ts;
      }
      return message?.ts;
    }),
    tellLater: operation(
      'watches.tellLater',
      (given: HeldMessage, nextAttemptAt: number, maybePosted: boolean) =>
        outbox.save(given, {
          nextAttemptAt,
          leaseUntil: undefined,
          ...(!maybePosted && { postingAt: undefined }),
        }),
    ),
    prune: operation('watches.prune', outbox.prune),
  };
}

/** Owns sample records of watches for the store's tests. */

import type { HeldMessage, HeldWatch, NewWatch } from '../../src/payouts/watches/port.ts';
import { NOTHING_KNOWN, type Watcher, type WatchStep } from '../../src/payouts/watches/watch.ts';
import { MINUTE, NOON } from './samples.ts';

/** A watch of a link. */
export function newWatch(change: Partial<NewWatch> = {}): NewWatch {
  return {
    id: 'w1',
    subject: { kind: 'link', linkId: 'link-1' },
    facts: NOTHING_KNOWN,
    dueAt: NOON,
    ...change,
  };
}

export function watcher({ userId, since, until, once }: Partial<Watcher> = {}): Watcher {
  return {
    userId: userId ?? 'U_MAKER',
    since: since ?? NOON,
    until: until ?? NOON + 60 * MINUTE,
    once: once ?? false,
  };
}

export function heldWatch(change: Partial<HeldWatch> = {}): HeldWatch {
  const { id, subject, facts } = newWatch();
  return { key: 'link link-1', id, subject, facts, failing: undefined, watchers: [], token: 1, ...change };
}

export function watchStep(change: Partial<WatchStep> = {}): WatchStep {
  const nothing = { failing: undefined, news: undefined, askedAt: undefined };
  return { at: NOON, facts: NOTHING_KNOWN, dueAt: NOON + 10 * MINUTE, ...nothing, ...change };
}

export function heldMessage(change: Partial<HeldMessage> = {}): HeldMessage {
  return {
    id: 'w1 1 U_MAKER',
    userId: 'U_MAKER',
    subject: { kind: 'link', linkId: 'link-1' },
    news: 'final',
    facts: NOTHING_KNOWN,
    before: undefined,
    watchedSince: NOON,
    at: NOON,
    token: 1,
    attempts: 1,
    maybePostedAt: undefined,
    ...change,
  };
}

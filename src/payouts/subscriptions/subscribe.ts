/** Owns what administrators do with schedules of digests: subscribe, change, remove, pause and resume. */

import { Conflict, NotFound, Refused } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { AuditEntry } from '../audit-entry.ts';
import type { Actor, Deps } from '../deps.ts';
import { createCalendar } from './calendar.ts';
import {
  changeKey,
  type Definition,
  dueOf,
  isOfSettings,
  isSame,
  MOST_COUNTED,
  newSubscription,
  nextTimes,
  rowOf,
  type Subscription,
} from './subscription.ts';
import { withSkipped } from './skip.ts';
import {
  CHANGED_MEANWHILE,
  NO_SUBSCRIPTION,
  NOT_A_CHANNEL,
  OF_SETTINGS,
  SAME_SUBSCRIPTION,
  TOO_MANY,
  TOO_MANY_IN_ALL,
} from './words.ts';

export const MOST_IN_CHANNEL = 10;
export const MOST_IN_ALL = 200;
/** A due time may be accounted for between our look and our change; more often than this it is not. */
const TRIES = 3;
const NEXT_SHOWN = 3;

/** A schedule with its next due times; none while it is paused. */
export interface Scheduled {
  subscription: Subscription;
  next: number[];
}

/** Rejects with Forbidden unless the person administers, with Refused where no digest can be posted. */
export async function requireSubscriber(deps: Deps, actor: Actor, channelId: string): Promise<void> {
  await requirePermission(deps, actor, 'administer', { subject: 'subscription.manage' });
  if (!/^[CG]/.test(channelId)) throw new Refused(NOT_A_CHANNEL);
}

/** `id`: the same each time the same submission is delivered, so that it subscribes once. */
export async function subscribe(
  deps: Deps,
  actor: Actor,
  { id, channelId, ...definition }: Definition & { id: string; channelId: string },
): Promise<Scheduled> {
  await requireSubscriber(deps, actor, channelId);
  const { subscriptions } = deps.store;
  const delivered = await subscriptions.find(id);
  if (delivered) return scheduled(deps, delivered);
  const all = await subscriptions.all();
  const here = all.filter((one) => one.channelId === channelId);
  if (here.some((one) => isSame(one, definition))) throw new Refused(SAME_SUBSCRIPTION);
  if (here.length >= MOST_IN_CHANNEL) throw new Refused(TOO_MANY(MOST_IN_CHANNEL));
  if (all.length >= MOST_IN_ALL) throw new Refused(TOO_MANY_IN_ALL(MOST_IN_ALL));
  const now = deps.clock();
  const subscription = newSubscription({ ...definition, id, channelId, createdBy: actor.userId }, now);
  const created = rowOf(subscription, { at: now, actorId: actor.userId, action: 'subscription.created' });
  await subscriptions.create(subscription, [created]);
  return scheduled(deps, subscription);
}

/** `version`: the one that the person saw. What was due by the former schedule is still read. */
export function changeSubscription(
  deps: Deps,
  actor: Actor,
  { id, version, ...definition }: Definition & { id: string; version: number },
): Promise<Scheduled> {
  return change(deps, actor, id, (before, now) => {
    if (isOfSettings(before)) throw new Refused(OF_SETTINGS);
    if (before.version !== version) throw new Conflict(CHANGED_MEANWHILE);
    const { after, run } = rescheduled(deps, { ...before, ...definition }, before, now);
    const row = { at: now, actorId: actor.userId, action: 'subscription.changed' } as const;
    return { after, run, audit: [{ ...rowOf(after, row), detail: changeKey(before, after) }] };
  });
}

/** What the former due times that came lead to when the days or times are others. */
function rescheduled(deps: Deps, changed: Subscription, before: Subscription, now: number) {
  const after = { ...changed, version: before.version + 1 };
  if (after.cron === before.cron && after.timezone === before.timezone) return { after, run: undefined };
  const due = dueTimes(deps, before, now);
  const past = before.paused ? due.all : [...due.missed, ...due.skipped];
  const skipped = withSkipped(before.skipped, past);
  if (before.paused || due.run === undefined)
    return { after: { ...after, markAt: now, skipped }, run: undefined };
  return { after: { ...after, markAt: now, skipped: [] }, run: { dueAt: due.run, skipped } };
}

function dueTimes({ settings }: Deps, { cron, timezone, markAt }: Subscription, now: number) {
  const all = createCalendar(cron, timezone).between(markAt, now, MOST_COUNTED);
  const { digestGraceMs: graceMs, digestSkip: skip } = settings;
  return { all, ...dueOf(all, now, { timezone, graceMs, skip }) };
}

/** Pauses it; undefined when it was paused before. */
export function pauseSubscription(deps: Deps, actor: Actor, id: string): Promise<Scheduled> {
  return change(deps, actor, id, (before, now) => {
    if (before.paused) return undefined;
    const paused = { why: 'person', at: now, by: actor.userId } as const;
    const after = { ...before, version: before.version + 1, paused };
    const row = { at: now, actorId: actor.userId, action: 'subscription.paused' } as const;
    return { after, endsAt: now, audit: [rowOf(after, row)] };
  });
}

/** Goes on from now; what was due meanwhile was skipped, and the next digest says so. */
export function resumeSubscription(deps: Deps, actor: Actor, id: string): Promise<Scheduled> {
  return change(deps, actor, id, (before, now) => {
    if (!before.paused) return undefined;
    const { all } = dueTimes(deps, before, now);
    const skipped = withSkipped(before.skipped, all);
    const after = { ...before, version: before.version + 1, paused: undefined, markAt: now, skipped };
    const row = { at: now, actorId: actor.userId, action: 'subscription.resumed' } as const;
    return { after, audit: [rowOf(after, row)] };
  });
}

/** Removes it: nothing of it is posted any more. Returns what it was. */
export async function removeSubscription(deps: Deps, actor: Actor, id: string): Promise<Subscription> {
  await requirePermission(deps, actor, 'administer', { subject: 'subscription.manage' });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await mustFind(deps, id);
    if (isOfSettings(before)) throw new Refused(OF_SETTINGS);
    const now = deps.clock();
    const row = { at: now, actorId: actor.userId, action: 'subscription.removed' } as const;
    const audit = [rowOf(before, row)];
    if (await deps.store.subscriptions.remove(before, { audit, endsAt: now })) return before;
  }
  throw new Conflict(CHANGED_MEANWHILE);
}

/** The schedules of a channel, oldest first. */
export async function subscriptionsOf(deps: Deps, actor: Actor, channelId: string): Promise<Scheduled[]> {
  await requirePermission(deps, actor, 'look', { subject: 'subscription.list' });
  return (await deps.store.subscriptions.of(channelId)).map((one) => scheduled(deps, one));
}

/** One of them, to be changed. */
export async function subscriptionToChange(deps: Deps, actor: Actor, id: string): Promise<Subscription> {
  await requirePermission(deps, actor, 'administer', { subject: 'subscription.manage' });
  const found = await mustFind(deps, id);
  if (isOfSettings(found)) throw new Refused(OF_SETTINGS);
  return found;
}

interface Changed {
  after: Subscription;
  audit: AuditEntry[];
  run?: { dueAt: number; skipped: readonly number[] } | undefined;
  endsAt?: number | undefined;
}

/** `step` is decided on what is stored; undefined: it is so already. */
async function change(
  deps: Deps,
  actor: Actor,
  id: string,
  step: (before: Subscription, now: number) => Changed | undefined,
): Promise<Scheduled> {
  await requirePermission(deps, actor, 'administer', { subject: 'subscription.manage' });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await mustFind(deps, id);
    const changed = step(before, deps.clock());
    if (!changed) return scheduled(deps, before);
    const { after, ...rest } = changed;
    if (await deps.store.subscriptions.save(before, after, rest)) return scheduled(deps, after);
  }
  throw new Conflict(CHANGED_MEANWHILE);
}

async function mustFind({ store }: Deps, id: string): Promise<Subscription> {
  const found = await store.subscriptions.find(id);
  if (!found) throw new NotFound(NO_SUBSCRIPTION);
  return found;
}

function scheduled(deps: Deps, subscription: Subscription): Scheduled {
  const skip = deps.settings.digestSkip;
  const next = subscription.paused ? [] : nextTimes(subscription, deps.clock(), { skip, amount: NEXT_SHOWN });
  return { subscription, next };
}

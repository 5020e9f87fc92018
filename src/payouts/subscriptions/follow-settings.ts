/** Owns the schedule that DIGEST_* set: it follows the settings at each start. */

import { type AuditAction, type AuditEntry, SYSTEM_ACTOR } from '../audit-entry.ts';
import type { Deps } from '../deps.ts';
import {
  changeKey,
  type Definition,
  isOfSettings,
  isSame,
  newSubscription,
  rowOf,
  type Subscription,
} from './subscription.ts';

/** Replicas that start together follow the same settings. */
const TRIES = 3;

/** What DIGEST_* say; undefined without DIGEST_CHANNEL. */
export type OfSettings = Omit<Definition, 'purpose'> & { channelId: string };

/** Brings the schedule of the settings up to date, at each start. A paused one stays paused. */
export async function followSettings(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  wanted: OfSettings | undefined,
): Promise<void> {
  const now = clock();
  const { subscriptions } = store;
  const id = wanted && `settings:${wanted.channelId}`;
  const row = (one: Subscription, action: AuditAction): AuditEntry =>
    rowOf(one, { at: now, actorId: SYSTEM_ACTOR, action });
  for (const one of (await subscriptions.all()).filter(isOfSettings)) {
    if (one.id !== id)
      await subscriptions.remove(one, { audit: [row(one, 'subscription.removed')], endsAt: now });
  }
  if (!wanted || id === undefined) return;
  const fresh = newSubscription({ ...wanted, purpose: undefined, id, createdBy: SYSTEM_ACTOR }, now);
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await subscriptions.create(fresh, [row(fresh, 'subscription.created')])) return;
    const before = await subscriptions.find(id);
    if (!before) continue;
    if (isSame(before, fresh)) return;
    const { cron, timezone, statuses } = fresh;
    const isOther = cron !== before.cron || timezone !== before.timezone;
    const changed = { ...before, cron, timezone, statuses, version: before.version + 1 };
    // Another expression or zone starts afresh: nothing is made up that never was due by it.
    const after = isOther ? { ...changed, markAt: now } : changed;
    const audit = [{ ...row(after, 'subscription.changed'), detail: changeKey(before, after) }];
    if (await subscriptions.save(before, after, { audit })) return;
  }
}

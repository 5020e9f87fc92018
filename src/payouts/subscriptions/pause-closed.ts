/** Owns what happens when Slack takes no message for a channel any more: its digests pause, and people are told once. */

import { isPayoutDeskError } from '../../errors.ts';
import { judgeMember } from '../access.ts';
import { SYSTEM_ACTOR } from '../audit-entry.ts';
import type { Deps } from '../deps.ts';
import type { OutboxMessage } from '../digest/port.ts';
import { noticeUntil } from '../digest/run.ts';
import { type ClosedReason, isOfSettings, rowOf, type Subscription } from './subscription.ts';

/** Makes what people read of these schedules. */
export type NoticeOf = (of: readonly Subscription[], why: ClosedReason, now: number) => unknown;

export interface Notices {
  /** To administrators, who can resume them. */
  paused: NoticeOf;
  /** Without administrators: nothing is paused. */
  refused: NoticeOf;
}

/**
 * Pauses all schedules of the channel. Without administrators nobody could resume them, so nothing is paused, the digests
 * are tried again, and who made them is told. Returns how many this call paused; safe to run twice, and on several replicas
 * at once.
 */
export async function pauseClosed(
  deps: Deps,
  { channelId, why, notices }: { channelId: string; why: ClosedReason; notices: Notices },
): Promise<number> {
  const open = (await deps.store.subscriptions.of(channelId)).filter(({ paused }) => !paused);
  if (open.length === 0) return 0;
  const administrators = await administratorIds(deps);
  // Slack does not say who administers: the next refused post asks again.
  if (administrators === undefined) return 0;
  const now = deps.clock();
  if (administrators.length === 0) {
    await tellMakers(deps, open, notices.refused(open, why, now), now);
    return 0;
  }
  let paused = 0;
  for (const before of open) {
    // One message tells of them all: it goes with the first that is paused.
    const messages =
      paused > 0 ? [] : noticesOf(before, now, administrators, notices.paused(open, why, now), now);
    const after = {
      ...before,
      version: before.version + 1,
      paused: { why, at: now, by: SYSTEM_ACTOR },
    };
    const audit = [rowOf(after, { at: now, actorId: SYSTEM_ACTOR, action: 'subscription.paused' })];
    if (await deps.store.subscriptions.save(before, after, { audit, messages, endsAt: now })) paused += 1;
  }
  return paused;
}

/**
 * Tells who made these schedules by direct message; for the one of the settings, or of somebody who left, the approvals
 * channel. Once: each refused post comes here, and the outbox ignores a second notice of the same schedule and time until
 * the first is pruned.
 */
async function tellMakers(
  deps: Deps,
  open: readonly Subscription[],
  content: unknown,
  now: number,
): Promise<void> {
  const [first] = open;
  if (!first) return;
  const makers = [...new Set(open.filter((one) => !isOfSettings(one)).map(({ createdBy }) => createdBy))];
  const present = await membersOf(deps, makers);
  const isOwnerless = present.length < makers.length || open.some(isOfSettings);
  const readers = isOwnerless ? [...present, deps.settings.approvalChannel] : present;
  const messages = noticesOf(first, first.createdAt, readers, content, now);
  // Nothing of the schedule changes: every replica still knows it.
  await deps.store.subscriptions.save(first, first, { audit: [], messages });
}

function noticesOf(
  { id }: Subscription,
  dueAt: number,
  readers: readonly string[],
  content: unknown,
  now: number,
): OutboxMessage[] {
  return readers.map((channelId) => ({
    scheduleId: id,
    dueAt,
    kind: 'paused',
    channelId,
    content,
    expiresAt: noticeUntil(now),
  }));
}

/** By name and of the groups, as far as Slack tells; undefined when it tells of none, though there may be some. */
async function administratorIds(deps: Deps): Promise<string[] | undefined> {
  const { policy, directory } = deps;
  const { users, groups } = policy.administer;
  let isKnown = true;
  const members = await Promise.all(
    groups.map(async (group): Promise<Iterable<string>> => {
      try {
        return await directory.groupMembers(group);
      } catch (error) {
        if (!isPayoutDeskError(error)) throw error;
        isKnown = false;
        return [];
      }
    }),
  );
  const found = await membersOf(deps, [...new Set([...users, ...members.flatMap((group) => [...group])])]);
  return found.length === 0 && !isKnown ? undefined : found;
}

async function membersOf(deps: Deps, userIds: readonly string[]): Promise<string[]> {
  const isMember = await Promise.all(
    userIds.map(async (userId) => (await judgeMember(deps, { userId })).allowed),
  );
  return userIds.filter((_, index) => isMember[index]);
}

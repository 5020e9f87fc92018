/** Owns what happens when Slack takes no message for a channel any more: its digests pause, and administrators are told once. */

import { isPayoutDeskError } from '../../errors.ts';
import { judgeMember } from '../access.ts';
import { SYSTEM_ACTOR } from '../audit-entry.ts';
import type { Deps } from '../deps.ts';
import type { OutboxMessage } from '../digest/port.ts';
import { noticeUntil } from '../digest/run.ts';
import { type ClosedReason, rowOf, type Subscription } from './subscription.ts';

/** Makes what administrators read of these schedules. */
export type NoticeOf = (paused: readonly Subscription[], why: ClosedReason, now: number) => unknown;

/**
 * Pauses all schedules of the channel. Without administrators nobody could resume them, so nothing is paused and the
 * digests are tried again. Returns how many this call paused; safe to run twice, and on several replicas at once.
 */
export async function pauseClosed(
  deps: Deps,
  { channelId, why, noticeOf }: { channelId: string; why: ClosedReason; noticeOf: NoticeOf },
): Promise<number> {
  const open = (await deps.store.subscriptions.of(channelId)).filter(({ paused }) => !paused);
  if (open.length === 0) return 0;
  const administrators = await administratorIds(deps);
  if (administrators.length === 0) return 0;
  const now = deps.clock();
  let paused = 0;
  for (const before of open) {
    // One message tells of them all: it goes with the first that is paused.
    const messages = paused > 0 ? [] : noticesOf(before, administrators, noticeOf(open, why, now), now);
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

function noticesOf(
  { id }: Subscription,
  administrators: readonly string[],
  content: unknown,
  now: number,
): OutboxMessage[] {
  return administrators.map((channelId) => ({
    scheduleId: id,
    dueAt: now,
    kind: 'paused',
    channelId,
    content,
    expiresAt: noticeUntil(now),
  }));
}

/** By name and of the groups, as far as Slack tells. */
async function administratorIds(deps: Deps): Promise<string[]> {
  const { policy, directory } = deps;
  const { users, groups } = policy.administer;
  const members = await Promise.all(
    groups.map(async (group): Promise<Iterable<string>> => {
      try {
        return await directory.groupMembers(group);
      } catch (error) {
        if (!isPayoutDeskError(error)) throw error;
        return [];
      }
    }),
  );
  const named = [...new Set([...users, ...members.flatMap((group) => [...group])])];
  const isMember = await Promise.all(
    named.map(async (userId) => (await judgeMember(deps, { userId })).allowed),
  );
  return named.filter((_, index) => isMember[index]);
}

/** Owns what Slack says of people and user groups, cached for five minutes. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import { isPayoutDeskError, Unavailable } from '../../errors.ts';
import { type Clock, MINUTE_MS } from '../../payouts/time.ts';
import type { Directory, PersonKind } from '../../payouts/directory.ts';
import { isTokenRefused } from './error-codes.ts';
import { call, SlackFailure } from './client.ts';

const TTL_MS = 5 * MINUTE_MS;
/** The longest Retry-After that is waited for; a form’s trigger lives 3 s. */
const SHORT_PAUSE_MS = 1_000;
/**
 * An API other than Slack's answers so; it has no guests or bots to tell apart. An HTTP failure does not count: it may
 * be a proxy's, and access fails closed.
 */
const NO_SUCH_METHOD = new Set(['unknown_method', 'method_not_supported']);

/** Why a user group could not be read: `code` is Slack's. */
export function groupUnreadable(code: string): string {
  const plan = code === 'plan_upgrade_required' ? ': the workspace’s plan has no user groups' : '';
  return `Slack did not return the members of the user group that grants this permission${plan} (${code}).`;
}

/** `teamId`: the workspace served; people of others are strangers. `person` and `groupMembers` reject with Unavailable. */
export function createDirectory(
  web: WebClient,
  teamId: string | undefined,
  clock: Clock,
  onTokenRefused: (code: string) => void = () => {},
): Directory {
  const readPerson = async (userId: string): Promise<Person> => {
    try {
      const { user } = await withShortRetry(() => web.users.info({ user: userId }));
      // Without a user in the answer access fails closed.
      if (!user) throw new Unavailable('Slack did not return the user’s account.');
      return { kind: kindOf(user, teamId), name: nameOf(user) };
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      if (isTokenRefused(error.code)) onTokenRefused(error.code);
      if (NO_SUCH_METHOD.has(error.code)) return { kind: 'member', name: undefined };
      if (error.code === 'user_not_found' || error.code === 'user_not_visible')
        return { kind: 'stranger', name: undefined };
      throw new Unavailable(`Slack did not return the user’s account (${error.code}).`, { cause: error });
    }
  };
  const readGroup = async (groupId: string): Promise<ReadonlySet<string>> => {
    try {
      const answer = await withShortRetry(() => web.usergroups.users.list({ usergroup: groupId }));
      return new Set(answer.users ?? []);
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      if (isTokenRefused(error.code)) onTokenRefused(error.code);
      throw new Unavailable(groupUnreadable(error.code), { cause: error });
    }
  };
  const known = memoize(readPerson, clock);
  return {
    person: async (userId, since) => (await known(userId, since)).kind,
    async name(userId) {
      try {
        return (await known(userId)).name;
      } catch (error) {
        // Without a name a card is still complete.
        if (!isPayoutDeskError(error)) throw error;
        return undefined;
      }
    },
    groupMembers: memoize(readGroup, clock),
  };
}

/** Retries once after a short Retry-After; a longer one fails at once. */
async function withShortRetry<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call(ask());
  } catch (error) {
    if (!(error instanceof SlackFailure) || error.retryAfterMs === undefined) throw error;
    if (error.retryAfterMs > SHORT_PAUSE_MS) throw error;
    await sleep(error.retryAfterMs);
    return await call(ask());
  }
}

/**
 * TTL cache with single-flight; failures are not cached. With `since` an answer read before that moment does not count;
 * without it a cached answer is returned at once, also while a newer one is being read.
 */
function memoize<Answer>(
  read: (id: string) => Promise<Answer>,
  clock: Clock,
): (id: string, since?: number) => Promise<Answer> {
  const known = new Map<string, { readAt: number; answer: Answer }>();
  const inFlight = new Map<string, { readAt: number; answer: Promise<Answer> }>();
  return async (id, since = -Infinity) => {
    const now = clock();
    const kept = known.get(id);
    if (kept && now - kept.readAt < TTL_MS && kept.readAt >= since) return kept.answer;
    const pending = inFlight.get(id);
    if (pending && pending.readAt >= since) return pending.answer;
    const entry = { readAt: now, answer: read(id) };
    inFlight.set(id, entry);
    try {
      const answer = await entry.answer;
      if ((known.get(id)?.readAt ?? -Infinity) <= now) known.set(id, { readAt: now, answer });
      return answer;
    } finally {
      if (inFlight.get(id) === entry) inFlight.delete(id);
    }
  };
}

type User = NonNullable<UsersInfoResponse['user']>;

interface Person {
  kind: PersonKind;
  name: string | undefined;
}

function nameOf(user: User): string | undefined {
  return user.profile?.real_name || user.real_name || user.profile?.display_name || undefined;
}

function kindOf(user: User, teamId: string | undefined): PersonKind {
  if (user.deleted) return 'deactivated';
  if (user.is_bot || user.id === 'USLACKBOT') return 'bot';
  const teams = [user.team_id, ...(user.enterprise_user?.teams ?? [])].filter(Boolean);
  if (user.is_stranger || (teamId && teams.length > 0 && !teams.includes(teamId))) return 'stranger';
  if (user.is_restricted || user.is_ultra_restricted) return 'guest';
  return 'member';
}

/** Owns what Slack tells about people and user groups, remembered for five minutes. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import { isPayoutDeskError, Unavailable } from '../../errors.ts';
import type { Clock, Directory, PersonKind } from '../../payouts/ports.ts';
import { MINUTE_MS } from '../../payouts/time.ts';
import { isTokenRefused } from './error-codes.ts';
import { call, SlackFailure } from './client.ts';

const KEPT_MS = 5 * MINUTE_MS;
/** The longest pause a person is kept waiting for; a form’s trigger lives 3 s. */
const SHORT_PAUSE_MS = 1_000;
/**
 * Slack always knows the method; an API whose own answer says that it does not has no guests or bots to tell apart. An
 * HTTP failure says nothing of the kind: a proxy may be in the way, and then nobody is let in.
 */
const NO_SUCH_METHOD = new Set(['unknown_method', 'method_not_supported']);

/** `teamId`: the workspace the desk serves; people of others are strangers. Failures are not remembered. */
export function createDirectory(
  web: WebClient,
  teamId: string | undefined,
  clock: Clock,
  onTokenRefused: (code: string) => void = () => {},
): Directory {
  const readPerson = async (userId: string): Promise<Person> => {
    try {
      const { user } = await patient(() => web.users.info({ user: userId }));
      // An answer that names nobody says nothing: access fails closed.
      if (!user) throw new Unavailable('Slack did not tell who somebody is (no user in its answer).');
      return { kind: kindOf(user, teamId), name: nameOf(user) };
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      if (isTokenRefused(error.code)) onTokenRefused(error.code);
      if (NO_SUCH_METHOD.has(error.code)) return { kind: 'member', name: undefined };
      if (error.code === 'user_not_found' || error.code === 'user_not_visible')
        return { kind: 'stranger', name: undefined };
      throw new Unavailable(`Slack did not tell who somebody is (${error.code}).`, { cause: error });
    }
  };
  const readGroup = async (groupId: string): Promise<ReadonlySet<string>> => {
    try {
      const answer = await patient(() => web.usergroups.users.list({ usergroup: groupId }));
      return new Set(answer.users ?? []);
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      if (isTokenRefused(error.code)) onTokenRefused(error.code);
      throw new Unavailable(
        error.code === 'plan_upgrade_required'
          ? 'Slack did not tell who is in the user group that grants this: the workspace’s plan has no user groups (plan_upgrade_required).'
          : `Slack did not tell who is in the user group that grants this (${error.code}).`,
        { cause: error },
      );
    }
  };
  const known = memoize(readPerson, clock);
  return {
    person: async (userId, since) => (await known(userId, since)).kind,
    async name(userId) {
      try {
        return (await known(userId)).name;
      } catch (error) {
        // A name is a courtesy: a card must not wait for it.
        if (!isPayoutDeskError(error)) throw error;
        return undefined;
      }
    },
    groupMembers: memoize(readGroup, clock),
  };
}

/** Asks again once when Slack asks for a short pause; a longer one is a failure at once. */
async function patient<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
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
 * TTL cache with single-flight; failures are not cached. Whoever wants to know it as it is `since` a moment waits for
 * a new answer; the others are given what is remembered meanwhile, also when that one fails.
 */
function memoize<Answer>(
  read: (id: string) => Promise<Answer>,
  clock: Clock,
): (id: string, since?: number) => Promise<Answer> {
  const known = new Map<string, { readAt: number; answer: Answer }>();
  const asking = new Map<string, { readAt: number; answer: Promise<Answer> }>();
  return async (id, since = -Infinity) => {
    const now = clock();
    const kept = known.get(id);
    if (kept && now - kept.readAt < KEPT_MS && kept.readAt >= since) return kept.answer;
    const underway = asking.get(id);
    if (underway && underway.readAt >= since) return underway.answer;
    const entry = { readAt: now, answer: read(id) };
    asking.set(id, entry);
    try {
      const answer = await entry.answer;
      if ((known.get(id)?.readAt ?? -Infinity) <= now) known.set(id, { readAt: now, answer });
      return answer;
    } finally {
      if (asking.get(id) === entry) asking.delete(id);
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

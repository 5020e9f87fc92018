/** Owns who belongs to a Slack user group, asked of Slack and remembered for five minutes. */

import type { WebClient } from '@slack/web-api';
import { Unavailable } from '../errors.ts';
import type { Clock, Directory } from '../payouts/ports.ts';
import { MINUTE_MS } from '../payouts/time.ts';
import { call, SlackFailure } from './post.ts';

const KEPT_MS = 5 * MINUTE_MS;

/** A failure is not remembered: the next question asks Slack again. */
export function createDirectory(web: WebClient, clock: Clock): Directory {
  const groups = new Map<string, { readAt: number; members: Promise<ReadonlySet<string>> }>();
  const read = async (groupId: string): Promise<ReadonlySet<string>> => {
    try {
      const answer = await call(web.usergroups.users.list({ usergroup: groupId }));
      return new Set(answer.users ?? []);
    } catch (error) {
      groups.delete(groupId);
      if (!(error instanceof SlackFailure)) throw error;
      throw new Unavailable(`Slack did not tell who is in a user group (${error.code}).`, { cause: error });
    }
  };
  return {
    groupMembers(groupId) {
      const known = groups.get(groupId);
      if (known && clock() - known.readAt < KEPT_MS) return known.members;
      const members = read(groupId);
      groups.set(groupId, { readAt: clock(), members });
      return members;
    },
  };
}

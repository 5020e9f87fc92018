/** Owns who is who: guests, bots and deactivated people, user groups, and the bot's own identity. */

import type { JsonObject } from './json.ts';
import { objectOf, objectsOf, textOf } from './json.ts';
import type { Method, MethodContext } from './methods.ts';
import { failure } from './refusal.ts';
import type { PersonProfile } from './workspace.ts';

export const PEOPLE_METHODS: Readonly<Record<string, Method>> = {
  async 'auth.test'(context) {
    const answer = await context.ask();
    return answer.ok === true ? { ...answer, is_enterprise_install: false } : answer;
  },

  async 'users.info'(context) {
    const answer = await context.ask();
    return answer.ok === true ? { ...answer, user: asSlackShows(context, objectOf(answer.user)) } : answer;
  },

  async 'users.list'(context) {
    const answer = await context.ask();
    if (answer.ok !== true) return answer;
    return { ...answer, members: objectsOf(answer.members).map((user) => asSlackShows(context, user)) };
  },

  async 'conversations.open'(context) {
    const asked = textOf(context.body.users).split(',');
    const people = context.people.filter(({ id }) => asked.includes(id));
    if (people.some(({ kind }) => kind === 'deactivated')) return failure('user_disabled');
    if (people.some(({ kind }) => kind === 'bot')) return failure('cannot_dm_bot');
    return await context.ask();
  },

  async 'conversations.info'(context) {
    const answer = await context.ask();
    // Slack does not admit that a private channel exists to a bot outside it; emulate does.
    return answer.error === 'not_in_channel' ? failure('channel_not_found') : answer;
  },

  'usergroups.list'(context) {
    const refusal = refuseGroups(context);
    if (refusal) return refusal;
    const usergroups = context.groups.list.map(({ id, handle, members }) => ({
      id,
      handle,
      name: handle,
      is_usergroup: true,
      user_count: members.length,
      date_delete: 0,
    }));
    return { ok: true, usergroups };
  },

  'usergroups.users.list'(context) {
    const refusal = refuseGroups(context);
    if (refusal) return refusal;
    const group = context.groups.list.find(({ id }) => id === context.body.usergroup);
    return group ? { ok: true, users: [...group.members] } : failure('no_such_subteam');
  },
};

function refuseGroups({ scopes, groups }: MethodContext): JsonObject | undefined {
  if (!scopes.includes('usergroups:read'))
    return failure('missing_scope', { needed: 'usergroups:read', provided: scopes.join(',') });
  return groups.planUpgradeRequired ? failure('plan_upgrade_required') : undefined;
}

const FLAGS: Readonly<Record<PersonProfile['kind'], JsonObject>> = {
  member: {},
  guest: { is_restricted: true },
  single_channel_guest: { is_restricted: true, is_ultra_restricted: true },
  bot: { is_bot: true },
  deactivated: { deleted: true },
  stranger: { is_stranger: true, team_id: 'T0OTHERCO' },
};

function asSlackShows({ people }: MethodContext, user: JsonObject): JsonObject {
  const person = people.find(({ id }) => id === user.id);
  return {
    ...user,
    is_restricted: false,
    is_ultra_restricted: false,
    tz: 'Asia/Kolkata',
    tz_offset: 19_800,
    ...(person ? FLAGS[person.kind] : {}),
  };
}

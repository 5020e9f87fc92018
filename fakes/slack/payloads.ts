/** Owns the shapes in which Slack tells the app what a person did. */

import { randomUUID } from 'node:crypto';
import type { SlackMessage, SlackView } from './board.ts';
import type { Found } from './find-element.ts';
import type { JsonObject } from './json.ts';
import { objectOf } from './json.ts';
import type { ChannelProfile, PersonProfile } from './workspace.ts';
import { BOT, TEAM } from './workspace.ts';

const VERIFICATION_TOKEN = 'not-a-secret-and-not-used';

export interface CommandStart {
  person: PersonProfile;
  command: string;
  text: string;
  channel: Pick<ChannelProfile, 'id' | 'name' | 'isPrivate'>;
  responseUrl: string;
  triggerId: string;
}

export function commandPayload(start: CommandStart): JsonObject {
  return {
    token: VERIFICATION_TOKEN,
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: start.channel.id,
    channel_name: shownName(start.channel),
    user_id: start.person.id,
    user_name: start.person.handle,
    command: start.command,
    text: start.text,
    api_app_id: BOT.appId,
    is_enterprise_install: 'false',
    response_url: start.responseUrl,
    trigger_id: start.triggerId,
  };
}

/** Commands and clicks name a private channel and a direct message by what they are. */
function shownName(channel: Pick<ChannelProfile, 'id' | 'name' | 'isPrivate'>): string {
  if (channel.id.startsWith('D')) return 'directmessage';
  return channel.isPrivate === true ? 'privategroup' : channel.name;
}

function envelope(type: string, person: PersonProfile, triggerId: string): JsonObject {
  return {
    type,
    team: { id: TEAM.id, domain: TEAM.domain },
    user: { id: person.id, username: person.handle, name: person.handle, team_id: TEAM.id },
    api_app_id: BOT.appId,
    token: VERIFICATION_TOKEN,
    trigger_id: triggerId,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** The action of a press: the element's identity and what was chosen. */
export function actionOf({ block, element }: Found, result: JsonObject): JsonObject {
  const { type, action_id, text, value, style } = element;
  const button = type === 'button' ? { text, value, style } : result;
  return { type, action_id, block_id: block.block_id, ...button, action_ts: `${Date.now() / 1_000}` };
}

export function messageClickPayload(
  person: PersonProfile,
  message: SlackMessage,
  channel: Pick<ChannelProfile, 'id' | 'name' | 'isPrivate'>,
  parts: { actions: JsonObject[]; state: JsonObject; triggerId: string; responseUrl: string },
): JsonObject {
  const isEphemeral = message.ephemeralFor !== undefined;
  return {
    ...envelope('block_actions', person, parts.triggerId),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    },
    channel: { id: message.channel, name: shownName(channel) },
    // Of an ephemeral message Slack sends no copy: an app that wants to know must carry it in the value.
    ...(isEphemeral ? {} : { message: messageOf(message) }),
    state: parts.state,
    response_url: parts.responseUrl,
    actions: parts.actions,
  };
}

export function viewClickPayload(
  person: PersonProfile,
  { id, view }: SlackView,
  parts: { actions: JsonObject[]; state: JsonObject; triggerId: string },
): JsonObject {
  return {
    ...envelope('block_actions', person, parts.triggerId),
    container: { type: 'view', view_id: id },
    view: { ...view, state: parts.state },
    actions: parts.actions,
  };
}

export function submissionPayload(
  person: PersonProfile,
  { view }: SlackView,
  state: JsonObject,
  triggerId: string,
): JsonObject {
  return { ...envelope('view_submission', person, triggerId), view: { ...view, state }, response_urls: [] };
}

export function closedPayload(person: PersonProfile, { view }: SlackView): JsonObject {
  const { trigger_id: _, ...rest } = envelope('view_closed', person, '');
  return { ...rest, view, is_cleared: false };
}

export function shortcutPayload(
  person: PersonProfile,
  callbackId: string,
  triggerId: string,
  on: { message: SlackMessage; channel: ChannelProfile; responseUrl: string } | undefined,
): JsonObject {
  const shared = { callback_id: callbackId, action_ts: `${Date.now() / 1_000}` };
  if (!on) return { ...envelope('shortcut', person, triggerId), ...shared };
  return {
    ...envelope('message_action', person, triggerId),
    ...shared,
    channel: { id: on.channel.id, name: shownName(on.channel) },
    message: messageOf(on.message),
    message_ts: on.message.ts,
    response_url: on.responseUrl,
  };
}

export function eventPayload(event: JsonObject): JsonObject {
  return {
    token: VERIFICATION_TOKEN,
    team_id: TEAM.id,
    api_app_id: BOT.appId,
    type: 'event_callback',
    event_id: `Ev${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1_000),
    authorizations: [{ enterprise_id: null, team_id: TEAM.id, user_id: BOT.userId, is_bot: true }],
    is_ext_shared_channel: false,
    event,
  };
}

function messageOf(message: SlackMessage): JsonObject {
  return {
    type: 'message',
    ...(message.author === undefined
      ? { user: BOT.userId, bot_id: BOT.botId, app_id: BOT.appId }
      : { user: message.author }),
    team: TEAM.id,
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.edits.length > 0 ? { edited: { user: BOT.botId, ts: message.ts } } : {}),
  };
}

/** A payload with another value, person or team in it than Slack would have put there. */
export function forged(
  payload: JsonObject,
  { value, userId, teamId }: { value?: string; userId?: string; teamId?: string },
): JsonObject {
  const copy = structuredClone(payload);
  const [action] = Array.isArray(copy.actions) ? copy.actions : [];
  if (value !== undefined) objectOf(action).value = value;
  if (userId !== undefined) {
    if (copy.user_id !== undefined) copy.user_id = userId;
    else objectOf(copy.user).id = userId;
  }
  if (teamId !== undefined) {
    if (copy.team_id !== undefined) copy.team_id = teamId;
    else objectOf(copy.team).id = teamId;
  }
  return copy;
}

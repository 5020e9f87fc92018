/** Owns emulate: an independent, stateful Slack Web API in this process, seeded with the workspace. */

import { createEmulator } from 'emulate';
import { createIdTranslation } from './id-translation.ts';
import type { JsonObject } from './json.ts';
import { mapStrings, objectOf, objectsOf, textOf } from './json.ts';
import type { ChannelProfile, PersonProfile } from './workspace.ts';
import { BOT, TEAM } from './workspace.ts';

export interface Upstream {
  /** One Web API call, in the workspace's own ids. */
  call(method: string, token: string, body: JsonObject): Promise<JsonObject>;
  /** The same with a token of the local Slack's own, for which emulate has every scope. */
  asAdmin(method: string, body: JsonObject): Promise<JsonObject>;
  /** Anything else (uploads, downloads, the inspector page), as it is. */
  relay(path: string, init: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export interface UpstreamOptions {
  /** Where the front listens: put in the place of emulate's own address in every answer. */
  origin: string;
  botToken: string;
  scopes: readonly string[];
  people: Readonly<Record<string, PersonProfile>>;
  channels: Readonly<Record<string, ChannelProfile>>;
}

const ADMIN_TOKEN = 'xoxp-the-local-slack-itself';
/** Emulate's first user and its team exist before any seed, with ids that cannot be chosen. */
const THEIR_ADMIN = 'U000000001';
const THEIR_TEAM = 'T000000001';

export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const emulator = await createEmulator({ service: 'slack', port: 0, seed: { slack: seedOf(options) } });
  const theirOrigin = new URL(emulator.url).origin;
  const listening = `http://127.0.0.1:${new URL(emulator.url).port}`;
  const ids = createIdTranslation();
  ids.add(THEIR_TEAM, TEAM.id);

  const relay = (path: string, init: RequestInit): Promise<Response> => fetch(listening + path, init);
  const call: Upstream['call'] = async (method, token, body) => {
    const response = await relay(`/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(ids.toTheirs(body)),
    });
    const answer = mapStrings(await response.json(), (text) => text.replaceAll(theirOrigin, options.origin));
    return objectOf(ids.toOurs(answer));
  };
  const asAdmin: Upstream['asAdmin'] = (method, body) => call(method, ADMIN_TOKEN, body);

  const { members } = await asAdmin('users.list', { limit: 1000 });
  for (const user of objectsOf(members)) {
    const person = Object.values(options.people).find((one) => one.handle === user.name);
    if (person) ids.add(textOf(user.id), person.id);
  }
  for (const channel of Object.values(options.channels)) {
    const made = await insist(asAdmin, 'conversations.create', {
      name: channel.name,
      is_private: channel.isPrivate === true,
    });
    ids.add(textOf(objectOf(made.channel).id), channel.id);
    const keys = channel.members ?? Object.keys(options.people);
    const users = keys.flatMap((key) => options.people[key]?.id ?? []);
    if (channel.hasBot !== false) users.push(BOT.userId);
    if (users.length > 0)
      await insist(asAdmin, 'conversations.invite', { channel: channel.id, users: users.join(',') });
  }
  // The bot's direct messages exist from the start, so that they too have ids one can write down.
  for (const person of Object.values(options.people)) {
    const opened = await call('conversations.open', BOT_SETUP_TOKEN, { users: person.id });
    ids.add(textOf(objectOf(opened.channel).id), directMessageId(person.id));
  }
  return { call, asAdmin, relay, close: () => emulator.close() };
}

/** The channel of a person's conversation with the bot. */
export function directMessageId(userId: string): string {
  return `D${userId.slice(1)}`;
}

const BOT_SETUP_TOKEN = 'xoxb-the-local-slack-itself';

function seedOf(options: UpstreamOptions): JsonObject {
  const bot = { app_id: BOT.appId, bot_id: BOT.botId, bot_user_id: BOT.userId, user_id: BOT.userId };
  return {
    team: { name: TEAM.name, domain: TEAM.domain },
    strict_scopes: true,
    users: Object.values(options.people).map((person) => ({
      name: person.handle,
      real_name: person.name,
      is_admin: person.isAdmin === true,
    })),
    oauth_apps: [
      {
        app_id: BOT.appId,
        client_id: 'payout.desk',
        client_secret: 'not-used-here',
        name: BOT.name,
        redirect_uris: [],
        scopes: options.scopes,
        bot_id: BOT.botId,
        bot_user_id: BOT.userId,
        bot_name: BOT.handle,
      },
    ],
    tokens: [
      { token: options.botToken, type: 'bot', scopes: options.scopes, ...bot },
      { token: BOT_SETUP_TOKEN, type: 'bot', ...bot },
      { token: ADMIN_TOKEN, user_id: THEIR_ADMIN },
    ],
  };
}

async function insist(call: Upstream['asAdmin'], method: string, body: JsonObject): Promise<JsonObject> {
  const answer = await call(method, body);
  if (answer.ok !== true) throw new Error(`emulate refused ${method}: ${JSON.stringify(answer)}`);
  return answer;
}

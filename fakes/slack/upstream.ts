/** Owns emulate: an independent, stateful Slack Web API in this process, seeded with the workspace. */

import { Agent, request } from 'node:http';
import { text as textIn } from 'node:stream/consumers';
import { createEmulator } from 'emulate';
import { createIdTranslation } from './id-translation.ts';
import type { JsonObject } from './json.ts';
import { objectOf, objectsOf, parseJson, textOf } from './json.ts';
import type { Stamps } from './stamps.ts';
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
  stamps: Stamps;
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

  const agent = new Agent({ keepAlive: true });
  const ask = async (method: string, token: string, body: JsonObject): Promise<JsonObject> => {
    const url = `${listening}/api/${method}`;
    const theirs = ids.toTheirs(options.stamps.toTheirs(body));
    const text = await post(url, agent, token, JSON.stringify(theirs));
    const answer = objectOf(ids.toOurs(parseJson(text.replaceAll(theirOrigin, options.origin))));
    return options.stamps.toOurs(answer);
  };
  const people = Object.values(options.people);
  const unopened = new Map(people.map(({ id }) => [id, directMessageId(id)]));
  const opening = new Map<string, Promise<void>>();
  /** The bot's direct messages have IDs that one can write down: each is opened before a call is about it. */
  const openFor = async (method: string, body: JsonObject): Promise<void> => {
    if (unopened.size === 0 || NAMES_NO_CONVERSATION.has(method)) return;
    const about = JSON.stringify(body);
    const isForAll = LISTS_CONVERSATIONS.has(method);
    const wanted = [...unopened].filter(([id, dm]) => isForAll || about.includes(id) || about.includes(dm));
    for (const [userId] of wanted) {
      opening.set(userId, opening.get(userId) ?? open(userId));
      await opening.get(userId);
    }
  };
  const open = async (userId: string): Promise<void> => {
    const opened = await ask('conversations.open', BOT_SETUP_TOKEN, { users: userId });
    ids.add(textOf(objectOf(opened.channel).id), directMessageId(userId));
    unopened.delete(userId);
  };
  const call: Upstream['call'] = async (method, token, body) => {
    await openFor(method, body);
    return await ask(method, token, body);
  };
  const relay = (path: string, init: RequestInit): Promise<Response> => fetch(listening + path, init);
  const asAdmin: Upstream['asAdmin'] = (method, body) => call(method, ADMIN_TOKEN, body);

  const [{ members }, { channels }] = await Promise.all([
    ask('users.list', ADMIN_TOKEN, { limit: 1000 }),
    ask('conversations.list', ADMIN_TOKEN, { limit: 1000, types: 'public_channel,private_channel' }),
  ]);
  for (const user of objectsOf(members)) {
    const person = people.find((one) => one.handle === user.name);
    if (person) ids.add(textOf(user.id), person.id);
  }
  for (const channel of Object.values(options.channels)) {
    const made = objectsOf(channels).find(({ name }) => name === channel.name);
    if (!made) throw new Error(`emulate made no channel ${channel.name}`);
    ids.add(textOf(made.id), channel.id);
  }
  await Promise.all(Object.values(options.channels).map((channel) => settleMembers(ask, channel, options)));
  const close = async (): Promise<void> => {
    agent.destroy();
    await emulator.close();
  };
  return { call, asAdmin, relay, close };
}

/** Emulate's seed puts all people in, and no bot. */
async function settleMembers(ask: Upstream['call'], channel: ChannelProfile, { people }: UpstreamOptions) {
  const admin: Upstream['asAdmin'] = (method, body) => ask(method, ADMIN_TOKEN, body);
  for (const [key, { id }] of Object.entries(people))
    if (channel.members?.includes(key) === false)
      await insist(admin, 'conversations.kick', { channel: channel.id, user: id });
  if (channel.hasBot !== false)
    await insist(admin, 'conversations.invite', { channel: channel.id, users: BOT.userId });
}

/** These name people at most, and are asked for each of them. */
const NAMES_NO_CONVERSATION: ReadonlySet<string> = new Set(['auth.test', 'users.info', 'users.list']);
const LISTS_CONVERSATIONS: ReadonlySet<string> = new Set(['conversations.list', 'users.conversations']);

/** By Node's own client, which takes less than `fetch`: hundreds of tests ask emulate dozens of times each. */
async function post(url: string, agent: Agent, token: string, body: string): Promise<string> {
  return await new Promise<string>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      textIn(answer).then(resolve, reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
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
    channels: Object.values(options.channels).map((channel) => ({
      name: channel.name,
      is_private: channel.isPrivate === true,
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

/** Owns the local Slack as a whole: emulate behind, the front before it, the people in front of both. */

import type { SlackMessage, SlackView } from './board.ts';
import { createBoard } from './board.ts';
import type { Wait } from './changes.ts';
import { createChanges } from './changes.ts';
import type { Delivered } from './deliveries.ts';
import { createDeliveries } from './deliveries.ts';
import type { Delivery } from './delivery.ts';
import { httpDelivery } from './delivery.ts';
import type { Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import type { Call } from './front.ts';
import { startFront } from './front.ts';
import type { JsonObject } from './json.ts';
import { textOf } from './json.ts';
import { answerMethod } from './methods.ts';
import { createPasses } from './passes.ts';
import { eventPayload } from './payloads.ts';
import type { Person } from './person.ts';
import { createPerson } from './person.ts';
import { answerResponseUrl } from './response-urls.ts';
import { realStamps, stampsBy } from './stamps.ts';
import type { ToTextOptions } from './to-text.ts';
import { toText } from './to-text.ts';
import { relayUpload } from './uploads.ts';
import { startUpstream } from './upstream.ts';
import type { ChannelKey, ChannelProfile, GroupProfile, PersonKey } from './workspace.ts';
import { BOT, CHANNELS, GROUPS, PEOPLE, SCOPES, TEAM } from './workspace.ts';

export interface SlackOptions {
  /** Runs trigger ids and response_urls; signatures are made with the wall clock. */
  now?: () => number;
  /** Time stamps of messages by `now` as well; default: by the real time, as emulate mints them. */
  stampsByNow?: boolean;
  port?: number;
  scopes?: readonly string[];
  groups?: readonly GroupProfile[];
  /** User groups as on a free plan. */
  planUpgradeRequired?: boolean;
  /** Where `/slack/events` is, if known already; else `deliverTo` once the app listens. */
  appUrl?: string;
  ackDeadlineMs?: number;
}

export interface ChangeOptions {
  /** Slack sends some events only sometimes. */
  withheld?: boolean;
}

export interface LocalSlack {
  /** Ends with a slash, as SLACK_API_URL wants it. */
  apiUrl: string;
  botToken: string;
  signingSecret: string;
  appToken: string;
  teamId: string;
  bot: typeof BOT;
  people: Readonly<Record<PersonKey, Person>>;
  channels: Readonly<Record<ChannelKey, ChannelProfile>>;
  /** A page of emulate's own: everything it holds. */
  inspectorUrl: string;

  /** Deliver over HTTP to this `.../slack/events`. */
  deliverTo(url: string): void;
  /** Deliver in another way, and answer apps.connections.open with its address. */
  deliverOver(delivery: Delivery, socketUrl?: () => string | undefined): void;

  /** The messages in a channel now, threads included, without ephemeral and deleted ones. */
  messages(channel: string | { id: string }): SlackMessage[];
  /** Everything ever shown, deleted and ephemeral messages included. */
  allMessages: readonly SlackMessage[];
  views: readonly SlackView[];
  calls: readonly Call[];
  callsTo(method: string): Call[];
  deliveries: readonly Delivered[];
  faults: Faults;
  groups: { list: readonly GroupProfile[]; planUpgradeRequired: boolean };

  waitFor<T>(look: () => T | undefined | null | false, wait?: Wait): Promise<T>;
  /** The first message in a channel, now or later, that `fits`. */
  message(
    channel: string | { id: string },
    fits: (message: SlackMessage) => boolean,
    wait?: Wait,
  ): Promise<SlackMessage>;
  /** For a page that shows all this: calls back after each change. */
  onChange(listener: () => void): () => void;
  /** As a person reads it, with the names of this workspace. */
  toText(shown: SlackMessage | SlackView, options?: Omit<ToTextOptions, 'names'>): string;
  personWith(userId: string): Person | undefined;
  /** Something outside changed that a `waitFor` looks at. */
  announce(): void;
  /** The workspace changes under the app's feet. Slack tells the app, unless it withholds the event. */
  archive(channel: string | { id: string }, options?: ChangeOptions): Promise<void>;
  removeBot(channel: string | { id: string }, options?: ChangeOptions): Promise<void>;
  inviteBot(channel: string | { id: string }): Promise<void>;
  close(): Promise<void>;
}

export const DEMO_SECRETS = {
  botToken: 'xoxb-local-payout-desk',
  appToken: 'xapp-local-payout-desk',
  signingSecret: 'local-signing-secret',
} as const;
const { botToken: BOT_TOKEN, appToken: APP_TOKEN, signingSecret: SIGNING_SECRET } = DEMO_SECRETS;

export async function startSlack(options: SlackOptions = {}): Promise<LocalSlack> {
  const now = options.now ?? Date.now;
  const scopes = options.scopes ?? SCOPES;
  const groups = {
    list: options.groups ?? Object.values(GROUPS),
    planUpgradeRequired: options.planUpgradeRequired ?? false,
  };
  const changes = createChanges(() => describe());
  const stamps = options.stampsByNow === true ? stampsBy(now) : realStamps();
  const board = createBoard(
    () => changes.announce(),
    () => stamps.mint(),
  );
  const faults = createFaults();
  const channels = Object.values(CHANNELS) as ChannelProfile[];
  let delivery: Delivery | undefined;
  let socketUrl: () => string | undefined = () => undefined;

  const front = await startFront(
    {
      faults,
      scopes,
      now,
      announce: () => changes.announce(),
      answerMethod: (method, token, body) => {
        const ask = (changed: JsonObject = body): Promise<JsonObject> =>
          upstream.call(method, token, changed);
        const people = Object.values(PEOPLE);
        const shared = { board, passes, scopes, people, channels, groups, upstream, botToken: BOT_TOKEN };
        const tokens = { botToken: BOT_TOKEN, appToken: APP_TOKEN, openConnection: () => socketUrl() };
        return answerMethod(method, token, tokens, { ...shared, body, ask });
      },
      answerResponseUrl: (path, body) =>
        answerResponseUrl({ board, passes, upstream, botToken: BOT_TOKEN }, path, body),
      relay: (request, content) => relayUpload(upstream, board, request, content),
    },
    options.port,
  );
  const upstream = await startUpstream({
    origin: front.origin,
    botToken: BOT_TOKEN,
    scopes,
    people: PEOPLE,
    channels: CHANNELS,
    stamps,
  });
  const passes = createPasses(front.origin, TEAM.id, now);
  const deliveries = createDeliveries(changes, () => {
    if (!delivery) throw new Error('nowhere to deliver to yet: call deliverTo or deliverOver');
    return delivery;
  });

  const person = (key: PersonKey): Person =>
    createPerson(PEOPLE[key], {
      board,
      changes,
      deliveries,
      passes,
      upstream,
      botToken: BOT_TOKEN,
      channels,
      defaultChannel: CHANNELS.payouts.id,
    });
  const people: Record<PersonKey, Person> = {
    operator: person('operator'),
    approver: person('approver'),
    secondApprover: person('secondApprover'),
    outsider: person('outsider'),
    admin: person('admin'),
    deactivated: person('deactivated'),
    otherBot: person('otherBot'),
    stranger: person('stranger'),
  };

  const idOf = (channel: string | { id: string }): string =>
    typeof channel === 'string' ? channel : channel.id;
  const messages = (channel: string | { id: string }): SlackMessage[] =>
    board.messages.filter(
      (one) => one.channel === idOf(channel) && !one.deleted && one.ephemeralFor === undefined,
    );
  const names = {
    user: (id: string) =>
      [...Object.values(PEOPLE), { ...BOT, id: BOT.userId }].find((one) => one.id === id)?.name ?? id,
    channel: (id: string) => channels.find((one) => one.id === id)?.name ?? id,
  };
  const asAdmin = async (method: string, body: JsonObject): Promise<void> => {
    const answer = await upstream.asAdmin(method, body);
    if (answer.ok !== true) throw new Error(`${method}: ${String(answer.error)}`);
  };
  /** As "channel_archive", or "group_archive" for a private channel. */
  const tellOf = async (
    channel: string | { id: string },
    what: string,
    more: JsonObject,
    { withheld = false }: ChangeOptions = {},
  ): Promise<void> => {
    if (!delivery || withheld) return;
    const isPrivate = channels.some(({ id, isPrivate: secret }) => id === idOf(channel) && secret === true);
    const event = {
      type: `${isPrivate ? 'group' : 'channel'}_${what}`,
      channel: idOf(channel),
      ...more,
      event_ts: board.mintTs(),
    };
    await deliveries.send({
      outbound: { type: 'events_api', payload: eventPayload(event) },
      options: {},
      onAck: async () => {},
    });
  };
  function describe(): string {
    const last = front.calls.slice(-8).map((call) => `${call.method} ${textOf(call.answer?.error) || 'ok'}`);
    return `${board.messages.length} messages; the last calls: ${last.join(', ') || 'none'}`;
  }

  const slack: LocalSlack = {
    apiUrl: `${front.origin}/api/`,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    appToken: APP_TOKEN,
    teamId: TEAM.id,
    bot: BOT,
    people,
    channels: CHANNELS,
    inspectorUrl: `${front.origin}/`,
    deliverTo(url) {
      const deadline = options.ackDeadlineMs === undefined ? {} : { ackDeadlineMs: options.ackDeadlineMs };
      delivery = httpDelivery({ url, signingSecret: SIGNING_SECRET, ...deadline });
    },
    deliverOver(other, address = () => undefined) {
      delivery = other;
      socketUrl = address;
    },
    messages,
    allMessages: board.messages,
    views: board.views,
    calls: front.calls,
    callsTo: (method) => front.calls.filter((call) => call.method === method),
    deliveries: deliveries.sent,
    faults,
    groups,
    waitFor: (look, wait) => changes.waitFor(look, wait),
    message: (channel, fits, wait = {}) =>
      changes.waitFor(() => messages(channel).find(fits), { what: `a message in ${idOf(channel)}`, ...wait }),
    onChange: (listener) => changes.subscribe(listener),
    toText: (shown, how = {}) => toText(shown, { ...how, names }),
    personWith: (userId) => Object.values(people).find(({ id }) => id === userId),
    announce: () => changes.announce(),
    async archive(channel, change) {
      await asAdmin('conversations.archive', { channel: idOf(channel) });
      await tellOf(channel, 'archive', { user: PEOPLE.admin.id }, change);
    },
    async removeBot(channel, change) {
      await asAdmin('conversations.kick', { channel: idOf(channel), user: BOT.userId });
      await tellOf(channel, 'left', { actor_id: PEOPLE.admin.id }, change);
    },
    inviteBot: (channel) => asAdmin('conversations.invite', { channel: idOf(channel), users: BOT.userId }),
    async close() {
      faults.clear();
      await front.close();
      await upstream.close();
    },
  };
  if (options.appUrl !== undefined) slack.deliverTo(options.appUrl);
  return slack;
}

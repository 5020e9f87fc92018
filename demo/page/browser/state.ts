/** Owns what the page knows: what the server sent, and where the person in front of it is. */

import type {
  PageChannel,
  PageInstantPay,
  PageMessage,
  PageNotice,
  PagePerson,
  PageScene,
  PageView,
  PersonId,
  SceneId,
  Update,
} from '../protocol.ts';

export interface Push {
  key: string;
  person: PersonId;
  /** As it was when it came: an edit of the message does not change it. */
  text: string;
  at: number;
  opened: boolean;
}

export interface State {
  people: PagePerson[];
  channels: PageChannel[];
  commands: { usage: string; does: string }[];
  messages: Map<string, PageMessage>;
  views: Map<string, PageView>;
  notices: Map<string, PageNotice>;
  pushes: Push[];
  instantpay: PageInstantPay;
  scenes: PageScene[];
  /** What to add to this machine's time. */
  clockShiftMs: number;
  desk: 'running' | 'down' | 'starting';
  /** Nothing was announced or marked as unread before the first update. */
  started: boolean;
  who: PersonId;
  /** A channel's ID, `home` or `direct`. */
  place: string;
  threadTs: string | undefined;
  phonePerson: PersonId;
  /** The message that was opened from a notification. */
  phoneOpen: string | undefined;
  /** Where the person acted last: a form that opens is shown there. */
  side: 'slack' | 'phone';
  /** Something was pressed on the phone, and no answer is seen yet. */
  awaitsAnswer: boolean;
  scene: SceneId;
  /** By person and channel: how many messages they have seen there. */
  seen: Map<string, number>;
}

export const state: State = {
  people: [],
  channels: [],
  commands: [],
  messages: new Map(),
  views: new Map(),
  notices: new Map(),
  pushes: [],
  instantpay: { links: [], calls: [], cancelCalls: 0, troubles: [] },
  scenes: [],
  clockShiftMs: 0,
  desk: 'starting',
  started: false,
  who: '',
  place: '',
  threadTs: undefined,
  phonePerson: '',
  phoneOpen: undefined,
  side: 'slack',
  awaitsAnswer: false,
  scene: 'look',
  seen: new Map(),
};

/** What came with an update and is to be said. */
export interface News {
  messages: PageMessage[];
  pushes: Push[];
  notices: PageNotice[];
}

export function apply(update: Update, now: number): News {
  const isFirst = !state.started || update.fresh === true;
  if (update.fresh) forget();
  if (update.clock !== undefined) state.clockShiftMs = update.clock - now;
  const { people, channels, commands, instantpay, scenes, desk } = update;
  Object.assign(
    state,
    Object.fromEntries(
      Object.entries({ people, channels, commands, instantpay, scenes, desk }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  );
  const news: News = { messages: [], pushes: [], notices: [] };
  for (const message of update.messages ?? []) take(message, news);
  for (const view of update.views ?? []) state.views.set(view.key, view);
  for (const notice of update.notices ?? []) {
    if (!state.notices.has(notice.key)) news.notices.push(notice);
    state.notices.set(notice.key, notice);
  }
  if (state.people.length > 0) settle();
  if (!isFirst) return news;
  // What was there before the page was opened is read.
  for (const person of state.people) for (const channel of channelsOf(person)) markSeen(person.id, channel);
  // Its notices are old, too.
  state.notices.clear();
  return { messages: [], pushes: [], notices: [] };
}

function take(message: PageMessage, news: News): void {
  const isNew = !state.messages.has(message.key);
  state.messages.set(message.key, message);
  if (!isNew || message.deleted) return;
  news.messages.push(message);
  for (const person of message.notifies) {
    const push = {
      key: `${message.key} ${person}`,
      person,
      text: message.text,
      at: message.at,
      opened: false,
    };
    state.pushes.unshift(push);
    news.pushes.push(push);
  }
}

function forget(): void {
  for (const part of [state.messages, state.views, state.notices, state.seen]) part.clear();
  state.pushes = [];
  state.phoneOpen = undefined;
  state.threadTs = undefined;
}

/** Where the page begins: as the operator, with the phone of the approver. */
function settle(): void {
  const named = (role: string): PersonId =>
    (state.people.find((one) => one.role === role) ?? state.people[0])?.id ?? '';
  if (!state.people.some(({ id }) => id === state.who)) state.who = named('operator');
  if (!state.people.some(({ id }) => id === state.phonePerson)) state.phonePerson = named('approver');
  if (state.place === '') state.place = state.channels[0]?.id ?? 'home';
  state.started = true;
}

export function personOf(id: PersonId): PagePerson | undefined {
  return state.people.find((one) => one.id === id);
}

export function channelName(id: string): string {
  const channel = state.channels.find((one) => one.id === id);
  if (channel) return `#${channel.name}`;
  return 'Payout Desk';
}

/** The ID of the channel at a place, for a person; undefined for App Home. */
export function channelAt(place: string, person: PersonId): string | undefined {
  if (place === 'home') return undefined;
  return place === 'direct' ? personOf(person)?.directMessages : place;
}

function channelsOf(person: PagePerson): string[] {
  return [...state.channels.map(({ id }) => id), person.directMessages];
}

/** What a person sees in a channel, the oldest first; what stands in a thread as well. */
export function messagesIn(channel: string | undefined, person: PersonId): PageMessage[] {
  return [...state.messages.values()]
    .filter(
      (one) =>
        one.channel === channel && !one.deleted && (one.onlyFor === undefined || one.onlyFor === person),
    )
    .toSorted((one, other) => Number(one.ts) - Number(other.ts));
}

const seenKey = (person: PersonId, channel: string): string => `${person} ${channel}`;

export function markSeen(person: PersonId, channel: string): void {
  state.seen.set(seenKey(person, channel), messagesIn(channel, person).length);
}

export function unseenIn(person: PersonId, channel: string): number {
  const all = messagesIn(channel, person).length;
  return Math.max(0, all - (state.seen.get(seenKey(person, channel)) ?? 0));
}

/** The form on top of a person's screen. */
export function openForm(person: PersonId): PageView | undefined {
  return [...state.views.values()].findLast(
    (one) => one.type === 'modal' && one.open && one.person === person,
  );
}

export function homeOf(person: PersonId): PageView | undefined {
  return [...state.views.values()].findLast((one) => one.type === 'home' && one.person === person);
}

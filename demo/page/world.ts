/** Owns what the page knows: everything that Slack and InstantPay show, and after each change what changed. */

import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import { objectOf, textOf } from '../../fakes/slack/json.ts';
import { COMMAND_WORDS } from '../../src/slack/parse/vocabulary.ts';
import type { Stage } from '../stage.ts';
import { CAST } from '../terminal/cast.ts';
import { createDrawn, type Drawn } from './drawn.ts';
import { createInstantPayNews } from './instantpay-news.ts';
import type { PageMessage, PageNotice, PageScene, PageView, Update } from './protocol.ts';
import type { Scenes } from './scenes.ts';
import type { Troubles } from './troubles.ts';
import { whoIsNotified } from './notified.ts';

export interface World {
  /** Everything, then each change; returns the way to stop. */
  subscribe(listener: (update: Update) => void): () => void;
  message(key: string): SlackMessage | undefined;
  view(key: string): SlackView | undefined;
  file(id: string): SlackMessage['files'][number] | undefined;
  /** Slack's own word to a person, such as that a button did nothing. */
  notice(personId: string, text: string): void;
  /** Something changed that announces itself to nobody else. */
  touch(): void;
  /** The clock was moved: the page has to know at once. */
  moved(): void;
  close(): void;
}

/** Changes come in bursts; a person sees no difference. */
const COLLECT_MS = 30;

export interface WorldParts {
  stage: Stage;
  troubles: Troubles;
  scenes: Scenes;
}

export function createWorld({ stage, troubles, scenes }: WorldParts): World {
  const { slack, instantpay, clock } = stage;
  const listeners = new Set<(update: Update) => void>();
  const drawn = createDrawn(slack);
  const messages = createMessages(stage, drawn);
  const views = createViews(stage, drawn);
  const notices = createNotices(stage);
  const payNews = createInstantPayNews(instantpay, troubles);
  let shownScenes = '';
  let shownDesk = stage.desk.state;
  let clockMoved = false;
  let timer: NodeJS.Timeout | undefined;

  const sceneNews = (): PageScene[] | undefined => {
    const all = scenes.look();
    const now = JSON.stringify(all);
    if (now === shownScenes) return undefined;
    shownScenes = now;
    return all;
  };
  const collect = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const update: Update = {};
    const freshMessages = messages.news();
    const freshViews = views.news();
    const freshNotices = notices.news();
    const pay = payNews.news();
    const seen = sceneNews();
    if (freshMessages.length > 0) update.messages = freshMessages;
    if (freshViews.length > 0) update.views = freshViews;
    if (freshNotices.length > 0) update.notices = freshNotices;
    if (pay) update.instantpay = pay;
    if (seen) update.scenes = seen;
    if (stage.desk.state !== shownDesk) update.desk = shownDesk = stage.desk.state;
    if (Object.keys(update).length === 0 && !clockMoved) return;
    clockMoved = false;
    update.clock = clock();
    for (const listener of listeners) listener(update);
  };
  const touch = (): void => {
    timer ??= setTimeout(collect, COLLECT_MS);
  };
  const everything = (): Update => ({
    fresh: true,
    people: CAST.map(({ name, person, may }) => {
      const { id, name: fullName, directMessages } = slack.people[person];
      return { id, name: fullName, role: name, may, directMessages };
    }),
    channels: Object.values(slack.channels)
      .filter((channel) => !('isPrivate' in channel))
      .map(({ id, name }) => ({ id, name })),
    commands: Object.values(COMMAND_WORDS).map(({ usage, summary }) => ({ usage, does: summary })),
    messages: messages.all(),
    views: views.all(),
    notices: notices.all(),
    instantpay: payNews.all(),
    scenes: scenes.look(),
    clock: clock(),
    desk: stage.desk.state,
  });
  const unsubscribe = [slack.onChange(touch), instantpay.onChange(touch), stage.desk.onChange(touch)];
  unsubscribe.push(scenes.onChange(touch));
  return {
    subscribe(listener) {
      // What is new goes to the others first, so that nobody gets it twice.
      collect();
      listener(everything());
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    message: (key) => messages.find(key),
    view: (key) => slack.views.find(({ id }) => id === key),
    file: (id) => slack.allMessages.flatMap(({ files }) => files).find((file) => file.id === id),
    notice(personId, text) {
      notices.add(personId, text);
      touch();
    },
    touch,
    moved() {
      clockMoved = true;
      touch();
    },
    close() {
      clearTimeout(timer);
      for (const stop of unsubscribe) stop();
      listeners.clear();
    },
  };
}

/** What was shown last, by key, and of which version. */
interface Known<Shown> {
  version: string;
  shown: Shown;
}

function createMessages({ slack }: Stage, drawn: Drawn) {
  const keys = new Map<SlackMessage, string>();
  const byKey = new Map<string, SlackMessage>();
  const known = new Map<string, Known<PageMessage>>();

  const keyOf = (message: SlackMessage): string => {
    const given = keys.get(message);
    if (given !== undefined) return given;
    const { channel, ts, ephemeralFor } = message;
    const plain = [channel, ts, ...(ephemeralFor === undefined ? [] : [ephemeralFor])].join(':');
    const key = byKey.has(plain) ? `${plain}#${byKey.size}` : plain;
    keys.set(message, key);
    byKey.set(key, message);
    return key;
  };
  const shownOf = (key: string, message: SlackMessage): PageMessage => {
    const { channel, ts, threadTs, author, ephemeralFor, edits, deleted, files } = message;
    return {
      key,
      channel,
      ts,
      ...(threadTs !== undefined && { threadTs }),
      ...(author !== undefined && { author }),
      ...(ephemeralFor !== undefined && { onlyFor: ephemeralFor }),
      edited: edits.length > 0,
      deleted,
      // Stamps go by the demo's clock.
      at: Math.floor(Number(ts)) * 1_000,
      html: deleted ? '' : drawn.message(message),
      text: drawn.words(message),
      notifies: whoIsNotified(message, slack),
      files: files.map(({ id, name, title, altText }) => ({ id, name, title, altText, kind: kindOf(name) })),
    };
  };
  return {
    find: (key: string): SlackMessage | undefined => byKey.get(key),
    all: (): PageMessage[] => [...known.values()].map(({ shown }) => shown),
    news(): PageMessage[] {
      return slack.allMessages.flatMap((message) => {
        const key = keyOf(message);
        const version = [
          message.edits.length,
          message.deleted,
          message.files.length,
          JSON.stringify(message.unfurls),
        ].join(' ');
        if (known.get(key)?.version === version) return [];
        const shown = shownOf(key, message);
        known.set(key, { version, shown });
        return [shown];
      });
    },
  };
}

function kindOf(name: string): 'csv' | 'picture' | 'other' {
  if (name.endsWith('.csv')) return 'csv';
  return name.endsWith('.png') ? 'picture' : 'other';
}

function createViews({ slack }: Stage, drawn: Drawn) {
  const known = new Map<string, Known<PageView>>();
  const words = (part: unknown): string => textOf(objectOf(part).text);
  const shownOf = (view: SlackView): PageView => {
    const submit = words(view.view.submit);
    return {
      key: view.id,
      person: view.userId,
      type: view.type,
      open: view.isOpen,
      title: words(view.view.title),
      ...(submit !== '' && { submit }),
      close: words(view.view.close) || 'Cancel',
      html: view.isOpen ? drawn.view(view) : '',
      errors: view.errors,
    };
  };
  return {
    all: (): PageView[] => [...known.values()].map(({ shown }) => shown),
    news(): PageView[] {
      return slack.views.flatMap((view) => {
        const version = JSON.stringify([view.isOpen, view.view, view.errors]);
        if (known.get(view.id)?.version === version) return [];
        const shown = shownOf(view);
        known.set(view.id, { version, shown });
        return [shown];
      });
    },
  };
}

function createNotices({ slack }: Stage) {
  const told: PageNotice[] = [];
  const counts = new Map<string, number>();
  let sent = 0;
  const add = (person: string, text: string): void => {
    told.push({ key: `notice:${told.length + 1}`, person, text });
  };
  return {
    add,
    all: (): PageNotice[] => told,
    news(): PageNotice[] {
      for (const person of Object.values(slack.people)) {
        const all = person.notices();
        for (const text of all.slice(counts.get(person.id) ?? 0)) add(person.id, text);
        counts.set(person.id, all.length);
      }
      const fresh = told.slice(sent);
      sent = told.length;
      return fresh;
    },
  };
}

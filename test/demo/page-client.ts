/** Owns the page without a browser: it follows the events, finds buttons in what was drawn, and acts as the page would. */

import { objectOf, textOf } from '../../fakes/slack/json.ts';
import type { Act, PageMessage, PageScene, PageView, SceneId, Update } from '../../demo/page/protocol.ts';

export interface PageClient {
  /** All that the page knows now. */
  readonly known: Known;
  /** Resolves with the first value that is there, now or after an event. */
  until<T>(look: (known: Known) => T | undefined | false, what: string, withinMs?: number): Promise<T>;
  act(act: Act): Promise<void>;
  /** The status and the sentence of an act that is refused. */
  refused(act: unknown, headers?: Record<string, string>): Promise<{ status: number; error: string }>;
  /** Presses a button of a message or a form, by its words. */
  press(person: string, on: PageMessage | PageView, label: string, more?: Press): Promise<void>;
  close(): void;
}

interface Press {
  choice?: string;
  times?: number;
}

export interface Known extends Required<Omit<Update, 'messages' | 'views' | 'notices' | 'fresh'>> {
  messages: PageMessage[];
  views: PageView[];
  notices: string[];
  /** How often everything came. */
  starts: number;
  /** Each update after the first one. */
  updates: Update[];
}

export async function openPage(url: string): Promise<PageClient> {
  const origin = new URL(url).origin;
  const known: Known = {
    people: [],
    channels: [],
    commands: [],
    messages: [],
    views: [],
    notices: [],
    instantpay: { links: [], calls: [], cancelCalls: -1, troubles: [] },
    scenes: [],
    clock: 0,
    desk: 'starting',
    starts: 0,
    updates: [],
  };
  const waiting = new Set<() => void>();
  const stop = new AbortController();
  const response = await fetch(`${origin}/events`, { signal: stop.signal });
  const followed = follow(response, (update) => {
    take(known, update);
    for (const look of waiting) look();
  });
  followed.catch(() => {});

  const until: PageClient['until'] = (look, what, withinMs = 20_000) =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        waiting.delete(check);
        clearTimeout(deadline);
      };
      const check = (): void => {
        const found = look(known);
        if (found === undefined || found === false) return;
        end();
        resolve(found);
      };
      const deadline = setTimeout(() => {
        end();
        reject(new Error(`not seen: ${what}\n${describe(known)}`));
      }, withinMs);
      waiting.add(check);
      check();
    });
  const post = (act: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${origin}/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, ...headers },
      body: JSON.stringify(act),
    });
  const act: PageClient['act'] = async (wanted) => {
    const answer = await post(wanted);
    if (answer.status !== 200) throw new Error(`${JSON.stringify(wanted)}: ${await answer.text()}`);
  };
  await until(({ starts }) => starts > 0, 'the first event');
  return {
    known,
    until,
    act,
    async refused(wanted, headers) {
      const answer = await post(wanted, headers);
      return { status: answer.status, error: textOf(objectOf(await answer.json()).error) };
    },
    press(person, on, label, { choice, times } = {}) {
      const { block, action } = buttonIn(on.html, label);
      return act({
        act: 'press',
        person,
        on: 'channel' in on ? { message: on.key } : { view: on.key },
        blockId: block,
        actionId: action,
        values: {},
        ...(choice !== undefined && { choice }),
        ...(times !== undefined && { times }),
      });
    },
    close: () => stop.abort(),
  };
}

async function follow({ body }: Response, tell: (update: Update) => void): Promise<void> {
  if (!body) throw new Error('no events');
  let rest = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + piece).split('\n\n');
    rest = events.pop() ?? '';
    // `any`, as the page reads it: that it has this shape is what the tests are about.
    for (const event of events)
      if (event.startsWith('data: ')) tell(JSON.parse(event.slice('data: '.length)));
  }
}

function take(known: Known, update: Update): void {
  const { messages = [], views = [], notices = [], fresh, ...parts } = update;
  if (fresh) {
    Object.assign(known, { messages: [], views: [], notices: [] });
    known.starts += 1;
  } else known.updates.push(update);
  Object.assign(known, parts);
  for (const message of messages) keep(known.messages, message);
  for (const view of views) keep(known.views, view);
  known.notices.push(...notices.map(({ text }) => text));
}

function keep<Item extends { key: string }>(items: Item[], item: Item): void {
  const at = items.findIndex(({ key }) => key === item.key);
  if (at >= 0) items[at] = item;
  else items.push(item);
}

function buttonIn(html: string, label: string): { block: string; action: string } {
  for (const [, attributes = '', words] of html.matchAll(/<button ([^>]*)>([^<]*)<\/button>/g)) {
    if (words !== label) continue;
    const attribute = (name: string): string =>
      unescape(new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
    return { block: attribute('data-block'), action: attribute('data-action') };
  }
  throw new Error(`no button ${label} in ${html}`);
}

/** What is drawn, as text. */
export function wordsOf({ html }: { html: string }): string {
  return unescape(html.replaceAll(/<[^>]*>/g, ' ')).replaceAll(/\s+/g, ' ');
}

function unescape(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
}

export function sceneOf({ scenes }: Known, id: SceneId): PageScene {
  const scene = scenes.find((one) => one.id === id);
  if (!scene) throw new Error(`no scene ${id}`);
  return scene;
}

function describe(known: Known): string {
  const messages = known.messages
    .slice(-6)
    .map((one) => `${one.channel} ${one.onlyFor ?? ''}: ${wordsOf(one)}`);
  const scenes = known.scenes.map(
    ({ id, steps }) => `${id} ${steps.map(({ done }) => (done ? 'x' : '.')).join('')}`,
  );
  const { calls, cancelCalls, troubles } = known.instantpay;
  const latest = calls.slice(-6).map(({ operation, executed }) => `${operation} ${executed}`);
  return [
    ...messages,
    ...known.notices,
    scenes.join(', '),
    `${cancelCalls} cancel calls; ${latest.join(', ')}; ${troubles.join(', ')}; ${known.desk}`,
  ].join('\n');
}

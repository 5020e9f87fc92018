/** Owns the phone of an approver: notifications on its lock screen, and the conversation that one of them opens. */

import type { PageMessage } from '../protocol.ts';
import { listenToDrawn } from './drawn.ts';
import { byId, el, patchList } from './elements.ts';
import { listOf } from './messages.ts';
import { channelName, markSeen, messagesIn, type Push, state } from './state.ts';
import { minute, shortDay } from './times.ts';

const MOST_PUSHES = 20;
/** A phone shows the end of a conversation. */
const MOST_MESSAGES = 30;

let render = (): void => {};

export function startPhone(renderAll: () => void): void {
  render = renderAll;
  listenToDrawn(byId('phone-messages', HTMLElement));
  byId('phone-back', HTMLButtonElement).addEventListener('click', () => {
    lock();
    render();
    byId('pushes', HTMLElement).querySelector('button')?.focus();
  });
  byId('phone-person', HTMLSelectElement).addEventListener('change', ({ target }) => {
    if (target instanceof HTMLSelectElement) takePhoneOf(target.value);
    render();
  });
  byId('phone-app', HTMLElement).dataset['side'] = 'phone';
}

export function lock(): void {
  state.phoneOpen = undefined;
}

export function takePhoneOf(person: string): void {
  if (person !== state.phonePerson) lock();
  state.phonePerson = person;
}

/** How many notifications of this phone wait to be opened. */
export function waitingPushes(): number {
  return state.pushes.filter((one) => one.person === state.phonePerson && !one.opened).length;
}

export function messageOf({ key, person }: Push): PageMessage | undefined {
  return state.messages.get(key.slice(0, -person.length - 1));
}

export function openPush(key: string): void {
  const push = state.pushes.find((one) => one.key === key);
  if (!push) return;
  push.opened = true;
  state.phoneOpen = messageOf(push)?.key;
  render();
  const message = [...byId('phone-messages', HTMLElement).children].find(
    (one) => one instanceof HTMLElement && one.dataset['key'] === state.phoneOpen,
  );
  message?.scrollIntoView({ block: 'start' });
  byId('phone-back', HTMLButtonElement).focus({ preventScroll: true });
}

export function renderPhone(): void {
  renderOwners();
  const opened = state.phoneOpen === undefined ? undefined : state.messages.get(state.phoneOpen);
  byId('lock', HTMLElement).hidden = opened !== undefined;
  byId('phone-app', HTMLElement).hidden = opened === undefined;
  renderPushes();
  if (!opened) return;
  const { phonePerson } = state;
  byId('phone-place', HTMLElement).textContent = channelName(opened.channel);
  const messages = messagesIn(opened.channel, phonePerson).slice(-MOST_MESSAGES);
  const list = byId('phone-messages', HTMLOListElement);
  const before = new Set(keysIn(list));
  patchList(list, listOf(messages, { side: 'phone', person: phonePerson }));
  if (state.awaitsAnswer) showAnswer(list, before);
  markSeen(phonePerson, opened.channel);
}

const itemsIn = (list: HTMLElement): HTMLElement[] =>
  [...list.children].filter((one) => one instanceof HTMLElement);
const keysIn = (list: HTMLElement): string[] => itemsIn(list).map(({ dataset }) => dataset['key'] ?? '');

/** The first answer to a press is shown, with the message that was opened above it where there is room. */
function showAnswer(list: HTMLElement, before: ReadonlySet<string>): void {
  const answer = itemsIn(list).find(
    ({ dataset, classList }) => classList.contains('only') && !before.has(dataset['key'] ?? ''),
  );
  if (!answer) return;
  state.awaitsAnswer = false;
  itemsIn(list)
    .find(({ dataset }) => dataset['key'] === state.phoneOpen)
    ?.scrollIntoView({ block: 'start' });
  answer.scrollIntoView({ block: 'nearest' });
}

function renderOwners(): void {
  const select = byId('phone-person', HTMLSelectElement);
  const version = JSON.stringify(state.people);
  if (select.dataset['version'] !== version) {
    select.dataset['version'] = version;
    select.replaceChildren(
      ...state.people.map(({ id, name, role }) =>
        el('option', { value: id }, `${name} (${role.replace('-', ' ')})`),
      ),
    );
  }
  select.value = state.phonePerson;
}

function renderPushes(): void {
  const pushes = state.pushes.filter(({ person }) => person === state.phonePerson).slice(0, MOST_PUSHES);
  byId('no-pushes', HTMLElement).hidden = pushes.length > 0;
  patchList(
    byId('pushes', HTMLOListElement),
    pushes.map(({ key, text, at, opened }) => ({
      key,
      version: `${text} ${opened}`,
      draw() {
        const button = el(
          'button',
          { type: 'button', class: opened ? 'push opened' : 'push' },
          el(
            'span',
            { class: 'push-head' },
            el('span', {}, 'Slack · Payout Desk'),
            el('time', {}, minute(at)),
          ),
          el('span', { class: 'push-text' }, text),
        );
        button.addEventListener('click', () => openPush(key));
        return el('li', {}, button);
      },
    })),
  );
}

/** Its clock, with the page's. */
export function renderPhoneClock(now: number): void {
  for (const id of ['phone-time', 'lock-time']) byId(id, HTMLElement).textContent = minute(now);
  byId('lock-day', HTMLElement).textContent = shortDay(now);
}

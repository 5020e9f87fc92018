/** Owns Slack's side: where one can go, who one is, the messages of a place, App Home, and a thread. */

import { send } from './connect.ts';
import { listenToDrawn } from './drawn.ts';
import { byId, el, elementsIn, focusOn, patchList, replaceKeeping } from './elements.ts';
import { listOf } from './messages.ts';
import { channelAt, homeOf, markSeen, messagesIn, personOf, state, unseenIn } from './state.ts';

/** Nearer to the end than this, the list follows what comes. */
const NEAR_END_PX = 120;

let render = (): void => {};

export function startSlack(renderAll: () => void): void {
  render = renderAll;
  for (const id of ['messages', 'thread-messages', 'home']) listenToDrawn(byId(id, HTMLElement));
  byId('thread-close', HTMLButtonElement).addEventListener('click', () => {
    state.threadTs = undefined;
    render();
    byId('composer-text', HTMLInputElement).focus();
  });
  byId('thread', HTMLElement).addEventListener('keydown', (event) => {
    if (event.key === 'Escape') byId('thread-close', HTMLButtonElement).click();
  });
  byId('thread-composer', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const input = byId('thread-text', HTMLInputElement);
    const channel = channelAt(state.place, state.who);
    const { threadTs, who: person } = state;
    if (input.value.trim() === '' || channel === undefined || threadTs === undefined) return;
    void send({ act: 'say', person, channel, threadTs, text: input.value });
    input.value = '';
  });
  const drawer = byId('drawer', HTMLButtonElement);
  drawer.addEventListener('click', () => openDrawer(drawer.getAttribute('aria-expanded') !== 'true'));
}

function openDrawer(open: boolean): void {
  byId('drawer', HTMLButtonElement).setAttribute('aria-expanded', String(open));
  byId('sidebar', HTMLElement).classList.toggle('open', open);
}

/** Goes to a channel, `home` or `direct`. */
export function goTo(place: string): void {
  state.place = place;
  state.threadTs = undefined;
  openDrawer(false);
  if (place === 'home') void send({ act: 'openHome', person: state.who });
  render();
}

export function become(person: string): void {
  if (person === state.who) return;
  state.who = person;
  state.threadTs = undefined;
  if (state.place === 'home') void send({ act: 'openHome', person });
  render();
}

export function renderSlack(): void {
  const { place, who } = state;
  const person = personOf(who);
  const channel = channelAt(place, who);
  if (channel !== undefined && isShown()) markSeen(who, channel);
  renderPlaces();
  renderPeople();
  const profile = state.channels.find(({ id }) => id === place);
  byId('place-title', HTMLElement).textContent = profile
    ? `# ${profile.name}`
    : place === 'home'
      ? 'App Home'
      : 'Payout Desk';
  byId('place-as', HTMLElement).textContent = person ? `as ${person.name}` : '';
  const isHome = place === 'home';
  byId('home', HTMLElement).hidden = !isHome;
  byId('messages-scroll', HTMLElement).hidden = isHome;
  byId('composer', HTMLFormElement).hidden = isHome;
  byId('slack', HTMLElement).classList.toggle('with-thread', state.threadTs !== undefined);
  if (isHome) renderHome();
  else renderMessages(channel);
  renderThread(channel);
  renderNotices();
}

/** On a narrow page only one part is seen at a time. */
function isShown(): boolean {
  return byId('slack', HTMLElement).offsetParent !== null && document.visibilityState === 'visible';
}

function renderMessages(channel: string | undefined): void {
  const { who } = state;
  const messages = messagesIn(channel, who);
  const empty = byId('messages-empty', HTMLElement);
  const isFirst = state.started && messages.length === 0 && channel === state.channels[0]?.id;
  byId('welcome', HTMLElement).hidden = !isFirst;
  empty.hidden = messages.length > 0 || isFirst;
  if (state.started)
    empty.textContent = channel?.startsWith('D')
      ? 'Nothing here yet. Write to Payout Desk, such as a name or a mobile number.'
      : 'Nothing here yet.';
  const scroll = byId('messages-scroll', HTMLElement);
  const where = `${channel} ${who}`;
  const hasMoved = scroll.dataset['where'] !== where;
  scroll.dataset['where'] = where;
  followEnd(scroll, hasMoved, () =>
    patchList(
      byId('messages', HTMLOListElement),
      listOf(messages, {
        side: 'slack',
        person: who,
        onThread(ts) {
          state.threadTs = ts;
          render();
          byId('thread-text', HTMLInputElement).focus();
        },
        onShortcut: ({ key }) =>
          void send({ act: 'shortcut', person: who, callbackId: 'find_links', message: key }),
      }),
    ),
  );
}

/** Keeps a list at its end when it was there; of what is higher than the list, its beginning is shown. */
export function followEnd(scroll: HTMLElement, force: boolean, change: () => void): void {
  const wasNear = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
  const before = lastOf(scroll);
  change();
  const last = lastOf(scroll);
  const isNew = last !== before && last?.dataset['key'] !== before?.dataset['key'];
  const isOwn = isNew && last?.classList.contains('only') === true;
  if (!force && !wasNear && !isOwn) return;
  scroll.scrollTop = scroll.scrollHeight;
  if (last && isNew && !force && last.offsetHeight > scroll.clientHeight)
    last.scrollIntoView({ block: 'start' });
}

function lastOf(scroll: HTMLElement): HTMLElement | undefined {
  const last = scroll.querySelector('.messages > li:last-child');
  return last instanceof HTMLElement ? last : undefined;
}

/** Opens a message that a link of Slack's leads to; false when it is not here. */
export function openPermalink(address: string): boolean {
  const found = /\/archives\/(\w+)\/p(\d{10})(\d{6})/.exec(address);
  if (!found) return false;
  const [, channel = '', seconds, fraction] = found;
  const message = messagesIn(channel, state.who).find(({ ts }) => ts === `${seconds}.${fraction}`);
  if (!message) return false;
  goTo(channel.startsWith('D') ? 'direct' : channel);
  const item = [...byId('messages', HTMLElement).children].find(
    (one) => one instanceof HTMLElement && one.dataset['key'] === message.key,
  );
  if (item instanceof HTMLElement) {
    item.scrollIntoView({ block: 'center' });
    focusOn(item);
  }
  return true;
}

function renderThread(channel: string | undefined): void {
  const pane = byId('thread', HTMLElement);
  const { threadTs, who } = state;
  pane.hidden = threadTs === undefined;
  if (threadTs === undefined) return;
  const messages = messagesIn(channel, who).filter((one) => one.ts === threadTs || one.threadTs === threadTs);
  followEnd(byId('thread-scroll', HTMLElement), false, () =>
    patchList(
      byId('thread-messages', HTMLOListElement),
      listOf(messages, { side: 'slack', person: who, inThread: true }).map((item) => ({
        ...item,
        key: `thread ${item.key}`,
      })),
    ),
  );
}

function renderHome(): void {
  const root = byId('home', HTMLElement);
  const view = homeOf(state.who);
  const version = `${view?.key} ${view?.html}`;
  if (root.dataset['version'] === version) return;
  root.dataset['version'] = version;
  const form = el('form', {
    class: 'drawn',
    novalidate: true,
    'data-view': view?.key,
    'data-person': state.who,
  });
  if (view) form.innerHTML = view.html;
  else form.append(el('p', { class: 'empty' }, 'Loading App Home …'));
  const old = root.firstElementChild;
  if (old) replaceKeeping(old, form);
  else root.append(form);
}

function renderPlaces(): void {
  const person = personOf(state.who);
  const place = (id: string, words: string, channel: string | undefined): HTMLElement => {
    const unseen = channel === undefined ? 0 : unseenIn(state.who, channel);
    const button = el(
      'button',
      {
        type: 'button',
        'data-place': id,
        'aria-current': state.place === id ? 'page' : undefined,
        class: unseen > 0 ? 'unread' : undefined,
      },
      el('span', {}, words),
      unseen > 0 &&
        el('span', { class: 'badge' }, String(unseen), el('span', { class: 'for-readers' }, ' new')),
    );
    button.addEventListener('click', () => goTo(id));
    return el('li', {}, button);
  };
  const list = (title: string, ...items: HTMLElement[]): HTMLElement[] => [
    el('h3', {}, title),
    el('ul', {}, ...items),
  ];
  const fresh = el(
    'nav',
    { id: 'places', 'aria-label': 'Slack' },
    ...list('Channels', ...state.channels.map(({ id, name }) => place(id, `# ${name}`, id))),
    ...list(
      'Payout Desk',
      place('home', 'App Home', undefined),
      place('direct', 'Messages', person?.directMessages),
    ),
  );
  const old = byId('places', HTMLElement);
  if (old.innerHTML === fresh.innerHTML) return;
  const focused =
    document.activeElement instanceof HTMLElement ? document.activeElement.dataset['place'] : undefined;
  old.replaceWith(fresh);
  if (focused !== undefined)
    elementsIn(fresh, 'button', HTMLButtonElement)
      .find(({ dataset }) => dataset['place'] === focused)
      ?.focus();
}

function renderPeople(): void {
  const root = byId('people', HTMLElement);
  const version = JSON.stringify(state.people);
  if (root.dataset['version'] !== version) {
    root.dataset['version'] = version;
    root.replaceChildren(
      el('legend', {}, 'You are'),
      ...state.people.map(({ id, name, role, may }) => {
        const input = el('input', { type: 'radio', name: 'who', value: id });
        input.addEventListener('change', () => become(id));
        return el(
          'label',
          { title: `${name}: ${may}` },
          input,
          el('span', {}, name, el('small', {}, role.replace('-', ' '))),
        );
      }),
    );
  }
  for (const input of elementsIn(root, 'input', HTMLInputElement)) input.checked = input.value === state.who;
}

function renderNotices(): void {
  const notices = [...state.notices.values()].filter(({ person }) => person === state.who);
  patchList(
    byId('notices', HTMLElement),
    notices.map(({ key, text }) => ({
      key,
      version: text,
      draw() {
        const close = el('button', { type: 'button', class: 'small icon', 'aria-label': 'Close' }, '✕');
        close.addEventListener('click', () => {
          state.notices.delete(key);
          render();
          byId('composer-text', HTMLInputElement).focus();
        });
        return el('div', { class: 'notice' }, el('p', {}, el('strong', {}, 'Slack: '), text), close);
      },
    })),
  );
}

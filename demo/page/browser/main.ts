/** Owns the page: its parts, what they show after each update, the clock, the theme, and what is said to screen readers. */

import type { Update } from '../protocol.ts';
import { renderComposer, startComposer } from './composer.ts';
import { listen, send, toast } from './connect.ts';
import { busyWhile, startMenus } from './drawn.ts';
import { byId, el, elementsIn } from './elements.ts';
import { renderForm, startForms } from './forms.ts';
import { followAddress, renderGuide, startGuide } from './guide.ts';
import { renderInstantPay, startInstantPay } from './instantpay.ts';
import { renderPhone, renderPhoneClock, startPhone, waitingPushes } from './phone.ts';
import { startRegions } from './regions.ts';
import { openPermalink, renderSlack, startSlack } from './slack.ts';
import { apply, channelName, type News, personOf, state, unseenIn } from './state.ts';
import { second, shortDay } from './times.ts';

const TICK_MS = 1_000;
/** What is said at once; more would be read for minutes. */
const MOST_SAID = 3;

function renderAll(): void {
  renderSlack();
  renderComposer();
  renderPhone();
  renderInstantPay();
  renderGuide();
  renderForm();
  renderDesk();
  renderTabs();
}

function take(update: Update): void {
  const wasStarted = state.started;
  const news = apply(update, Date.now());
  if (!state.started) return;
  if (!wasStarted) followAddress();
  renderAll();
  tick();
  say(news);
}

function say({ messages, pushes, notices }: News): void {
  const lines = [
    ...pushes
      .filter(({ person }) => person === state.phonePerson)
      .map(
        ({ person, text }) => `Notification on the phone of ${personOf(person)?.name ?? 'somebody'}: ${text}`,
      ),
    ...messages
      .filter(({ onlyFor, channel }) => (onlyFor ?? state.who) === state.who && !isForeign(channel))
      .map(
        ({ channel, text, author }) =>
          `${author === undefined ? 'Payout Desk' : personOf(author)?.name} in ${channelName(channel)}: ${text}`,
      ),
    ...notices.filter(({ person }) => person === state.who).map(({ text }) => `Slack: ${text}`),
  ];
  // On a phone Slack says it above everything.
  for (const { person, text } of notices)
    if (person === state.phonePerson && person !== state.who)
      toast(`Slack, to ${personOf(person)?.name}: ${text}`);
  if (lines.length === 0) return;
  const left = lines.length - MOST_SAID;
  const said = [...lines.slice(0, MOST_SAID), ...(left > 0 ? [`${left} more.`] : [])];
  byId('said', HTMLElement).replaceChildren(...said.map((line) => el('p', {}, line)));
}

/** Somebody else's direct messages. */
function isForeign(channel: string): boolean {
  return channel.startsWith('D') && channel !== personOf(state.who)?.directMessages;
}

function tick(): void {
  const now = Date.now() + state.clockShiftMs;
  const clock = byId('clock', HTMLElement);
  clock.textContent = `${shortDay(now)}, ${second(now)}`;
  renderPhoneClock(now);
}

const DESK = { running: 'Running', down: 'Down', starting: 'Starting' } as const;

function renderDesk(): void {
  const desk = byId('desk', HTMLElement);
  desk.textContent = DESK[state.desk];
  desk.dataset['desk'] = state.desk;
}

function renderTabs(): void {
  const unread = state.channels.reduce((sum, { id }) => sum + unseenIn(state.who, id), 0);
  const counts: Record<string, number> = { slack: unread, phone: waitingPushes() };
  for (const button of elementsIn(byId('tabs', HTMLElement), 'button', HTMLButtonElement)) {
    const tab = button.dataset['tab'] ?? '';
    button.setAttribute('aria-current', String(document.body.dataset['tab'] === tab));
    const badge = button.querySelector('.badge');
    const count = counts[tab] ?? 0;
    if (!(badge instanceof HTMLElement)) continue;
    badge.hidden = count === 0;
    badge.textContent = String(count);
  }
}

function showTab(tab: string): void {
  document.body.dataset['tab'] = tab;
  renderTabs();
}

function startControls(): void {
  for (const button of elementsIn(document, '[data-clock]', HTMLButtonElement))
    button.addEventListener('click', () => {
      const to = (['minute', 'hour', 'tomorrow'] as const).find((one) => one === button.dataset['clock']);
      if (to) void busyWhile(button, send({ act: 'clock', to }));
    });
  const kill = byId('kill', HTMLButtonElement);
  kill.addEventListener('click', () => {
    if (state.desk === 'running') void busyWhile(kill, send({ act: 'kill' }));
    else toast('Payout Desk is not running at the moment. It starts again by itself.');
  });
  const reset = byId('reset', HTMLButtonElement);
  reset.addEventListener('click', () => void busyWhile(reset, send({ act: 'reset' })));
  for (const button of elementsIn(byId('tabs', HTMLElement), 'button', HTMLButtonElement))
    button.addEventListener('click', () => {
      showTab(button.dataset['tab'] ?? 'slack');
      renderAll();
    });
}

/** Addresses in messages: those of Slack's messages open here, the others lead out of the demo. */
function startLinks(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('.drawn a[href]') : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    if (openPermalink(link.href)) return;
    toast(`In the demo, ${link.host || link.href} leads nowhere.`);
  });
}

const THEME = 'payout-desk-theme';

function startTheme(): void {
  const button = byId('theme', HTMLButtonElement);
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = (): boolean => {
    const chosen = document.documentElement.dataset['theme'];
    return chosen === undefined ? system.matches : chosen === 'dark';
  };
  const showPressed = (): void => button.setAttribute('aria-pressed', String(isDark()));
  const kept = localStorage.getItem(THEME);
  if (kept === 'dark' || kept === 'light') document.documentElement.dataset['theme'] = kept;
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem(THEME, theme);
    showPressed();
  });
  system.addEventListener('change', showPressed);
  showPressed();
}

startTheme();
startControls();
startLinks();
startSlack(renderAll);
startComposer();
startForms();
startPhone(renderAll);
startInstantPay();
startGuide(renderAll, (tab) => {
  showTab(tab);
  renderAll();
});
startMenus();
startRegions();
setInterval(tick, TICK_MS);
listen(take);

/** Owns InstantPay's side: the count of cancel calls, links and what happens to them, trouble, and the log of calls. */

import type { PageCall, PageLink, Trouble } from '../protocol.ts';
import { typeInComposer } from './composer.ts';
import { send } from './connect.ts';
import { byId, el, elementsIn, patchList } from './elements.ts';
import { goTo } from './slack.ts';
import { state } from './state.ts';
import { minute, second, shortDay } from './times.ts';

const TROUBLES: Readonly<Record<Trouble, { label: string; does: string }>> = {
  slow: { label: 'Slow', does: 'Every call takes 2.5 seconds.' },
  hangsAfterExecuting: { label: 'Hangs after executing', does: 'It does what was asked, and never answers.' },
  html500: { label: 'HTML error page (500)', does: 'Every call is answered with an error page.' },
  tooMany: { label: 'Too many requests (429)', does: 'Every call is refused for a while.' },
  shortPages: { label: 'Short pages', does: 'A page of the list holds 3 links.' },
  pageThreeFails: { label: 'Page 3 fails', does: 'The third page of the list is an error.' },
};

const HAPPENINGS = [
  { to: 'claim', words: 'Recipient claims it', from: ['ISSUED'] },
  { to: 'expire', words: 'It expires', from: ['ISSUED'] },
  { to: 'stall', words: 'Payout stalls for a day', from: ['ISSUED', 'PROCESSING'] },
  { to: 'pay', words: 'Payout completes', from: ['ISSUED', 'PROCESSING'] },
] as const;

/** More would make the page slow; the filter finds the others. */
const MOST_LINKS = 30;

const trouble = (name: string): Trouble | undefined =>
  (['slow', 'hangsAfterExecuting', 'html500', 'tooMany', 'shortPages', 'pageThreeFails'] as const).find(
    (one) => one === name,
  );

export function startInstantPay(): void {
  const root = byId('troubles', HTMLElement);
  for (const [name, { label, does }] of Object.entries(TROUBLES)) {
    const input = el('input', { type: 'checkbox', role: 'switch', 'data-trouble': name });
    input.addEventListener('change', () => {
      const wanted = trouble(name);
      if (wanted) void send({ act: 'trouble', trouble: wanted, on: input.checked });
    });
    root.append(
      el(
        'label',
        { title: does },
        input,
        el('span', {}, label, el('span', { class: 'for-readers' }, `: ${does}`)),
      ),
    );
  }
  byId('link-filter', HTMLInputElement).addEventListener('input', renderLinks);
}

export function renderInstantPay(): void {
  const { cancelCalls, troubles } = state.instantpay;
  const count = byId('cancel-calls', HTMLElement);
  if (count.textContent !== String(cancelCalls)) {
    count.textContent = String(cancelCalls);
    byId('count', HTMLElement).classList.toggle('some', cancelCalls > 0);
  }
  const words = byId('count', HTMLElement).querySelector('span');
  if (words) words.textContent = cancelCalls === 1 ? 'cancel call received' : 'cancel calls received';
  for (const input of elementsIn(byId('troubles', HTMLElement), 'input', HTMLInputElement))
    input.checked = troubles.some((name) => name === input.dataset['trouble']);
  renderCalls();
  renderLinks();
}

function renderCalls(): void {
  const { calls, links } = state.instantpay;
  byId('no-calls', HTMLElement).hidden = calls.length > 0;
  const recipients = new Map(links.map(({ id, recipient }) => [id, recipient]));
  patchList(
    byId('calls', HTMLElement),
    calls
      .toSorted((one, other) => other.number - one.number)
      .map((call) => ({
        key: String(call.number),
        version: `${call.executed}`,
        draw: () => drawCall(call, call.linkId === undefined ? undefined : recipients.get(call.linkId)),
      })),
  );
}

function drawCall({ at, operation, linkId, executed }: PageCall, recipient: string | undefined): HTMLElement {
  return el(
    'tr',
    { class: operation === 'cancel' ? 'cancel' : undefined },
    el('td', {}, second(at)),
    el('td', {}, operation),
    el('td', { title: linkId }, recipient ?? (linkId ? `…${linkId.slice(-6)}` : '')),
    el('td', {}, executed ? 'yes' : 'no'),
  );
}

/** Links that were just called about first; then those that can still be cancelled, those that expire soon first. */
function sorted(): PageLink[] {
  const { links, calls } = state.instantpay;
  const latest = new Map<string, number>();
  for (const { linkId, number, operation } of calls)
    if (linkId !== undefined && operation !== 'list')
      latest.set(linkId, Math.max(number, latest.get(linkId) ?? 0));
  const rank = ({ id, status }: PageLink): number =>
    latest.get(id) ?? (status === 'ISSUED' ? -1 : status === 'PROCESSING' ? -2 : -3);
  return links.toSorted((one, other) => rank(other) - rank(one) || one.expiresAt - other.expiresAt);
}

function renderLinks(): void {
  const wanted = byId('link-filter', HTMLInputElement).value.trim().toLowerCase();
  const found = sorted().filter(({ id, recipient, amount, status, purpose }) =>
    [id, recipient, amount, amount.replaceAll(',', ''), status, purpose].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  patchList(
    byId('links', HTMLUListElement),
    found.slice(0, MOST_LINKS).map((link) => ({
      key: link.id,
      version: JSON.stringify(link),
      draw: () => drawLink(link),
    })),
  );
  const left = found.length - MOST_LINKS;
  byId('more-links', HTMLElement).textContent =
    left > 0 ? `… ${left} more` : found.length === 0 && state.started ? 'No links.' : '';
}

function drawLink(link: PageLink): HTMLElement {
  const { id, status, recipient, amount, purpose, expiresAt } = link;
  const choices = HAPPENINGS.filter(({ from }) => from.some((one) => one === status)).map(({ to, words }) => {
    const button = el('button', { type: 'button', 'data-act': to }, words);
    button.addEventListener('click', () => {
      closeMenuOf(button);
      void send({ act: 'link', linkId: id, to });
    });
    return el('li', {}, button);
  });
  const look = el('button', { type: 'button', 'data-act': 'look' }, 'Look it up in Slack');
  look.addEventListener('click', () => {
    closeMenuOf(look);
    if (state.place === 'home') goTo('direct');
    document.body.dataset['tab'] = 'slack';
    typeInComposer(`/payout ${id}`);
  });
  const until = status === 'ISSUED' ? ` · expires ${shortDay(expiresAt)} ${minute(expiresAt)}` : '';
  return el(
    'li',
    { 'data-link': id, 'data-status': status },
    el(
      'div',
      {},
      el('p', {}, el('strong', {}, amount), ` ${recipient}`),
      el(
        'p',
        { class: 'hint' },
        el('span', { class: `status-word ${status}` }, status),
        ` ${purpose}${until}`,
      ),
    ),
    el(
      'details',
      { class: 'overflow' },
      el(
        'summary',
        { 'aria-label': `What happens to the link: ${amount} ${recipient}`, title: 'What happens to it' },
        '⋯',
      ),
      el('ul', {}, ...choices, el('li', {}, look)),
    ),
  );
}

function closeMenuOf(button: HTMLElement): void {
  const menu = button.closest('details');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary')?.focus();
}

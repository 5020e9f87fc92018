/** Owns how a list of messages looks: who, when, what the server drew, files, and the way into a thread. */

import type { PageFile, PageMessage, PersonId } from '../protocol.ts';
import { el, type Child, type Keyed } from './elements.ts';
import { drawFile } from './files.ts';
import { personOf } from './state.ts';
import { longDay, minute } from './times.ts';

export interface ListOptions {
  side: 'slack' | 'phone';
  person: PersonId;
  /** Opens a thread; without it, replies stand below their message. */
  onThread?: (ts: string) => void;
  onShortcut?: (message: PageMessage) => void;
  /** The parent is not counted as having replies. */
  inThread?: boolean;
}

/** Days, messages, and how many replies each has. */
export function listOf(messages: readonly PageMessage[], options: ListOptions): Keyed[] {
  const items: Keyed[] = [];
  let day = '';
  const roots = options.inThread === true ? messages : messages.filter((one) => !isReply(one));
  for (const message of roots) {
    const today = longDay(message.at);
    if (today !== day && options.inThread !== true) {
      day = today;
      items.push({
        key: `day ${today}`,
        version: today,
        draw: () => el('li', { class: 'day' }, el('span', {}, today)),
      });
    }
    const replies =
      options.inThread === true ? [] : messages.filter((one) => isReply(one) && one.threadTs === message.ts);
    items.push(itemOf(message, replies, options));
    if (!options.onThread) items.push(...replies.map((reply) => itemOf(reply, [], options, true)));
  }
  return items;
}

const isReply = ({ threadTs, ts }: PageMessage): boolean => threadTs !== undefined && threadTs !== ts;

function itemOf(
  message: PageMessage,
  replies: readonly PageMessage[],
  options: ListOptions,
  indented = false,
): Keyed {
  const { side, person } = options;
  const version = [message.edited, message.html, JSON.stringify(message.files), replies.length, person].join(
    ' ',
  );
  return {
    key: `${indented ? 'reply ' : ''}${message.key}`,
    version,
    draw: () => drawMessage(message, replies, { ...options, side, indented }),
  };
}

function drawMessage(
  message: PageMessage,
  replies: readonly PageMessage[],
  { side, person, onThread, onShortcut, indented }: ListOptions & { indented: boolean },
): HTMLElement {
  const author = message.author === undefined ? undefined : personOf(message.author);
  const name = author?.name ?? (message.author === undefined ? 'Payout Desk' : 'Somebody');
  const body = el('form', {
    class: 'drawn',
    novalidate: true,
    'data-message': message.key,
    'data-person': person,
  });
  body.innerHTML = message.html;
  // The same message may stand on the phone as well: an ID is there once.
  if (side === 'phone') renameIds(body);
  const threadButton = (): HTMLElement => {
    const words = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
    const button = el('button', { type: 'button', class: 'replies', 'data-act': 'thread' }, words);
    button.addEventListener('click', () => onThread?.(message.ts));
    return button;
  };
  const canReply = onThread && message.onlyFor === undefined;
  const reply = el('button', { type: 'button', class: 'quiet', 'data-act': 'reply' }, 'Reply in thread');
  reply.addEventListener('click', () => onThread?.(message.ts));
  const find = el('button', { type: 'button', class: 'quiet', 'data-act': 'find' }, 'Find payout links here');
  find.addEventListener('click', () => onShortcut?.(message));
  return el(
    'li',
    {
      class: ['message', message.onlyFor !== undefined && 'only', indented && 'indented']
        .filter(Boolean)
        .join(' '),
    },
    el(
      'article',
      { 'aria-label': `${name}, ${minute(message.at)}` },
      el(
        'span',
        { class: `avatar ${author ? 'person' : 'bot'}`, 'aria-hidden': 'true' },
        author ? initials(name) : '₹',
      ),
      el(
        'div',
        { class: 'message-main' },
        message.onlyFor !== undefined && el('p', { class: 'only-you' }, 'Only visible to you'),
        el(
          'p',
          { class: 'by' },
          el('strong', {}, name),
          author === undefined && el('span', { class: 'tag' }, 'app'),
          el('time', {}, minute(message.at)),
          message.edited && el('span', { class: 'edited' }, '(edited)'),
        ),
        body,
        ...message.files.map((file: PageFile) => drawFile(file)),
        replies.length > 0 && onThread !== undefined && threadButton(),
        el(
          'p',
          { class: 'message-menu' },
          ...quiet(
            canReply && replies.length === 0 && reply,
            author && onShortcut && message.onlyFor === undefined && find,
          ),
        ),
      ),
    ),
  );
}

const quiet = (...children: (Child | undefined)[]): Child[] =>
  children.filter((child) => child !== undefined);

function renameIds(root: HTMLElement): void {
  for (const one of root.querySelectorAll('[id]')) one.id = `phone-${one.id}`;
  for (const name of ['for', 'aria-describedby', 'aria-labelledby'])
    for (const one of root.querySelectorAll(`[${name}]`))
      one.setAttribute(
        name,
        (one.getAttribute(name) ?? '')
          .split(' ')
          .map((id) => `phone-${id}`)
          .join(' '),
      );
}

function initials(name: string): string {
  return name
    .split(' ')
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2);
}

/** Owns the composer: what is typed is sent as the person one is, and `/payout` is completed by keys. */

import { send } from './connect.ts';
import { byId, el, elementsIn } from './elements.ts';
import { channelAt, channelName, state } from './state.ts';

/** What one types of a usage: "/payout track" of "/payout track <link>". */
export function typedPart(usage: string): string {
  return usage.replace(/\s*[<[].*$/, '');
}

export interface Completion {
  usage: string;
  does: string;
}

/** The commands that begin with what was typed; none once a command stands there whole with a space behind. */
export function completionsOf(typed: string, commands: readonly Completion[]): Completion[] {
  if (!typed.startsWith('/')) return [];
  const wanted = typed.toLowerCase();
  return commands.filter(
    ({ usage }) =>
      typedPart(usage).toLowerCase().startsWith(wanted.trimEnd()) &&
      !(/\s$/.test(typed) && typedPart(usage).toLowerCase() === wanted.trimEnd()),
  );
}

/** The command that stands there whole: its usage is shown while one goes on. */
export function commandOf(typed: string, commands: readonly Completion[]): Completion | undefined {
  const words = `${typed.toLowerCase().trimEnd()} `;
  return commands.find(({ usage }) => words.startsWith(`${typedPart(usage).toLowerCase()} `));
}

const input = (): HTMLInputElement => byId('composer-text', HTMLInputElement);
const list = (): HTMLElement => byId('commands', HTMLElement);

let active = -1;
/** What was sent before, the latest last: arrow up brings it back. */
const sent: string[] = [];
let back = 0;

export function startComposer(): void {
  const text = input();
  text.addEventListener('input', () => {
    active = -1;
    back = 0;
    showCompletions();
  });
  text.addEventListener('blur', () => setTimeout(hide, 150));
  text.addEventListener('focus', showCompletions);
  text.addEventListener('keydown', (event) => {
    const options = completionsNow();
    const isOpen = !list().hidden && options.length > 0;
    if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      active = (active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length;
      showCompletions();
    } else if (isOpen && (event.key === 'Tab' || (event.key === 'Enter' && active >= 0)) && !event.shiftKey) {
      const chosen = options[Math.max(active, 0)];
      if (!chosen || (event.key === 'Tab' && text.value === '')) return;
      event.preventDefault();
      accept(chosen);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      hide();
    } else if (event.key === 'ArrowUp' && sent.length > back) {
      event.preventDefault();
      back += 1;
      text.value = sent.at(-back) ?? '';
    }
  });
  byId('composer', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void say();
  });
  for (const button of elementsIn(byId('shortcuts', HTMLDetailsElement), 'button', HTMLButtonElement))
    button.addEventListener('click', () => {
      byId('shortcuts', HTMLDetailsElement).open = false;
      state.side = 'slack';
      void send({ act: 'shortcut', person: state.who, callbackId: button.dataset['shortcut'] ?? '' });
    });
}

async function say(): Promise<void> {
  const text = input().value.trim();
  const channel = channelAt(state.place, state.who);
  if (text === '' || channel === undefined) return;
  hide();
  state.side = 'slack';
  sent.push(text);
  back = 0;
  input().value = '';
  renderComposer();
  const wasTaken = await send({ act: 'say', person: state.who, channel, text });
  // What was refused is not lost.
  if (!wasTaken && input().value === '') input().value = text;
}

/** Puts words there for the person to send; selected, so that typing replaces them. */
export function typeInComposer(text: string): void {
  input().value = text;
  input().focus();
  input().select();
  hide();
  renderComposer();
}

function completionsNow(): Completion[] {
  return completionsOf(input().value, state.commands);
}

function accept({ usage }: Completion): void {
  input().value = `${typedPart(usage)}${/[<[]/.test(usage) ? ' ' : ''}`;
  active = -1;
  showCompletions();
}

function hide(): void {
  list().hidden = true;
  input().setAttribute('aria-expanded', 'false');
  input().removeAttribute('aria-activedescendant');
}

function showCompletions(): void {
  renderComposer();
  const options = completionsNow();
  if (options.length === 0 || document.activeElement !== input()) return hide();
  list().hidden = false;
  input().setAttribute('aria-expanded', 'true');
  list().replaceChildren(
    ...options.map((option, at) => {
      const item = el(
        'li',
        { role: 'option', id: `command-${at}`, 'aria-selected': String(at === active) },
        el('code', {}, option.usage),
        el('span', {}, option.does),
      );
      // Before the composer loses the focus.
      item.addEventListener('mousedown', (event) => {
        event.preventDefault();
        accept(option);
      });
      return item;
    }),
  );
  if (active < 0) return input().removeAttribute('aria-activedescendant');
  input().setAttribute('aria-activedescendant', `command-${active}`);
  list().children[active]?.scrollIntoView({ block: 'nearest' });
}

/** The hint below, and where it goes. */
export function renderComposer(): void {
  const command = commandOf(input().value, state.commands);
  byId('composer-hint', HTMLElement).textContent = command ? `${command.usage}: ${command.does}` : '';
  const channel = channelAt(state.place, state.who);
  if (channel !== undefined)
    byId('composer-label', HTMLElement).textContent = `Message to ${channelName(channel)}`;
}

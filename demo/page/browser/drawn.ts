/**
 * Owns what is used in the HTML that the server drew from Slack's blocks: buttons, menus and inputs become acts, and a
 * confirm dialogue is asked first.
 */

import type { Act, FormValues } from '../protocol.ts';
import { send } from './connect.ts';
import { byId, controlsIn, el, elementsIn } from './elements.ts';
import { placeOn } from './place-on-phone.ts';
import { state } from './state.ts';

type Press = Extract<Act, { act: 'press' }>;

/** As impatient people press, and as Slack delivers what was not acknowledged in time. */
const MANY_TIMES = 5;

interface Confirm {
  title: string;
  text: string;
  confirm: string;
  deny: string;
  style: string;
}

/** What acts as soon as it is used says when, in `data-acts`. */
export function listenToDrawn(root: HTMLElement): void {
  root.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button[data-action]') : null;
    if (button instanceof HTMLElement) void use(button, button.dataset['choice']);
  });
  root.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLElement && target.dataset['acts'] === 'change')
      void use(target, choiceOf(target));
  });
  root.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLElement && target.dataset['acts'] === 'type')
      void use(target, choiceOf(target));
  });
  root.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (!(target instanceof HTMLElement)) return;
    if (target instanceof HTMLInputElement && key === 'Enter' && target.dataset['acts'] === 'enter') {
      event.preventDefault();
      void use(target, choiceOf(target));
    }
    // Arrow keys on a closed menu would choose, and so act, with each press: they open it.
    if (target instanceof HTMLSelectElement && target.dataset['acts'] && /^Arrow(Up|Down)$/.test(key)) {
      event.preventDefault();
      target.showPicker();
    }
    if (key === 'Escape') closeMenu(target);
  });
  root.addEventListener('submit', (event) => event.preventDefault());
}

/** Menus open where there is room, over what scrolls, and close when something else is pressed or scrolled. */
export function startMenus(): void {
  const openMenus = (): HTMLDetailsElement[] =>
    elementsIn(document, '.overflow[open], .shortcuts[open]', HTMLDetailsElement);
  document.addEventListener('click', ({ target }) => {
    for (const menu of openMenus()) if (target instanceof Node && !menu.contains(target)) menu.open = false;
  });
  document.addEventListener(
    'scroll',
    ({ target }) => {
      for (const menu of openMenus()) if (target instanceof Node && target.contains(menu)) menu.open = false;
    },
    true,
  );
  document.addEventListener(
    'toggle',
    ({ target }) => {
      const list = target instanceof HTMLDetailsElement && target.open ? target.lastElementChild : null;
      const summary = list?.previousElementSibling;
      if (list instanceof HTMLUListElement && summary) placeMenu(list, summary.getBoundingClientRect());
    },
    true,
  );
}

const MENU_GAP_PX = 6;

function placeMenu(list: HTMLElement, { left, right, top, bottom }: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = list;
  const isLeft = left + width + MENU_GAP_PX < innerWidth && list.closest('.shortcuts') !== null;
  const below = bottom + MENU_GAP_PX;
  const fits = below + height < innerHeight;
  list.style.left = `${Math.max(MENU_GAP_PX, isLeft ? left : right - width)}px`;
  list.style.top = `${fits ? below : Math.max(MENU_GAP_PX, top - MENU_GAP_PX - height)}px`;
}

function closeMenu(inside: HTMLElement): void {
  const menu = inside.closest('details[open]');
  if (!(menu instanceof HTMLDetailsElement)) return;
  menu.open = false;
  menu.querySelector('summary')?.focus();
}

function choiceOf(control: HTMLElement): string | string[] | undefined {
  if (control instanceof HTMLInputElement && control.type === 'checkbox') {
    const form = control.closest('form, .home') ?? document;
    return elementsIn(form, 'input:checked', HTMLInputElement)
      .filter(({ name }) => name === control.name)
      .map(({ value }) => value);
  }
  if (control instanceof HTMLSelectElement && control.multiple)
    return [...control.selectedOptions].map(({ value }) => value);
  return control instanceof HTMLSelectElement ||
    control instanceof HTMLInputElement ||
    control instanceof HTMLTextAreaElement
    ? control.value
    : undefined;
}

async function use(control: HTMLElement, choice: string | string[] | undefined): Promise<void> {
  const place = control.closest('[data-message], [data-view]');
  const side = control.closest('[data-side="phone"]') ? 'phone' : 'slack';
  const isButton = control.dataset['kind'] === 'button';
  if (!(place instanceof HTMLElement) || (!isButton && (choice === undefined || choice === ''))) return;
  const { message, view } = place.dataset;
  const { block = '', action = '', confirm } = control.dataset;
  const menu = control.closest('details.overflow');
  if (menu instanceof HTMLDetailsElement) {
    menu.open = false;
    menu.querySelector('summary')?.focus();
  }
  const values = valuesIn(place);
  const times = confirm ? await ask(JSON.parse(confirm), action, side === 'phone') : 1;
  if (times === 0) return;
  state.side = side;
  if (side === 'phone') state.awaitsAnswer = true;
  const person = place.dataset['person'] ?? (side === 'phone' ? state.phonePerson : state.who);
  const press: Press = {
    act: 'press',
    person,
    on: view === undefined ? { message: message ?? '' } : { view },
    blockId: block,
    actionId: action,
    values,
    ...(isButton || choice === undefined ? {} : { choice }),
    ...(times > 1 && { times }),
  };
  await busyWhile(control, send(press));
}

/** Marks a control as busy; it stays usable, since two quick presses are two presses in Slack as well. */
export async function busyWhile<T>(control: HTMLElement, work: Promise<T>): Promise<T> {
  control.setAttribute('aria-busy', 'true');
  try {
    return await work;
  } finally {
    control.removeAttribute('aria-busy');
  }
}

/** What the inputs hold, by `block/action`; what holds nothing is left out, so that it is what it started with. */
export function valuesIn(root: ParentNode): FormValues {
  const values: FormValues = {};
  for (const control of controlsIn(root)) {
    if (control.name === '') continue;
    if (control instanceof HTMLInputElement && control.type === 'checkbox') {
      const chosen = [values[control.name] ?? []].flat();
      values[control.name] = control.checked ? [...chosen, control.value] : chosen;
    } else if (control instanceof HTMLInputElement && control.type === 'radio') {
      if (control.checked) values[control.name] = control.value;
    } else if (control instanceof HTMLSelectElement) {
      const chosen = [...control.selectedOptions].map(({ value }) => value).filter((value) => value !== '');
      if (control.multiple) values[control.name] = chosen;
      else if (chosen[0] !== undefined) values[control.name] = chosen[0];
    } else if (control.value !== '' || control.defaultValue !== '') values[control.name] = control.value;
  }
  return values;
}

/** Resolves to how many times the person pressed yes; 0 is no. */
async function ask(confirm: Confirm, action: string, onPhone: boolean): Promise<number> {
  const dialog = byId('confirm', HTMLDialogElement);
  const yes = el('button', { class: `button ${confirm.style}`, value: '1' }, confirm.confirm);
  const no = el('button', { class: 'button', value: '0' }, confirm.deny);
  const many = el(
    'button',
    {
      class: 'link-button',
      value: String(MANY_TIMES),
      title: 'As impatient people press, and as Slack delivers again.',
    },
    `${confirm.confirm} ${MANY_TIMES} times at once`,
  );
  const form = el(
    'form',
    { method: 'dialog' },
    el('h2', { id: 'confirm-title' }, confirm.title),
    el('p', { class: 'confirm-text' }, confirm.text),
    el('div', { class: 'dialog-buttons' }, no, yes),
    action === 'approval.approve' && el('p', { class: 'demo-only' }, 'Only in the demo: ', many),
  );
  dialog.replaceChildren(form);
  const answer = new Promise<number>((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : '0';
      dialog.close(pressed);
    });
    // Escape closes without a value.
    dialog.addEventListener('close', () => resolve(Number(dialog.returnValue)), { once: true });
  });
  dialog.returnValue = '0';
  placeOn(dialog, onPhone);
  dialog.showModal();
  yes.focus();
  return await answer;
}

/** Owns forms: the one on top of a person's screen, as a dialog, on the side where that person acts. */

import type { PageView } from '../protocol.ts';
import { send } from './connect.ts';
import { busyWhile, listenToDrawn, valuesIn } from './drawn.ts';
import { placeOn } from './place-on-phone.ts';
import { byId, controlsIn, el, elementsIn, replaceKeeping } from './elements.ts';
import { openForm, state } from './state.ts';

const dialog = (): HTMLDialogElement => byId('form', HTMLDialogElement);
/** Closed here, and not yet known to be closed by the server. */
const dismissed = new Set<string>();
let shown: PageView | undefined;

export function startForms(): void {
  listenToDrawn(dialog());
  dialog().addEventListener('cancel', (event) => {
    event.preventDefault();
    dismiss();
  });
  dialog().addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  window.addEventListener('resize', place);
}

export function renderForm(): void {
  // Its ID may come again, once everything starts over.
  for (const key of dismissed) if (state.views.get(key)?.open !== true) dismissed.delete(key);
  const wanted = formToShow();
  if (wanted === shown) return;
  const before = shown;
  shown = wanted;
  if (!wanted) return dialog().close();
  const isSame = before?.key === wanted.key;
  const fresh = draw(wanted);
  const old = dialog().firstElementChild;
  if (old && isSame) replaceKeeping(old, fresh);
  else dialog().replaceChildren(fresh);
  dialog().dataset['side'] = sideOf(wanted);
  place();
  if (!dialog().open) dialog().showModal();
  const wrong = fresh.querySelector('[aria-invalid="true"]');
  if (wrong)
    (wrong instanceof HTMLFieldSetElement
      ? controlsIn(wrong)[0]
      : wrong instanceof HTMLElement
        ? wrong
        : undefined
    )?.focus();
  else if (!isSame) focusFirst(fresh);
}

function formToShow(): PageView | undefined {
  const people = state.side === 'phone' ? [state.phonePerson, state.who] : [state.who, state.phonePerson];
  return people.map((person) => openForm(person)).find((view) => view && !dismissed.has(view.key));
}

function sideOf(view: PageView): 'slack' | 'phone' {
  if (state.phonePerson !== view.person) return 'slack';
  return state.who === view.person ? state.side : 'phone';
}

function focusFirst(form: HTMLElement): void {
  const wanted = form.querySelector('[data-focus]');
  if (wanted instanceof HTMLElement) return wanted.focus();
  const first = controlsIn(form)[0] ?? elementsIn(form, 'button.button', HTMLButtonElement).at(-1);
  first?.focus();
}

/** On the phone's screen, when it is the phone's form. */
function place(): void {
  placeOn(dialog(), dialog().dataset['side'] === 'phone');
}

function draw(view: PageView): HTMLFormElement {
  const close = el('button', { type: 'button', class: 'button', 'data-act': 'close' }, view.close);
  const cross = el(
    'button',
    { type: 'button', class: 'small icon', 'aria-label': 'Close form', 'data-act': 'cross' },
    '✕',
  );
  for (const button of [close, cross]) button.addEventListener('click', dismiss);
  const body = el('div', { class: 'form-body drawn', tabindex: '-1' });
  body.innerHTML = view.html;
  return el(
    'form',
    { class: 'form', novalidate: true, 'data-view': view.key, 'data-person': view.person },
    el('div', { class: 'form-head' }, el('h2', { id: 'form-title' }, view.title), cross),
    body,
    el(
      'div',
      { class: 'dialog-buttons' },
      close,
      view.submit !== undefined &&
        el('button', { type: 'submit', class: 'button primary', 'data-act': 'submit' }, view.submit),
    ),
  );
}

function dismiss(): void {
  if (!shown) return;
  const { key, person } = shown;
  dismissed.add(key);
  void send({ act: 'dismiss', person, view: key });
  renderForm();
}

async function submit(): Promise<void> {
  const form = dialog().querySelector('form');
  if (!shown || shown.submit === undefined || !form) return;
  if (!isComplete(form)) return;
  const button = form.querySelector('button[type=submit]');
  const sending = send({ act: 'submit', person: shown.person, view: shown.key, values: valuesIn(form) });
  await (button instanceof HTMLElement ? busyWhile(button, sending) : sending);
}

/** What Slack's own form would not let through, said at the input. */
function isComplete(form: HTMLFormElement): boolean {
  const missing = controlsIn(form).filter((control) => !control.disabled && !control.checkValidity());
  for (const said of elementsIn(form, '[data-error]', HTMLElement)) said.textContent = '';
  for (const control of controlsIn(form))
    if (control.type !== 'radio') control.removeAttribute('aria-invalid');
  for (const control of missing) {
    const error = control.closest('.field')?.querySelector('[data-error]');
    if (error)
      error.textContent = control.validity.valueMissing ? 'Fill in this field.' : control.validationMessage;
    const marked = control.type === 'radio' ? control.closest('fieldset') : control;
    marked?.setAttribute('aria-invalid', 'true');
  }
  missing[0]?.focus();
  return missing.length === 0;
}

/** Owns the guide: six scenes, what to do now, what was seen, and where it is done. */

import type { PageScene, PageStep, PageWhere, SceneId } from '../protocol.ts';
import { typeInComposer } from './composer.ts';
import { send } from './connect.ts';
import { byId, el, elementsIn, focusOn, patchList } from './elements.ts';
import { messageOf, openPush, takePhoneOf } from './phone.ts';
import { become, goTo } from './slack.ts';
import { state } from './state.ts';

let show = (_tab: string): void => {};
let render = (): void => {};

export function startGuide(renderAll: () => void, showTab: (tab: string) => void): void {
  render = renderAll;
  show = showTab;
  byId('next', HTMLButtonElement).addEventListener('click', () => {
    const at = state.scenes.findIndex(({ id }) => id === state.scene);
    const next = state.scenes[(at + 1) % state.scenes.length];
    if (next) begin(next.id);
  });
  for (const id of ['where', 'begin'])
    byId(id, HTMLButtonElement).addEventListener('click', () => {
      const step = currentStep();
      if (step?.where) point(step.where);
    });
  window.addEventListener('hashchange', followAddress);
  // What was pointed at was used, or something else was.
  for (const used of ['click', 'submit']) document.addEventListener(used, unmark, true);
}

/** The scene of the address, `#scene=unknown`. */
export function followAddress(): void {
  const wanted = /^#scene=(\w+)$/.exec(location.hash)?.[1];
  const scene = state.scenes.find(({ id }) => id === wanted);
  if (scene && scene.id !== state.scene) begin(scene.id);
}

function begin(scene: SceneId): void {
  state.scene = scene;
  history.replaceState(null, '', `#scene=${scene}`);
  void send({ act: 'scene', scene });
  render();
}

function currentScene(): PageScene | undefined {
  return state.scenes.find(({ id }) => id === state.scene) ?? state.scenes[0];
}

function currentStep(): PageStep | undefined {
  return currentScene()?.steps.find(({ done }) => !done);
}

export function renderGuide(): void {
  const scene = currentScene();
  patchList(
    byId('scenes', HTMLOListElement),
    state.scenes.map(({ id, title, steps }, at) => {
      const isDone = steps.every(({ done }) => done);
      const isNow = id === scene?.id;
      return {
        key: id,
        version: `${title} ${isDone} ${isNow}`,
        draw() {
          const button = el(
            'button',
            {
              type: 'button',
              class: isDone ? 'done' : undefined,
              'aria-current': isNow ? 'step' : undefined,
              'data-act': id,
            },
            el('span', { class: 'mark', 'aria-hidden': 'true' }, isDone ? '✓' : String(at + 1)),
            el('span', {}, title),
            isDone && el('span', { class: 'for-readers' }, ' (done)'),
          );
          button.addEventListener('click', () => begin(id));
          return el('li', {}, button);
        },
      };
    }),
  );
  const now = currentStep();
  patchList(
    byId('steps', HTMLOListElement),
    (scene?.steps ?? []).map((step, at) => {
      const phase = step.done ? 'done' : step === now ? 'current' : 'later';
      return {
        key: `${scene?.id} ${at}`,
        version: `${step.say} ${phase}`,
        draw: () =>
          el(
            'li',
            { class: phase, title: step.say, 'aria-current': phase === 'current' ? 'step' : undefined },
            el('span', { class: 'mark', 'aria-hidden': 'true' }, step.done ? '✓' : String(at + 1)),
            el('span', { class: 'say' }, step.done ? `${step.say} Done.` : step.say),
          ),
      };
    }),
  );
  const isDone = scene !== undefined && !now;
  byId('guide', HTMLElement).classList.toggle('scene-done', isDone);
  byId('where', HTMLButtonElement).disabled = now?.where === undefined;
  byId('next', HTMLButtonElement).classList.toggle('primary', isDone);
}

/** Goes to where a step is done, and points at the control. */
function point(where: PageWhere): void {
  const { part, person, channel, control, text } = where;
  if (part === 'phone') {
    if (person !== undefined) takePhoneOf(person);
  } else {
    if (person !== undefined) become(person);
    if (channel !== undefined && channel !== state.place) goTo(channel);
  }
  show(part === 'composer' ? 'slack' : part === 'clock' || part === 'kill' ? 'guide' : part);
  render();
  if (text !== undefined) typeInComposer(text);
  if (part === 'phone' && !targetOf(part, control)) openLatestPush(control);
  mark(targetOf(part, control) ?? paneOf(part));
}

function paneOf(part: PageWhere['part']): HTMLElement {
  if (part === 'clock' || part === 'kill') return byId('controls', HTMLElement);
  return byId(part === 'composer' ? 'slack' : part, HTMLElement);
}

/** The newest notification of a message that has the control. */
function openLatestPush(control = ''): void {
  const own = state.pushes.filter((one) => one.person === state.phonePerson);
  const push = own.find((one) => messageOf(one)?.html.includes(`data-action="${control}"`)) ?? own[0];
  if (push) openPush(push.key);
}

function targetOf(part: PageWhere['part'], control: string | undefined): HTMLElement | undefined {
  if (part === 'composer') return byId('composer-text', HTMLInputElement);
  if (part === 'kill') return byId('kill', HTMLButtonElement);
  if (control === undefined) return undefined;
  const wanted = CSS.escape(control);
  if (part === 'clock') return elementsIn(document, `[data-clock="${wanted}"]`, HTMLElement)[0];
  const root = byId(part === 'phone' ? 'phone-messages' : part, HTMLElement);
  if (part === 'instantpay')
    return elementsIn(root, `[data-trouble="${wanted}"], [data-status="${wanted}"] summary`, HTMLElement)[0];
  return elementsIn(root, `[data-action="${wanted}"]`, HTMLElement)
    .filter((one) => one.offsetParent !== null)
    .at(-1);
}

function mark(target: HTMLElement): void {
  unmark();
  target.scrollIntoView({ block: 'center' });
  if (target.matches('button, input, summary, select, textarea')) target.focus({ preventScroll: true });
  else focusOn(target);
  const shown = target.closest('label') ?? target;
  shown.classList.add('pointed');
}

function unmark(): void {
  for (const one of elementsIn(document, '.pointed', HTMLElement)) one.classList.remove('pointed');
}

/** Owns making and replacing elements: small builders, and lists that are patched by key. */

export type Child = Node | string | false | undefined;

/** `true` is an attribute without a value; `false` and `undefined` leave it out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
  made.append(...children.filter((child) => child !== false && child !== undefined));
  return made;
}

/** The element with this ID, which index.html has. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} #${id}`);
  return found;
}

export function elementsIn<T extends Element>(root: ParentNode, selector: string, kind: new () => T): T[] {
  return [...root.querySelectorAll(selector)].filter((one): one is T => one instanceof kind);
}

export interface Keyed {
  key: string;
  /** Another version is drawn again. */
  version: string;
  draw(): HTMLElement;
}

/** Makes the children of a list these, in this order; what did not change is not touched, so that focus stays. */
export function patchList(parent: HTMLElement, items: readonly Keyed[]): void {
  const there = new Map(
    [...parent.children]
      .filter((child) => child instanceof HTMLElement)
      .map((child) => [child.dataset['key'], child]),
  );
  let before: Element | null = parent.firstElementChild;
  for (const item of items) {
    const old = there.get(item.key);
    there.delete(item.key);
    let shown = old;
    if (!old || old.dataset['version'] !== item.version) {
      shown = item.draw();
      shown.dataset['key'] = item.key;
      shown.dataset['version'] = item.version;
      if (old) replaceKeeping(old, shown);
    }
    if (!shown) continue;
    if (before === old && old) before = shown;
    if (before === shown) before = shown.nextElementSibling;
    else parent.insertBefore(shown, before);
  }
  for (const gone of there.values()) gone.remove();
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export function controlsIn(root: ParentNode): Control[] {
  return [...root.querySelectorAll('input, textarea, select')].filter(
    (one) =>
      one instanceof HTMLInputElement ||
      one instanceof HTMLTextAreaElement ||
      one instanceof HTMLSelectElement,
  );
}

/** Replaces an element by its new version: what was typed stays where block and action are the same, as in Slack. */
export function replaceKeeping(old: Element, fresh: HTMLElement): void {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const mark = focused && markOf(focused);
  const pointed = old.querySelector('.pointed');
  const opened = elementsIn(old, 'details[open]', HTMLDetailsElement).map((one) => markOf(one));
  keepTyped(old, fresh);
  const scroll = old.scrollTop;
  old.replaceWith(fresh);
  fresh.scrollTop = scroll;
  for (const details of elementsIn(fresh, 'details', HTMLDetailsElement))
    if (opened.includes(markOf(details))) details.open = true;
  const find = (wanted: string): Element | undefined =>
    [...fresh.querySelectorAll('button, input, textarea, select, summary, a')].find(
      (one) => markOf(one) === wanted,
    );
  if (pointed) find(markOf(pointed))?.classList.add('pointed');
  if (!mark) return;
  const same = find(mark);
  // A button that is gone leaves the focus at its message, not at the top of the page.
  if (same instanceof HTMLElement) same.focus({ preventScroll: true });
  else focusOn(fresh);
  if (focused instanceof HTMLInputElement && same instanceof HTMLInputElement && focused.type === 'text')
    same.setSelectionRange(focused.selectionStart, focused.selectionEnd);
}

export function focusOn(target: HTMLElement): void {
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

/** What makes a control the same one in the next version. */
function markOf(element: Element): string {
  const own = (name: string): string => element.getAttribute(name) ?? '';
  if (element instanceof HTMLDetailsElement)
    return `details ${markOf(element.querySelector('button') ?? element.children[0] ?? document.body)}`;
  const names = ['data-block', 'data-action', 'data-choice', 'name', 'href', 'data-act'].map(own);
  return `${element.tagName} ${names.join(' ')} ${own('type') === 'radio' || own('type') === 'checkbox' ? own('value') : ''} ${element.tagName === 'BUTTON' ? (element.textContent ?? '') : ''}`;
}

function keepTyped(old: Element, fresh: HTMLElement): void {
  const before = controlsIn(old).filter((control) => control.name !== '');
  const after = controlsIn(fresh);
  const changed = new Set(before.filter(isChanged).map(({ name }) => name));
  for (const control of before) {
    if (!changed.has(control.name)) continue;
    const same = after.filter(({ name }) => name === control.name);
    if (control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio')) {
      const box = same.find(({ value }) => value === control.value);
      if (box instanceof HTMLInputElement) box.checked = control.checked;
    } else if (control instanceof HTMLSelectElement && same[0] instanceof HTMLSelectElement) {
      const chosen = new Set([...control.selectedOptions].map(({ value }) => value));
      for (const option of same[0].options) option.selected = chosen.has(option.value);
    } else if (same[0]) same[0].value = control.value;
  }
}

function isChanged(control: Control): boolean {
  if (control instanceof HTMLSelectElement)
    return [...control.options].some(({ selected, defaultSelected }) => selected !== defaultSelected);
  if (control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio'))
    return control.checked !== control.defaultChecked;
  return control.value !== control.defaultValue;
}

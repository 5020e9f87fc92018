/** Owns going from part to part of the page by F6, as in Slack: with many messages, Tab alone would take long. */

import { byId, controlsIn, elementsIn } from './elements.ts';

/** Where each part begins; the first of them that can take the focus does. */
const PARTS: readonly { root: string; first: string }[] = [
  { root: 'controls', first: 'button' },
  { root: 'guide', first: '#where:not(:disabled), #next' },
  { root: 'slack', first: '#composer-text, #home button' },
  { root: 'phone', first: '#phone-app:not([hidden]) button, #pushes button, select' },
  { root: 'instantpay', first: 'input' },
];

export function startRegions(): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'F6' || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    const shown = PARTS.filter(({ root }) => byId(root, HTMLElement).offsetParent !== null);
    const at = shown.findIndex(({ root }) => byId(root, HTMLElement).contains(document.activeElement));
    const step = event.shiftKey ? shown.length - 1 : 1;
    const next = shown[at < 0 ? 0 : (at + step) % shown.length];
    if (next) enter(next);
  });
}

function enter({ root, first }: (typeof PARTS)[number]): void {
  const part = byId(root, HTMLElement);
  const wanted = elementsIn(part, first, HTMLElement).find((one) => one.offsetParent !== null);
  (wanted ?? controlsIn(part)[0])?.focus();
}

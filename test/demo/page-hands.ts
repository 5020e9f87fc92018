/** Owns the two ways to use the page in a browser: with a pointer, and with the keyboard alone. */

import type { Locator, Page } from 'playwright-core';

export interface Hands {
  /** Presses a button, or flips a switch, a box or a radio button. */
  use(target: Locator): Promise<void>;
  /** Sends what the composer holds. */
  send(): Promise<void>;
}

export function pointer(page: Page): Hands {
  return {
    use: (target) => target.click(),
    send: () => page.locator('#send').click(),
  };
}

/** More presses of Tab than the page has controls. */
const MOST_TABS = 600;

export function keyboard(page: Page): Hands {
  return {
    async use(target) {
      await reach(page, target);
      const isBox = (await target.getAttribute('type')) === 'radio' || (await isSwitch(target));
      await page.keyboard.press(isBox ? 'Space' : 'Enter');
    },
    send: () => page.keyboard.press('Enter'),
  };
}

async function isSwitch(target: Locator): Promise<boolean> {
  return (await target.getAttribute('type')) === 'checkbox';
}

/** By F6 to its part of the page, then by Tab, or Shift and Tab, as it lies after or before; arrows among radio buttons. */
async function reach(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    const way = await target.evaluate(wayTo);
    if (way === 'there') return;
    await page.keyboard.press(way);
  }
  throw new Error(`${String(target)} was not reached by Tab`);
}

/** What the page has of the browser, as far as it is asked here. */
interface Spot {
  type?: string;
  name?: string;
  form?: unknown;
  closest(selector: string): Spot | null;
  compareDocumentPosition(other: Spot): number;
}
declare const document: { activeElement: Spot | null; body: Spot };

/** Runs in the page: the key that leads on from what has the focus. Bit 4 of the position: it follows. */
function wayTo(target: Spot): string {
  const now = document.activeElement ?? document.body;
  if (now === target) return 'there';
  const isAfter = now === document.body || Math.floor(now.compareDocumentPosition(target) / 4) % 2 === 1;
  const isSameGroup = target.type === 'radio' && now.type === 'radio' && now.name === target.name;
  const part = '#controls, #guide, #slack, #phone, #instantpay';
  if (now.closest(part) !== target.closest(part)) return 'F6';
  if (isSameGroup && now.form === target.form) return isAfter ? 'ArrowDown' : 'ArrowUp';
  return isAfter ? 'Tab' : 'Shift+Tab';
}

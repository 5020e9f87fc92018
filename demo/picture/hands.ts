/** Owns using the page of the demo as a person does: by what is read on it, at one press at a time. */

import type { Locator, Page } from 'playwright-core';
import type { SceneId } from '../page/protocol.ts';

export interface Hands {
  page: Page;
  beginScene(scene: SceneId): Promise<void>;
  become(name: string): Promise<void>;
  /** "payout-approvals", "App Home" or "Messages". */
  goTo(place: string): Promise<void>;
  /** Types into the composer, without sending. */
  type(text: string): Promise<void>;
  say(text: string): Promise<void>;
  /** The latest button of that name in the messages. */
  press(label: string | RegExp): Promise<void>;
  pressOnPhone(label: string): Promise<void>;
  openPush(): Promise<void>;
  /** In the confirm dialogue; yes, when no label is given. */
  confirm(label?: string): Promise<void>;
  chooseInForm(label: string): Promise<void>;
  submit(): Promise<void>;
  trouble(name: string): Promise<void>;
  clock(to: 'minute' | 'hour' | 'tomorrow'): Promise<void>;
  kill(): Promise<void>;
  /** Brings the latest message with the words to the top. */
  show(words: string | RegExp): Promise<void>;
  /** Resolves when one of the messages has the words. */
  reads(words: string | RegExp): Promise<void>;
  phoneReads(words: string | RegExp): Promise<void>;
  /** Without pointing: what was shown before. */
  quietly(work: () => Promise<void>): Promise<void>;
  /** Resolves when the guide has seen the step with these words, or the whole scene. */
  ticked(step: RegExp): Promise<void>;
  sceneTicked(scene: SceneId): Promise<void>;
  /** On a narrow page one part is seen at a time; does nothing on a wide one. */
  look(part: 'slack' | 'phone' | 'instantpay' | 'guide'): Promise<void>;
}

/** What an element of the browser can do; its own types are not known here. */
interface Scrolls {
  scrollIntoView?(how: { block: 'start' }): void;
}

/** Payout Desk waits six seconds for InstantPay, and starts again in about four. */
const PATIENCE_MS = 30_000;

/** `before`: called with what is about to be pressed, such as to point at it. */
export function createHands(page: Page, before: (target: Locator) => Promise<void> = async () => {}): Hands {
  page.setDefaultTimeout(PATIENCE_MS);
  const messages = page.locator('#messages');
  const phone = page.locator('#phone-messages');
  let isQuiet = false;
  const click = async (target: Locator): Promise<void> => {
    if (!isQuiet) await before(target);
    await target.click();
  };
  // By the words on it: a screen reader is told more, such as of which link.
  const button = (root: Locator, label: string | RegExp): Locator =>
    typeof label === 'string'
      ? root.locator(`button:text-is(${JSON.stringify(label)})`).last()
      : root.locator('button', { hasText: label }).last();
  const composer = page.locator('#composer-text');
  const tabs = page.locator('#tabs');

  async function look(part: string): Promise<void> {
    if (await tabs.isVisible()) await tabs.locator(`[data-tab="${part}"]`).click();
  }
  async function openSidebar(): Promise<void> {
    const drawer = page.locator('#drawer');
    const isOpen = (await drawer.getAttribute('aria-expanded')) === 'true';
    if ((await drawer.isVisible()) && !isOpen) await drawer.click();
  }
  return {
    page,
    look,
    async beginScene(scene) {
      await look('guide');
      await page.locator(`#scenes [data-act="${scene}"]`).click();
      await look('slack');
    },
    async become(name) {
      await openSidebar();
      await click(page.locator('#people label').filter({ hasText: name }));
    },
    async goTo(place) {
      await openSidebar();
      await click(page.locator('#places').getByRole('button', { name: new RegExp(`^(# )?${place}( |$)`) }));
    },
    async type(text) {
      await composer.click();
      await composer.fill(text);
    },
    async say(text) {
      await composer.fill(text);
      await composer.press('Enter');
    },
    press: (label) => click(button(messages, label)),
    pressOnPhone: (label) => click(button(phone, label)),
    openPush: () => click(page.locator('#pushes button').first()),
    confirm: (label) =>
      click(
        label === undefined
          ? page.locator('#confirm .dialog-buttons [value="1"]')
          : button(page.locator('#confirm'), label),
      ),
    chooseInForm: (label) => click(page.locator('#form').getByLabel(label, { exact: true })),
    async submit() {
      await click(page.locator('#form [data-act="submit"]'));
      // What takes long is answered in the form, which then stays until it is closed.
      await page.locator('#form[open] [data-act="submit"]').waitFor({ state: 'detached' });
      const close = page.locator('#form[open] [data-act="close"]');
      if (await close.isVisible()) await close.click();
    },
    async trouble(name) {
      await look('instantpay');
      await click(page.locator(`#troubles label:has([data-trouble="${name}"])`));
    },
    clock: (to) => click(page.locator(`[data-clock="${to}"]`)),
    kill: () => click(page.locator('#kill')),
    reads: (words) => messages.locator('.message', { hasText: words }).last().waitFor(),
    phoneReads: (words) => phone.locator('.message', { hasText: words }).last().waitFor(),
    async quietly(work) {
      isQuiet = true;
      await work();
      isQuiet = false;
    },
    ticked: (step) => page.locator('#steps li.done', { hasText: step }).waitFor({ state: 'attached' }),
    sceneTicked: (scene) => page.locator(`#scenes .done[data-act="${scene}"]`).waitFor({ state: 'attached' }),
    show: (words) =>
      messages
        .locator('.message', { hasText: words })
        .last()
        .evaluate((message: Scrolls) => message.scrollIntoView?.({ block: 'start' })),
  };
}

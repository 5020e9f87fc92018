/** Owns IDs that are not ours: they find no route, also where a plain object would have one; access fails closed. */

import { afterEach, expect, test } from 'vitest';
import { judge } from '../../src/payouts/access.ts';
import { BUTTON_OUT_OF_DATE, buttonRoute, UNKNOWN_BUTTON } from '../../src/slack/button-routes.ts';
import { FORM_OUT_OF_DATE, formRoute, UNKNOWN_FORM } from '../../src/slack/form-routes.ts';
import { shortcutRoute, UNKNOWN_SHORTCUT } from '../../src/slack/shortcut-routes.ts';
import { openBot, read, type TestBot } from '../features/bot.ts';
import { askToCancel } from '../features/steps.ts';
import { CHECKER, makeDeps } from '../payouts/setup.ts';
import { forgedAction, forgedView } from './forge.ts';

const NOT_OURS = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'approval.approve2',
  '',
];

let bot: TestBot | undefined;
afterEach(() => bot?.close());

test.each(NOT_OURS)('no button, form and shortcut is called "%s"', (id) => {
  expect(buttonRoute(id)).toBe(UNKNOWN_BUTTON);
  expect(formRoute(id)).toBe(UNKNOWN_FORM);
  expect(shortcutRoute(id)).toBe(UNKNOWN_SHORTCUT);
});

test.each(['constructor', '__proto__', 'toString', 'own'])(
  'a permission called "%s" is nobody’s',
  async (name) => {
    const { policy, directory } = makeDeps();
    // @ts-expect-error: as an unchecked caller would hand it in.
    expect(await judge(policy, directory, CHECKER, name)).toMatchObject({ allowed: false });
  },
);

test('a click and a form with such an ID are acknowledged, answered and change nothing', async () => {
  bot = await openBot();
  const { approver } = bot.people;
  const { card } = await askToCancel(bot);
  for (const action_id of NOT_OURS.filter((id) => id !== '')) {
    const answer = await bot.answerTo(approver, () =>
      approver.click(card, 'Approve', { forge: forgedAction({ action_id }) }),
    );
    expect(read(answer)).toContain(BUTTON_OUT_OF_DATE);
  }
  await approver.click(card, 'Reject');
  const modal = await approver.modal();
  await bot.idle();
  for (const callback_id of NOT_OURS.filter((id) => id !== '')) {
    modal.isOpen = true;
    const answer = await bot.answerTo(approver, () =>
      approver.submit(modal, { reason: 'not this one' }, { forge: forgedView({ callback_id }) }),
    );
    expect(read(answer)).toContain(FORM_OUT_OF_DATE);
  }
  const unanswered = bot.slack.deliveries.filter(
    ({ outbound, acks }) =>
      outbound.payload['type'] !== undefined && !acks.some(({ acknowledged }) => acknowledged),
  );
  expect(unanswered).toEqual([]);
  expect(bot.entries().filter(({ status }) => status === 'unexpected')).toEqual([]);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
  expect(read(card)).toContain('[Approve]');
});

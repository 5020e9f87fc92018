/** Owns the menu of a row over HTTP: each choice does what its button does, for those who may, and nothing when forged. */

import { afterEach, expect, test } from 'vitest';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { BUTTON_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { encodeRowChoice } from '../../src/slack/block-kit/row-values.ts';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { the } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

const MENU = 'row_menu';
const firstIssued = (): string => the(bot.instantpay.links('ISSUED')).linkId;

test('Cancel link opens the form at once, before InstantPay is asked', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list issued');
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'delay', delayMs: 400 } });
  await bot.done(() => operator.choose(list, MENU, 'Cancel link', { nth: 1 }));
  const form = await operator.modal();
  expect(read(form)).toContain(firstIssued());
  expect(bot.slack.views).toHaveLength(1);
});

test('Watch follows the link, and a link that is final has a button alone', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list processing');
  await bot.done(() => operator.choose(list, MENU, 'Watch', { nth: 1 }));
  expect(read(await bot.say(operator, 'watches'))).toContain(the(bot.instantpay.links('PROCESSING')).linkId);
  const claimed = await bot.say(operator, 'list claimed');
  expect(JSON.stringify(claimed.blocks)).not.toContain('overflow');
  const card = await bot.answerTo(operator, () => operator.click(claimed, 'Details', { nth: 1 }));
  expect(read(card)).toContain(the(bot.instantpay.links('CLAIMED')).linkId);
});

test('a link that was claimed meanwhile is refused as by its button, and nothing is sent', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list issued');
  bot.instantpay.setStatus(firstIssued(), 'CLAIMED');
  const answer = await bot.answerTo(operator, () => operator.choose(list, MENU, 'Send reminder', { nth: 1 }));
  expect(read(answer)).toContain('CLAIMED');
  await bot.done(() => operator.choose(list, MENU, 'Cancel link', { nth: 1 }));
  expect(read(await operator.modal())).toContain('CLAIMED');
  expect(bot.instantpay.callsOf('notify')).toHaveLength(0);
});

test('who may only look is offered no change; a forged choice is refused and audited', async () => {
  bot = await openBot();
  const { admin, operator } = bot.people;
  const own = await bot.say(admin, 'list issued');
  expect(read(own)).not.toMatch(/Send reminder|Cancel link/);
  const card = await bot.answerTo(admin, () => admin.choose(own, MENU, 'Details', { nth: 1 }));
  expect(read(card)).toContain(firstIssued());
  const list = await bot.say(operator, 'list issued');
  const calls = bot.instantpay.calls.length;
  // Slack shows the answer where the click was made.
  const refusal = await bot.answerTo(operator, () =>
    operator.choose(list, MENU, 'Send reminder', { nth: 1, userId: admin.id }),
  );
  expect(read(refusal)).toContain(notPermitted('operate'));
  expect(bot.instantpay.calls).toHaveLength(calls);
  await bot.stop();
  const rows = await bot.onStore((store) => store.audit.list({ actorId: admin.id, limit: 10 }));
  expect(rows.map(({ subject, outcome }) => [subject, outcome])).toContainEqual([
    'reminder.send',
    'not_operator',
  ]);
});

test.each(['approve', 'details', ''])(
  'a choice that Payout Desk did not make does nothing: “%s”',
  async (word) => {
    bot = await openBot();
    const { operator } = bot.people;
    const list = await bot.say(operator, 'list issued');
    const calls = bot.instantpay.calls.length;
    const value =
      word === 'details'
        ? `${encodeRowChoice('details', WELL_KNOWN.issued)} `
        : `${word}.${WELL_KNOWN.issued}`;
    const answer = await bot.answerTo(operator, () =>
      operator.choose(list, MENU, 'Details', {
        nth: 1,
        forge: (payload) =>
          JSON.parse(JSON.stringify(payload).replace(/"details\.[0-9a-f]{24}"/g, JSON.stringify(value))),
      }),
    );
    expect(read(answer)).toContain(BUTTON_NOT_VALID);
    expect(bot.instantpay.calls).toHaveLength(calls);
  },
);

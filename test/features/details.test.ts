/** Owns `Details`: the only place of long IDs, private, on request cards in every state and on link cards. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { NO_HISTORY } from '../../src/slack/views/details.ts';
import { actionLabel } from '../../src/slack/views/audit-labels.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel, requestIdOf } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

test('of a request, while it waits and once it is decided: history, IDs, votes and audit, oldest first', async () => {
  bot = await openBot();
  const { approver, operator } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  const id = requestIdOf(card);
  const waiting = await bot.answerTo(operator, () => operator.click(card, 'Details'));
  expect(waiting.ephemeralFor).toBe(operator.id);
  expect(read(waiting)).toContain(actionLabel('cancel.requested'));
  expect(read(waiting)).not.toContain(actionLabel('cancel.executed'));
  await approve(bot, card);
  expect(read(card)).not.toMatch(new RegExp(`${linkId}|${id}`));
  const before = bot.instantpay.callsOf('track', linkId).length;
  const details = await bot.answerTo(operator, () => operator.click(card, 'Details'));
  expect(details.ephemeralFor).toBe(operator.id);
  const words = read(details);
  const { orderId } = bot.instantpay.link(linkId) ?? { orderId: '' };
  for (const fact of [linkId, id, orderId, 'InstantPay request ID', 'Payout link created', approver.id])
    expect(words).toContain(fact);
  const order = ['cancel.requested', 'cancel.approved', 'cancel.started', 'cancel.executed'] as const;
  const places = order.map((action) => words.lastIndexOf(`\n${actionLabel(action)}`));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places.toSorted((one, another) => one - another)).toEqual(places);
  expect(bot.instantpay.callsOf('track', linkId)).toHaveLength(before + 1);
  expect(words).not.toContain('9820011101');
});

test('InstantPay away: the rest is shown, and that its history is not', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const { card } = await askToCancel(bot);
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'statuscode', statuscode: 'ERR' } });
  const details = await bot.answerTo(operator, () => operator.click(card, 'Details'));
  expect(read(details)).toContain(NO_HISTORY);
  expect(read(details)).toContain(actionLabel('cancel.requested'));
});

test('of a link: IDs, history and what was done to it', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  await bot.say(operator, `notify ${WELL_KNOWN.issued}`);
  const card = await bot.say(operator, `track ${WELL_KNOWN.issued}`);
  expect(read(card)).not.toContain('InstantPay request ID');
  const details = await bot.answerTo(operator, () => operator.click(card, 'Details'));
  for (const fact of [WELL_KNOWN.issued, 'InstantPay request ID', actionLabel('reminder.sent')])
    expect(read(details)).toContain(fact);
});

test('who may not look gets nothing', async () => {
  bot = await openBot({ env: { VIEWERS: undefined } });
  const { admin } = bot.people;
  const { card } = await askToCancel(bot);
  const no = await bot.answerTo(admin, () => admin.click(card, 'Details'));
  expect(read(no)).toContain(notPermitted('look'));
});

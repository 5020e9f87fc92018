/** Owns copies of a request that Slack delivers minutes late: what was decided stays decided, and nothing new is opened. */

import { because } from './steps.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';

let bot: TestBot;
afterEach(() => bot.close());

const cardsOf = (linkId: string) =>
  bot.slack
    .messages(bot.channels.approvals)
    .filter(({ blocks, edits }) => JSON.stringify([blocks, edits]).includes(linkId));

async function reject(): Promise<void> {
  const { approver } = bot.people;
  const [card] = cardsOf(WELL_KNOWN.issued);
  if (!card) throw new Error('no card');
  await approver.click(card, 'Reject');
  const modal = await approver.modal();
  await bot.idle();
  await bot.done(() => approver.submit(modal, { reason: 'not a duplicate' }));
  bot.skip(3 * MINUTE_MS);
}

test('a slash command delivered again after its request was rejected opens no second one', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const text = `cancel ${WELL_KNOWN.issued} duplicate of bill 118`;
  const same = (trigger_id: string) => ({
    forge: (payload: object) => ({ ...payload, trigger_id }),
  });
  await bot.answerTo(operator, () => operator.command('/payout', text, same('1.2.first')));
  await reject();
  const again = { ...same('1.2.first'), retry: { number: 2, reason: 'http_timeout' } };
  const late = await bot.answerTo(operator, () => operator.command('/payout', text, again));
  expect(read(late)).toContain(STATE_TITLES.rejected);
  expect(cardsOf(WELL_KNOWN.issued)).toHaveLength(1);
  // Asked again by the person, it is a request of its own, also where a trigger's ID comes twice.
  await bot.answerTo(operator, () => operator.command('/payout', text, same('1.2.first')));
  expect(cardsOf(WELL_KNOWN.issued)).toHaveLength(2);
});

test('so does the form with the reason', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const modal = await operator.modal();
  await bot.idle();
  await bot.answerTo(operator, () => operator.submit(modal, because('paid twice')));
  await reject();
  modal.isOpen = true;
  const again = { retry: { number: 2, reason: 'http_timeout' } };
  const late = await bot.answerTo(operator, () => operator.submit(modal, because('paid twice'), again));
  expect(read(late)).toContain(STATE_TITLES.rejected);
  expect(cardsOf(WELL_KNOWN.issued)).toHaveLength(1);
});

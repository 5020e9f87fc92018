/** Owns the three seconds: whatever InstantPay, Slack or the store do, every delivery is acknowledged and every person answered. */

import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { STORE_UNREACHABLE } from '../../src/store/failure.ts';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { FORM_NOT_OPENED } from '../../src/slack/open-form.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { askToCancel, because, cancelFormOf } from './steps.ts';
import { NO_ANSWER_IN_TIME } from '../../src/instantpay/errors.ts';
import { UNKNOWN_WORDS } from '../../src/slack/views/transaction-words.ts';

let bot: TestBot;
afterEach(() => bot.close());

const COMMANDS = [
  `track ${WELL_KNOWN.issued}`,
  'track Zubin',
  'list',
  `notify ${WELL_KNOWN.issued}`,
  `cancel ${WELL_KNOWN.issued} paid twice`,
  'txn VENDOR-2041 yesterday',
  'digest',
];

test('InstantPay hangs: acknowledged, then one sentence, never a stack', async () => {
  bot = await openBot({ patience: 'as shipped', env: { INSTANTPAY_TIMEOUT: '300ms' } });
  const { operator } = bot.people;
  bot.instantpay.fault({ effect: { kind: 'noHeaders' }, times: 0 });
  const sent = await Promise.all(COMMANDS.map((text) => operator.command('/payout', text)));
  for (const delivered of sent)
    expect(delivered.ack).toMatchObject({ acknowledged: true, status: 200, body: '' });
  const answers = await Promise.all(sent.map((delivered) => delivered.answer(1, { withinMs: 15_000 })));
  await bot.idle();
  const SAYS_SO = new RegExp([NO_ANSWER_IN_TIME, UNKNOWN_WORDS.unreachable, 'incomplete'].join('|'), 'i');
  for (const answer of answers) {
    expect(read(answer)).toMatch(SAYS_SO);
    expect(read(answer)).not.toMatch(/\.ts:|Error|undefined/);
  }
  const failed = answers.map(read).filter((text) => text.includes(NO_ANSWER_IN_TIME));
  expect(failed.length).toBeGreaterThanOrEqual(3);
  // An outage explains itself: a support code is for unexpected failures.
  expect(failed.join()).not.toContain('Support code');
});

test('InstantPay takes more than five seconds: acknowledged at once, answered when it comes', async () => {
  bot = await openBot({ patience: 'as shipped', env: { INSTANTPAY_TIMEOUT: '15s' } });
  const { operator, approver } = bot.people;
  const shown = await bot.say(operator, `track ${WELL_KNOWN.claimed}`);
  const { card } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  const asked = await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const modal = await cancelFormOf(bot, operator);
  for (const operation of ['track', 'list'] as const)
    bot.instantpay.fault({ operation, effect: { kind: 'delay', delayMs: 5_200 }, times: 0 });
  const all = await Promise.all([
    operator.command('/payout', `track ${WELL_KNOWN.issued}`),
    operator.click(shown, 'Refresh'),
    approver.click(card, 'Approve'),
    operator.submit(modal, because('paid twice')),
  ]);
  for (const { ack } of all) expect(ack.acknowledged).toBe(true);
  expect(operator.notices()).toEqual([]);
  expect(read(card)).not.toContain('Link cancelled');
  const [tracked] = all;
  await bot.idle();
  expect(read(await tracked.answer())).toContain('ISSUED');
  expect(read(await asked.answer())).toContain(STATE_TITLES.pending);
  expect(read(card)).toContain('Link cancelled');
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('the store is held by something else: acknowledged, nothing is done, and the person is told so', async () => {
  bot = await openBot({ patience: 'as shipped' });
  const { operator, approver } = bot.people;
  const { card, linkId } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  const other = new DatabaseSync(bot.databasePath);
  other.exec('begin immediate');
  const sent = [
    await operator.command('/payout', `notify ${WELL_KNOWN.issued}`),
    await operator.command('/payout', `cancel ${WELL_KNOWN.issued} paid twice`),
    await approver.click(card, 'Approve'),
  ];
  for (const { ack } of sent) expect(ack.acknowledged).toBe(true);
  for (const delivered of sent) {
    const text = read(await delivered.answer());
    expect(text).toContain(STORE_UNREACHABLE);
    expect(text).not.toContain('Support code');
  }
  await bot.idle();
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
  expect(bot.instantpay.callsOf('notify')).toHaveLength(0);
  other.exec('rollback');
  other.close();
  await bot.done(() => approver.click(card, 'Approve'));
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
});

test('the store fails between the call and its record: no second call, and tracking finds the truth', async () => {
  bot = await openBot({ patience: 'as shipped' });
  const { approver, operator } = bot.people;
  const { card, linkId } = await askToCancel(bot);
  bot.instantpay.fault({ operation: 'cancel', effect: { kind: 'delay', delayMs: 500 } });
  const clicked = approver.click(card, 'Approve');
  await bot.slack.waitFor(() => bot.instantpay.callsOf('cancel').length === 1);
  await bot.slack.waitFor(() => read(card).includes(STATE_TITLES.executing));
  const other = new DatabaseSync(bot.databasePath);
  other.exec('begin immediate');
  await clicked;
  await bot.idle();
  other.exec('rollback');
  other.close();
  expect(bot.instantpay.link(linkId)?.status).toBe('CANCELLED');
  expect(read(card)).not.toContain('Link cancelled');
  await bot.pass(60_000);
  expect(read(card)).toContain('Link cancelled');
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
  expect(bot.slack.messages(operator.directMessages).map(read).join()).toContain('Link cancelled');
  expect(operator.notices()).toEqual([]);
});

test('Slack does not open the form: said, and nothing is lost', async () => {
  bot = await openBot({ patience: 'as shipped' });
  const { operator } = bot.people;
  for (const fault of [{ kind: 'error', error: 'expired_trigger_id' }, { kind: 'drop' }] as const) {
    bot.slack.faults.set('views.open', fault, 1);
    const answer = await bot.say(operator, `cancel ${WELL_KNOWN.issued}`);
    expect(read(answer)).toContain(FORM_NOT_OPENED);
  }
});

/** Owns cards that Slack does not accept at first: repaired by the job or by the next click, never lost, never doubled. */

import { CLOSED } from '../../src/slack/views/approval-answers.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../fakes/slack/faults.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel, toldDirectly } from './steps.ts';
import { ANSWER_NOT_SENT } from '../../src/slack/answer-error.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot();
});
afterEach(() => bot.close());

const told = () => toldDirectly(bot, bot.people.operator);

const REFUSALS: [string, Fault][] = [
  ['429', { kind: 'rate_limited', retryAfterS: 0 }],
  ['500', { kind: 'status', status: 500 }],
  ['an error of its own', { kind: 'error', error: 'fatal_error' }],
];

test.each(REFUSALS)(
  'Slack answers chat.update with %s: the link is cancelled, and the job mends the card',
  async (_name, fault) => {
    const { linkId, card } = await askToCancel(bot);
    bot.slack.faults.set('chat.update', fault);
    await approve(bot, card);
    expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
    expect(read(card)).toContain('[Approve]');
    expect(told().map(read).join()).toContain('Link cancelled');
    bot.slack.faults.clear();
    await bot.pass(5_000);
    expect(read(card)).toContain('Link cancelled');
    expect(read(card)).not.toContain('[Approve]');
    expect(told()).toHaveLength(1);
    expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
  },
);

test('a click on a card that missed its edit gets the outcome, and mends the card', async () => {
  const { approver, secondApprover } = bot.people;
  const { card } = await askToCancel(bot);
  bot.slack.faults.set('chat.update', { kind: 'error', error: 'fatal_error' });
  await approve(bot, card, approver);
  expect(read(card)).toContain('[Approve]');
  bot.slack.faults.clear();
  const late = await bot.answerTo(secondApprover, () => secondApprover.click(card, 'Approve'));
  expect(read(late)).toContain(CLOSED);
  expect(read(late)).toContain(`@${approver.id}`);
  expect(read(card)).toContain('Link cancelled');
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('a reject form on a stale card is told the outcome', async () => {
  const { approver, secondApprover } = bot.people;
  const { card } = await askToCancel(bot);
  await secondApprover.click(card, 'Reject');
  const modal = await secondApprover.modal();
  await bot.idle();
  await approve(bot, card, approver);
  const late = await bot.answerTo(secondApprover, () => secondApprover.submit(modal, { reason: 'too late' }));
  expect(read(late)).toContain(CLOSED);
  expect(read(card)).toContain('Link cancelled');
});

test('a card somebody deleted: the cancel goes through, the requester is told, and nobody hammers Slack', async () => {
  const { card } = await askToCancel(bot);
  bot.slack.faults.set('chat.update', { kind: 'error', error: 'message_not_found' });
  await approve(bot, card);
  expect(told().map(read).join()).toContain('Link cancelled');
  const updates = bot.slack.callsTo('chat.update').length;
  for (let hours = 0; hours < 5; hours += 1) await bot.pass(HOUR_MS);
  expect(bot.slack.callsTo('chat.update')).toHaveLength(updates);
});

test('the answer to a post is lost: the card may stand twice, but both show the outcome after a click', async () => {
  const { operator, approver } = bot.people;
  bot.slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
  await bot.say(operator, 'cancel 6570a0000000000000000001 paid twice');
  await bot.pass(60_000);
  const cards = bot.slack.messages(bot.channels.approvals);
  expect(cards.length).toBeGreaterThanOrEqual(1);
  for (const card of cards.toReversed()) {
    if (read(card).includes('[Approve]')) await bot.done(() => approver.click(card, 'Approve'));
  }
  for (const card of cards) expect(read(card)).toContain('Link cancelled');
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('the requester cannot be told at first: told later, once', async () => {
  const { card } = await askToCancel(bot);
  bot.slack.faults.set('chat.postMessage', { kind: 'error', error: 'fatal_error' });
  await approve(bot, card);
  expect(read(card)).toContain('Link cancelled');
  expect(told()).toHaveLength(0);
  await bot.pass(5_000);
  expect(told()).toHaveLength(0);
  bot.slack.faults.clear();
  await bot.restart();
  await bot.pass(10_000);
  expect(told()).toHaveLength(1);
  await bot.pass(HOUR_MS);
  expect(told()).toHaveLength(1);
});

test('a channel that was archived meanwhile: the requester is told by direct message', async () => {
  const { operator } = bot.people;
  const { card } = await askToCancel(bot);
  await bot.slack.archive(bot.channels.payouts);
  await approve(bot, card);
  expect(toldDirectly(bot, operator).map(read).join()).toContain('Link cancelled');
});

test('an answer whose response_url is gone comes another way', async () => {
  const { operator } = bot.people;
  bot.slack.faults.set('response_url', { kind: 'status', status: 404 });
  const ephemeral = await bot.say(operator, 'help');
  expect(ephemeral.via).toBe('chat.postEphemeral');
  const direct = await bot.say(operator, 'help', bot.channels.withoutBot);
  expect(direct.channel).toBe(operator.directMessages);
});

test('Slack takes no answer at all: nothing is lost but the words, and the log says so', async () => {
  const { operator } = bot.people;
  bot.slack.faults.set('*', { kind: 'error', error: 'fatal_error' });
  bot.slack.faults.set('response_url', { kind: 'status', status: 500 });
  const sent = await bot.done(() => operator.command('/payout', 'help'));
  expect(sent.ack.acknowledged).toBe(true);
  expect(
    bot
      .entries()
      .filter((entry) => entry.level === 'error')
      .map((entry) => entry.msg),
  ).toContain(ANSWER_NOT_SENT);
  bot.slack.faults.clear();
  expect(read(await bot.say(operator, 'help'))).toContain('Payout Desk');
});

/** Owns cards that Slack does not take at first: mended by the job or by the next click, never lost, never doubled. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../fakes/slack/faults.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { openDesk, read, type TestDesk } from './desk.ts';
import { approve, askToCancel, toldDirectly } from './steps.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const told = () => toldDirectly(desk, desk.people.operator);

const REFUSALS: [string, Fault][] = [
  ['429', { kind: 'rate_limited', retryAfterS: 0 }],
  ['500', { kind: 'status', status: 500 }],
  ['an error of its own', { kind: 'error', error: 'fatal_error' }],
];

test.each(REFUSALS)(
  'Slack answers chat.update with %s: the link is cancelled, and the job mends the card',
  async (_name, fault) => {
    const { linkId, card } = await askToCancel(desk);
    desk.slack.faults.set('chat.update', fault);
    await approve(desk, card);
    expect(desk.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
    expect(read(card)).toContain('[Approve]');
    expect(told().map(read).join()).toContain('Link cancelled');
    desk.slack.faults.clear();
    await desk.pass(5_000);
    expect(read(card)).toContain('Link cancelled');
    expect(read(card)).not.toContain('[Approve]');
    expect(told()).toHaveLength(1);
    expect(desk.instantpay.callsOf('cancel')).toHaveLength(1);
  },
);

test('a click on a card that missed its edit gets the outcome, and mends the card', async () => {
  const { approver, secondApprover } = desk.people;
  const { card } = await askToCancel(desk);
  desk.slack.faults.set('chat.update', { kind: 'error', error: 'fatal_error' });
  await approve(desk, card, approver);
  expect(read(card)).toContain('[Approve]');
  desk.slack.faults.clear();
  const late = await desk.answerTo(secondApprover, () => secondApprover.click(card, 'Approve'));
  expect(read(late)).toContain('not waiting for a decision any more');
  expect(read(late)).toContain(`@${approver.id}`);
  expect(read(card)).toContain('Link cancelled');
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('a reject form on a stale card is told the outcome', async () => {
  const { approver, secondApprover } = desk.people;
  const { card } = await askToCancel(desk);
  await secondApprover.click(card, 'Reject');
  const modal = await secondApprover.modal();
  await desk.idle();
  await approve(desk, card, approver);
  const late = await desk.answerTo(secondApprover, () =>
    secondApprover.submit(modal, { reason: 'too late' }),
  );
  expect(read(late)).toContain('not waiting for a decision any more');
  expect(read(card)).toContain('Link cancelled');
});

test('a card somebody deleted: the cancel goes through, the requester is told, and nobody hammers Slack', async () => {
  const { card } = await askToCancel(desk);
  desk.slack.faults.set('chat.update', { kind: 'error', error: 'message_not_found' });
  await approve(desk, card);
  expect(told().map(read).join()).toContain('Link cancelled');
  const updates = desk.slack.callsTo('chat.update').length;
  for (let hours = 0; hours < 5; hours++) await desk.pass(HOUR_MS);
  expect(desk.slack.callsTo('chat.update')).toHaveLength(updates);
});

test('the answer to a post is lost: the card may stand twice, but both show the outcome after a click', async () => {
  const { operator, approver } = desk.people;
  desk.slack.faults.set('chat.postMessage', { kind: 'lose_answer' }, 1);
  await desk.say(operator, 'cancel 6570a0000000000000000001 paid twice');
  await desk.pass(60_000);
  const cards = desk.slack.messages(desk.channels.approvals);
  expect(cards.length).toBeGreaterThanOrEqual(1);
  for (const card of cards.toReversed()) {
    if (read(card).includes('[Approve]')) await desk.done(() => approver.click(card, 'Approve'));
  }
  for (const card of cards) expect(read(card)).toContain('Link cancelled');
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('the requester cannot be told at first: told later, once', async () => {
  const { card } = await askToCancel(desk);
  desk.slack.faults.set('chat.postMessage', { kind: 'error', error: 'fatal_error' });
  await approve(desk, card);
  expect(read(card)).toContain('Link cancelled');
  expect(told()).toHaveLength(0);
  await desk.pass(5_000);
  expect(told()).toHaveLength(0);
  desk.slack.faults.clear();
  await desk.restart();
  await desk.pass(10_000);
  expect(told()).toHaveLength(1);
  await desk.pass(HOUR_MS);
  expect(told()).toHaveLength(1);
});

test('a channel that was archived meanwhile: the requester is told by direct message', async () => {
  const { operator } = desk.people;
  const { card } = await askToCancel(desk);
  await desk.slack.archive(desk.channels.payouts);
  await approve(desk, card);
  expect(toldDirectly(desk, operator).map(read).join()).toContain('Link cancelled');
});

test('an answer whose response_url is gone comes another way', async () => {
  const { operator } = desk.people;
  desk.slack.faults.set('response_url', { kind: 'status', status: 404 });
  const ephemeral = await desk.say(operator, 'help');
  expect(ephemeral.via).toBe('chat.postEphemeral');
  const direct = await desk.say(operator, 'help', desk.channels.withoutBot);
  expect(direct.channel).toBe(operator.directMessages);
});

test('Slack takes no answer at all: nothing is lost but the words, and the log says so', async () => {
  const { operator } = desk.people;
  desk.slack.faults.set('*', { kind: 'error', error: 'fatal_error' });
  desk.slack.faults.set('response_url', { kind: 'status', status: 500 });
  const sent = await desk.done(() => operator.command('/payout', 'help'));
  expect(sent.ack.acknowledged).toBe(true);
  expect(
    desk
      .entries()
      .filter((entry) => entry.level === 'error')
      .map((entry) => entry.msg),
  ).toContain('the person could not be told about a failure');
  desk.slack.faults.clear();
  expect(read(await desk.say(operator, 'help'))).toContain('Payout Desk');
});

/** Owns what a person reads while Slack or InstantPay keeps them waiting, and that the answer takes its place. */

import { NOT_A_MEMBER } from '../../src/payouts/access-words.ts';
import { DECISION_SAVED, LOOKING_UP, NOT_SAVED_YET } from '../../src/slack/views/notices.ts';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { askToCancel } from './steps.ts';
import { NO_ANSWER_IN_TIME } from '../../src/instantpay/errors.ts';

let bot: TestBot;
afterEach(() => bot.close());

const SOON = { lookingUpMs: 50, notRecordedMs: 50, acknowledgeMs: 600_000 };

/** The person’s direct messages. */
const direct = (person: Person): string[] => bot.slack.messages(person.directMessages).map(read);
const seen = (person: Person, text: string): Promise<SlackMessage> =>
  bot.slack.waitFor(() => person.sees().find((message) => read(message).includes(text)));
const slowInstantPay = (): void => {
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'delay', delayMs: 600 }, times: 0 });
};

test('a command that takes long says so, and the answer takes the place of that', async () => {
  bot = await openBot({ patience: SOON });
  const { operator } = bot.people;
  slowInstantPay();
  const sent = await operator.command('/payout', `track ${WELL_KNOWN.issued}`);
  const word = await seen(operator, LOOKING_UP);
  await bot.idle();
  expect(read(word)).toContain('ISSUED');
  expect(sent.answers.filter(({ deleted }) => !deleted)).toEqual([word]);
  expect(operator.sees()).toEqual([word]);
});

test('an API with addresses of its own: the word and the answer stand where the command was typed', async () => {
  const bodies: unknown[] = [];
  const receiver = createServer((request, response) => {
    void json(request).then((body) => {
      bodies.push(body);
      response.end('ok');
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void receiver.close());
  await once(receiver, 'listening');
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  const response_url = `http://127.0.0.1:${address.port}/response/1`;
  bot = await openBot({ patience: SOON });
  const { operator } = bot.people;
  slowInstantPay();
  const forge = (payload: object) => ({ ...payload, response_url });
  await bot.done(() => operator.command('/payout', `track ${WELL_KNOWN.issued}`, { forge }));
  expect(bodies).toEqual([
    expect.objectContaining({ text: expect.stringContaining(LOOKING_UP), replace_original: false }),
    expect.objectContaining({ text: expect.stringContaining('ISSUED'), replace_original: true }),
  ]);
  expect(direct(operator)).toEqual([]);
});

test('a quick answer comes alone', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  await bot.done(() => operator.command('/payout', `track ${WELL_KNOWN.issued}`));
  expect(bot.slack.callsTo('response_url')).toHaveLength(1);
});

test('the answer that comes while the word is on its way waits for it: one message', async () => {
  bot = await openBot({ patience: SOON });
  const { operator } = bot.people;
  slowInstantPay();
  bot.slack.faults.set('response_url', { kind: 'hold' }, 1);
  await operator.command('/payout', `track ${WELL_KNOWN.issued}`);
  await bot.slack.waitFor(() => bot.slack.callsTo('response_url').length === 1);
  await bot.slack.waitFor(() => bot.lines.join().includes('"operation":"track"'));
  bot.slack.faults.clear('response_url');
  await bot.idle();
  expect(operator.sees().map(read)).toEqual([expect.stringContaining('ISSUED')]);
});

test('a failure takes the place of the word too', async () => {
  bot = await openBot({ patience: SOON, env: { INSTANTPAY_TIMEOUT: '300ms' } });
  const { operator } = bot.people;
  bot.instantpay.fault({ effect: { kind: 'noHeaders' }, times: 0 });
  await bot.done(() => operator.command('/payout', `track ${WELL_KNOWN.issued}`));
  expect(operator.sees().map(read)).toEqual([expect.stringContaining(NO_ANSWER_IN_TIME)]);
});

test('a button: the word stands in direct messages, since a click’s response_url replaces what was clicked', async () => {
  bot = await openBot({ patience: SOON });
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list');
  slowInstantPay();
  const before = read(list);
  await operator.choose(list, 'row_menu', 'Details', { nth: 1 });
  await seen(operator, LOOKING_UP);
  await bot.idle();
  expect(read(list)).toBe(before);
  expect(direct(operator)).toEqual([expect.stringContaining('ISSUED')]);
});

test('a decision that waits for Slack: not recorded yet, only then acknowledged, then recorded', async () => {
  bot = await openBot({ patience: SOON });
  const { approver } = bot.people;
  const { card, linkId } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  bot.slack.faults.set('users.info', { kind: 'hold' });
  const clicked = await approver.click(card, 'Approve');
  expect(clicked.ack.acknowledged).toBe(true);
  expect(direct(approver)).toEqual([expect.stringContaining(NOT_SAVED_YET)]);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
  bot.slack.faults.clear('users.info');
  await bot.idle();
  expect(direct(approver)).toEqual([expect.stringContaining(DECISION_SAVED)]);
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
});

test('a decision that is refused after all says so in the same place', async () => {
  bot = await openBot({ patience: SOON });
  const { outsider, approver } = bot.people;
  const { card } = await askToCancel(bot);
  bot.slack.faults.set('users.info', { kind: 'hold' });
  await outsider.click(card, 'Approve');
  expect(direct(outsider)).toEqual([expect.stringContaining(NOT_SAVED_YET)]);
  bot.slack.faults.clear('users.info');
  await bot.idle();
  expect(direct(outsider)).toEqual([expect.stringContaining(NOT_A_MEMBER.guest)]);
  expect(direct(approver)).toEqual([]);
});

test('nobody can be told yet: the click is acknowledged when it is recorded', async () => {
  bot = await openBot({ patience: SOON });
  const { approver } = bot.people;
  const { card, linkId } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  bot.slack.faults.set('users.info', { kind: 'hold' });
  bot.slack.faults.set('conversations.open', { kind: 'rate_limited', retryAfterS: 15 });
  let acknowledged = false;
  const clicked = approver.click(card, 'Approve').then(() => {
    acknowledged = true;
  });
  await bot.slack.waitFor(() => bot.lines.join().includes('waiting message not sent'));
  await (await bot.people.admin.command('/payout', 'help')).answer();
  expect(acknowledged).toBe(false);
  bot.slack.faults.clear();
  await clicked;
  await bot.idle();
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(approver.notices()).toEqual([]);
});

test('nobody can be told and nothing is recorded: acknowledged before Slack gives up, and recorded later', async () => {
  bot = await openBot({ patience: { ...SOON, acknowledgeMs: 100 } });
  const { approver } = bot.people;
  const { card, linkId } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  bot.slack.faults.set('users.info', { kind: 'hold' });
  bot.slack.faults.set('conversations.open', { kind: 'hold' });
  const clicked = await approver.click(card, 'Approve');
  expect(clicked.ack.acknowledged).toBe(true);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
  bot.slack.faults.clear();
  await bot.idle();
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(direct(approver).join()).not.toContain(NOT_SAVED_YET);
});

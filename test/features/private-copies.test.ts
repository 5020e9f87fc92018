/** Owns the copies of a request that one person alone sees: the outcome replaces them, and none keeps a live button. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { NOTHING_WAITING, ONE_MORE } from '../../src/slack/views/approval-list.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel } from './steps.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot();
});
afterEach(() => bot.close());

const LIVE = /\[(Approve|Reject|Withdraw|Emergency approval)\]/;
const standing = (person: Person) => person.ephemerals().filter((message) => !message.deleted);

/** The private card of an open request, as `Show request` gives it. */
async function shownTo(person: Person, linkId: string): Promise<SlackMessage> {
  const again = await bot.say(person, `cancel ${linkId} once more`);
  return bot.answerTo(person, () => person.click(again, 'Show request'));
}

test('approved on a private card: it shows the outcome itself, and nothing is added', async () => {
  const { approver } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  const own = await shownTo(approver, linkId);
  const before = standing(approver).length;
  await bot.done(() => approver.click(own, 'Approve'));
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  for (const copy of [own, card]) {
    expect(read(copy)).toContain('Link cancelled');
    expect(read(copy)).not.toMatch(LIVE);
  }
  expect(standing(approver)).toHaveLength(before);
  expect(bot.slack.messages(approver.directMessages)).toEqual([]);
});

test('rejected in the form of a private card, and in that of a row', async () => {
  const { approver } = bot.people;
  const one = await askToCancel(bot);
  const other = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  const own = await shownTo(approver, one.linkId);
  await approver.click(own, 'Reject');
  await bot.done(async () => approver.submit(await approver.modal(), { reason: 'pay it after all' }));
  expect(read(own)).toContain('pay it after all');
  expect(read(own)).not.toMatch(LIVE);
  const list = await bot.say(approver, 'approvals');
  await approver.click(list, 'Reject');
  await bot.done(async () => approver.submit(await approver.modal(), { reason: 'the order stands' }));
  expect(read(list)).toContain('Rejected');
  expect(read(list)).toContain(NOTHING_WAITING);
  expect(read(list)).not.toMatch(LIVE);
  for (const { card } of [one, other]) expect(read(card)).toContain('Rejected');
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
});

test('withdrawn on the answer to the request', async () => {
  const { operator } = bot.people;
  const { answer, card } = await askToCancel(bot);
  const before = standing(operator).length;
  await bot.done(() => operator.click(answer, 'Withdraw'));
  for (const copy of [answer, card]) {
    expect(read(copy)).toContain('Withdrawn');
    expect(read(copy)).not.toMatch(LIVE);
  }
  expect(standing(operator)).toHaveLength(before);
});

test('decided elsewhere: a click on the stale copy replaces it with what is so now', async () => {
  const { approver, secondApprover } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  const own = await shownTo(secondApprover, linkId);
  const list = await bot.say(secondApprover, 'approvals');
  await approve(bot, card, approver);
  for (const copy of [own, list]) {
    expect(read(copy)).toMatch(LIVE);
    await bot.done(() => secondApprover.click(copy, 'Approve'));
    expect(read(copy)).toContain('Link cancelled');
    expect(read(copy)).not.toMatch(LIVE);
  }
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('the first of two approvals in the list: the row has no buttons any more, the others do', async () => {
  await bot.close();
  bot = await openBot({ env: { APPROVALS_REQUIRED_ABOVE: '1' } });
  const { approver } = bot.people;
  await askToCancel(bot);
  bot.skip(1_000);
  await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  const list = await bot.say(approver, 'approvals');
  await bot.done(() => approver.click(list, 'Approve', { nth: 1 }));
  expect(read(list).match(/\[Approve\]/g)).toHaveLength(1);
  expect(read(list)).toContain(ONE_MORE);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
});

test('the same click delivered five times leaves one outcome', async () => {
  const { approver } = bot.people;
  const { linkId } = await askToCancel(bot);
  const own = await shownTo(approver, linkId);
  await bot.done(() => approver.click(own, 'Approve', { copies: 5 }));
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(own)).not.toMatch(LIVE);
});

/** Owns cancels whose answer says nothing for certain: settled by tracking (R9), never by a second call. */

import { NOT_SENT_AGAIN, NOTHING_SENT_YET, STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { OUTCOME_REASONS, OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import { afterEach, expect, test } from 'vitest';
import type { Effect } from '../../fakes/instantpay/faults.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel, toldDirectly } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

async function approvedWith(effect: Effect) {
  // What hangs must not hold the tests up.
  bot = await openBot({ env: { INSTANTPAY_TIMEOUT: '400ms' } });
  const asked = await askToCancel(bot);
  bot.instantpay.fault({ operation: 'cancel', effect });
  await approve(bot, asked.card);
  return { ...asked, told: () => toldDirectly(bot, bot.people.operator) };
}

const EXECUTED: [string, Effect][] = [
  ['a reset after it was executed', { kind: 'reset', when: 'after' }],
  ['an HTML page with 500 after it was executed', { kind: 'html500', when: 'after' }],
  ['a body that stalls', { kind: 'stallBody', when: 'after' }],
  ['no answer at all', { kind: 'noHeaders', when: 'after' }],
  ['JSON that breaks off', { kind: 'truncated', when: 'after' }],
  ['TUP', { kind: 'statuscode', statuscode: 'TUP', when: 'after' }],
  ['a code nobody has published', { kind: 'statuscode', statuscode: 'QXZ', when: 'after' }],
  ['a transient code', { kind: 'statuscode', statuscode: 'SPE', when: 'after' }],
  ['429 from something in between', { kind: 'tooMany' }],
  ['an empty body', { kind: 'raw', httpStatus: 200, body: '', when: 'after' }],
];

test.each(EXECUTED)(
  '%s: one call, the card says it is being looked up, tracking settles it',
  async (_name, effect) => {
    const { linkId, card, told } = await approvedWith(effect);
    expect(read(card)).toContain(STATE_TITLES.unknown);
    expect(read(card)).toContain(NOT_SENT_AGAIN);
    expect(read(card)).not.toMatch(/\[Approve\]|Link cancelled/);
    // What this table's faults did not execute is cancelled elsewhere: Payout Desk sees only the state.
    if (bot.instantpay.link(linkId)?.status === 'ISSUED') bot.instantpay.setStatus(linkId, 'CANCELLED');
    expect(told().map(read).join()).toContain(STATE_TITLES.unknown);
    await bot.pass(5_000);
    expect(read(card)).toContain('Link cancelled');
    expect(read(card)).toContain(OUTCOME_REASONS.seenCancelled);
    expect(told()).toHaveLength(1);
    expect(told().map(read).join()).toContain('Link cancelled');
    expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  },
);

test.each([
  ['CLAIMED', OUTCOME_TITLES.recipient_won],
  ['PROCESSING', OUTCOME_TITLES.recipient_won],
  ['EXPIRED', OUTCOME_TITLES.link_expired],
])('a reset before it was executed, and the link is %s then', async (status, words) => {
  const { linkId, card, told } = await approvedWith({ kind: 'reset', when: 'before' });
  bot.instantpay.setStatus(linkId, status);
  await bot.pass(5_000);
  expect(read(card)).toContain(words);
  expect(told().map(read).join()).toContain(words);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('an HTML page with 500 before anything was done: looked up for a day, then a person must look', async () => {
  const { linkId, card, told } = await approvedWith({ kind: 'html500', when: 'before' });
  const looks = () => bot.instantpay.callsOf('track', linkId).length;
  const before = looks();
  for (const [waitMs, seen] of [
    [5_000, 1],
    [10_000, 2],
    [45_000, 3],
    [4 * MINUTE_MS, 4],
    [HOUR_MS, 5],
  ] as const) {
    await bot.pass(waitMs);
    expect(looks() - before).toBe(seen);
    expect(read(card)).toContain(STATE_TITLES.unknown);
  }
  // While it is unknown nobody can ask again, and a restart changes nothing.
  await bot.restart();
  expect(read(await bot.say(bot.people.operator, `cancel ${linkId} again`))).toContain('already open');
  for (let hours = 0; hours < 24; hours += 1) await bot.pass(HOUR_MS);
  expect(read(card)).toContain(OUTCOME_TITLES.still_unknown);
  expect(told()).toHaveLength(1);
  expect(told().map(read).join()).toContain(OUTCOME_TITLES.still_unknown);
  const looked = looks();
  await bot.pass(DAY_MS);
  expect(looks()).toBe(looked);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('a look-up that fails too is tried again', async () => {
  const { linkId, card } = await approvedWith({ kind: 'reset', when: 'after' });
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'statuscode', statuscode: 'ISE' }, times: 3 });
  await bot.pass(5_000);
  expect(read(card)).toContain(STATE_TITLES.unknown);
  await bot.pass(10_000);
  expect(read(card)).toContain('Link cancelled');
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
});

test('InstantPay says no: the link is looked at at once, and the card carries its words', async () => {
  const { linkId, card } = await approvedWith({
    kind: 'statuscode',
    statuscode: 'ERR',
    status: 'Cancel is not allowed for 9820011101',
  });
  expect(read(card)).toContain(OUTCOME_TITLES.instantpay_refused);
  expect(read(card)).toContain('Cancel is not allowed for ******1101');
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  // Nothing is left open.
  await approve(bot, (await askToCancel(bot, { linkId })).card);
});

test('InstantPay cannot be reached when approved: nothing is sent, it is tried again, then given up', async () => {
  bot = await openBot({ env: { INSTANTPAY_TIMEOUT: '300ms' } });
  const { linkId, card } = await askToCancel(bot);
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'html500' }, times: 3 });
  await approve(bot, card);
  expect(read(card)).toContain(NOTHING_SENT_YET);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
  await bot.pass(15_000);
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');

  const other = await askToCancel(bot, { linkId: bot.instantpay.links('ISSUED')[0]?.linkId ?? '' });
  bot.instantpay.fault({
    operation: 'track',
    linkId: other.linkId,
    effect: { kind: 'statuscode', statuscode: 'IAT' },
    times: 0,
  });
  await approve(bot, other.card);
  for (let waited = 0; waited <= 30; waited += 2) await bot.pass(2 * MINUTE_MS);
  expect(read(other.card)).toContain(OUTCOME_REASONS.tooLate);
  expect(bot.instantpay.callsOf('cancel', other.linkId)).toHaveLength(0);
});

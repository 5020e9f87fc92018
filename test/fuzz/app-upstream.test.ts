/** Owns the whole app against an InstantPay that sends anything at all: each person gets an answer, and no message is harmful. */

import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { isFull, report } from '../chaos/size.ts';
import { openBot, read, type TestBot } from '../features/bot.ts';
import { expectNothingPrivate } from './canaries.ts';
import { PRIVATE, runs } from './hostile.ts';
import { answerOf } from './hostile-answers.ts';
import { faultsOf } from './judge.ts';

const RUNS = runs(40, 600);
const LINK = WELL_KNOWN.issued;

let bot: TestBot;
beforeAll(async () => {
  bot = await openBot({ env: { APPROVAL_TTL: '1h', APPROVERS: 'U0VIKRAM' } });
});
afterAll(() => bot.close());

/** `LINK` stands for a link that is new each time. */
const commands = fc.constantFrom(
  'track LINK',
  'track Sunita',
  'list',
  'list issued contact Sunita',
  'notify LINK',
  'cancel LINK paid twice',
  'cancel LINK wrong amount',
  'cancel LINK left the company',
  'txn VENDOR-2041 yesterday',
  'digest',
);

test(`${RUNS.numRuns} commands while InstantPay sends anything`, {
  timeout: isFull ? 1_800_000 : 120_000,
}, async () => {
  const { operator, approver } = bot.people;
  await fc.assert(
    fc.asyncProperty(
      commands,
      fc.array(answerOf(LINK), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (command, answers, atOnce) => {
        // Whatever was left open is settled or expires, and every cooldown is over.
        bot.instantpay.clearFaults();
        for (let hours = 0; hours < 3; hours += 1) await bot.pass(61 * MINUTE_MS);
        const { linkId } = bot.instantpay.addLink();
        const shownBefore = bot.slack.allMessages.length;
        if (atOnce) sendAnything(answers);
        const sent = await bot.done(() => operator.command('/payout', command.replace('LINK', linkId)));
        expect(sent.ack).toMatchObject({ acknowledged: true, status: 200 });
        expect(sent.answers.length, 'answers').toBeGreaterThanOrEqual(1);
        const card = bot.slack
          .messages(bot.channels.approvals)
          .findLast((message) => read(message).includes('[Approve]'));
        if (!atOnce) sendAnything(answers);
        if (card) {
          await bot.done(() => approver.click(card, 'Approve'));
          // As long as the decision is young enough to be carried out, when tracking met the answers first.
          for (let minutes = 0; minutes < 4; minutes += 1) await bot.pass(MINUTE_MS);
        }
        for (const message of bot.slack.allMessages.slice(shownBefore)) {
          expect(faultsOf(message)).toEqual([]);
        }
      },
    ),
    { ...RUNS, endOnFailure: true },
  );
  // Or else nobody knows what a cancel makes of such answers.
  expect(bot.instantpay.callsOf('cancel').length).toBeGreaterThan(RUNS.numRuns / 20);
  report('commands while InstantPay sends anything', {
    commands: RUNS.numRuns,
    'approved requests': bot.instantpay.callsOf('cancel').length,
  });
});

function sendAnything(answers: readonly { httpStatus: number; body: string; type: string }[]): void {
  for (const { httpStatus, body, type } of answers) {
    const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
    bot.instantpay.fault({ effect: { kind: 'raw', httpStatus, body, headers } });
  }
}

test('Slack took every message, no handler failed, and no approval led to two calls', async () => {
  bot.instantpay.clearFaults();
  const refused = bot.slack.calls.filter(({ status, answer }) => status !== 200 || answer?.['ok'] === false);
  expect(refused.map(({ method, status, answer }) => ({ method, status, answer }))).toEqual([]);
  const failed = bot
    .entries()
    .filter(({ msg, status }) => msg.includes('unexpected') || status === 'unexpected');
  expect(failed.map(({ msg, route }) => ({ msg, route }))).toEqual([]);
  await bot.stop();
  const rows = await bot.onStore((store) => Array.fromAsync(store.audit.rows(0, bot.clock() + 1_000)));
  await bot.start();
  const sent = rows.filter((row) => row.action === 'cancel.started').map((row) => row.cancelRequestId);
  expect(new Set(sent).size).toBe(sent.length);
  expect(bot.instantpay.callsOf('cancel').length).toBe(sent.length);
});

test('nothing private was said, logged, counted or kept', async () => {
  await expectNothingPrivate(bot, PRIVATE);
});

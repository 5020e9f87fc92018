/** Owns the whole app against any typed text, over HTTP: acknowledged, answered once, and nothing shown is alive. */

import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCommand } from '../../src/slack/parse/parse.ts';
import { isFull, report } from '../chaos/size.ts';
import { openBot, type TestBot } from '../features/bot.ts';
import { expectNothingPrivate } from './canaries.ts';
import { PRIVATE, runs, typed } from './hostile.ts';
import { faultsOf } from './judge.ts';

const RUNS = runs(100, 1_500);

let bot: TestBot;
beforeAll(async () => {
  bot = await openBot({ env: { ADMINS: 'U0KAVYA,U0MEERA' } });
});
afterAll(() => bot.close());

test(`${RUNS.numRuns} commands`, { timeout: isFull ? 1_800_000 : 120_000 }, async () => {
  const slowest = { ackMs: 0 };
  await fc.assert(
    fc.asyncProperty(
      typed,
      fc.constantFrom('operator', 'operator', 'approver', 'secondApprover', 'admin'),
      fc.constantFrom('payouts', 'payouts', 'approvals', 'withoutBot'),
      async (any, who, where) => {
        const text = withoutNumbers(any);
        const person = bot.people[who];
        const channel = bot.channels[where];
        const shownBefore = bot.slack.allMessages.length;
        const views = bot.slack.views.length;
        const sent = await bot.done(() => person.command('/payout', text, { channel }));
        expect(sent.ack).toMatchObject({ acknowledged: true, status: 200 });
        slowest.ackMs = Math.max(slowest.ackMs, sent.ack.afterMs);
        const shown = bot.slack.allMessages.slice(shownBefore);
        const own = shown.filter(
          (message) => message.ephemeralFor === person.id || message.channel === person.directMessages,
        );
        // A cancel without a reason asks for it in a form.
        expect(own.length + bot.slack.views.length - views, 'answers').toBeGreaterThanOrEqual(1);
        for (const message of shown) expect(faultsOf(message)).toEqual([]);
        // A reminder's cooldown and a transaction's rhythm would else make all answers alike.
        bot.skip(7 * 60_000);
      },
    ),
    { ...RUNS, endOnFailure: isFull },
  );
  report('commands over HTTP', {
    commands: RUNS.numRuns,
    'slowest acknowledgement': `${Math.round(slowest.ackMs)} ms`,
  });
});

/** A transaction's reference may be a number, which is kept and shown: Payout Desk cannot know that it is a telephone's. */
function withoutNumbers(text: string): string {
  const parsed = parseCommand(text, '2026-11-20');
  const isTransaction = (parsed.ok ? parsed.command.name : parsed.about) === 'txn';
  return isTransaction ? PRIVATE.reduce((left, value) => left.replaceAll(value, 'R1'), text) : text;
}

test('Slack took every message, no handler failed, and nothing was cancelled', () => {
  const refused = bot.slack.calls.filter(
    ({ method, answer, status }) =>
      (status !== 200 || answer?.['ok'] === false) &&
      // The channel that Payout Desk was never invited to: the answer goes another way.
      !(method === 'chat.postEphemeral' || method === 'chat.getPermalink'),
  );
  expect(refused.map(({ method, status, answer }) => ({ method, status, answer }))).toEqual([]);
  const failed = bot.entries().filter(({ level, status }) => level === 'error' || status === 'unexpected');
  expect(failed.map(({ msg, route }) => ({ msg, route }))).toEqual([]);
  expect(bot.instantpay.callsOf('cancel')).toEqual([]);
});

test('nothing private was said, logged, counted or kept', async () => {
  await expectNothingPrivate(bot, PRIVATE);
});

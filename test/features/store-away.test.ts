/** Owns the store becoming unavailable in the middle of a call: the person is told the outcome, and the card ends true. */

import { DECISION_SAVED_NEXT_FAILED } from '../../src/slack/views/notices.ts';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { askToCancel } from './steps.ts';
import { actionLabel } from '../../src/slack/views/audit-labels.ts';
import { CLICK_EFFECTS } from '../../src/slack/views/approval-answers.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot();
});
afterEach(() => bot.close());

/** Somebody else holds the database from when InstantPay is asked to do this until Payout Desk is done. */
async function withoutRecords(operation: 'cancel' | 'notify', act: () => Promise<unknown>): Promise<void> {
  const other = new DatabaseSync(bot.databasePath);
  const held = Promise.withResolvers<void>();
  bot.instantpay.fault({ operation, effect: { kind: 'hold', until: held.promise } });
  const acting = act();
  while (bot.instantpay.callsOf(operation).length === 0) await new Promise(setImmediate);
  await hold(other);
  held.resolve();
  await acting;
  await bot.idle();
  other.exec('rollback');
  other.close();
}

/** As soon as Payout Desk is not writing: waiting in the statement would stop Payout Desk, too. */
async function hold(other: DatabaseSync): Promise<void> {
  for (;;) {
    try {
      other.exec('begin immediate');
      return;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('locked')) throw error;
      await new Promise(setImmediate);
    }
  }
}

test('the store becomes unavailable during the cancel call: nobody is told that nothing was done, and the card ends true', async () => {
  const { card, linkId } = await askToCancel(bot);
  const before = new Set(bot.slack.allMessages);
  await withoutRecords('cancel', () => bot.people.approver.click(card, 'Approve'));
  const told = bot.slack.allMessages.filter((message) => !before.has(message)).map(read);
  expect(told.join('\n')).toContain(DECISION_SAVED_NEXT_FAILED);
  expect(told.join('\n')).not.toContain(CLICK_EFFECTS.none);
  await bot.pass(60_000);
  await bot.pass(60_000);
  expect(read(card)).toContain('Link cancelled');
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
});

test('the store becomes unavailable during a reminder: its outcome is told, and that it was sent is in the audit', async () => {
  const { operator, admin } = bot.people;
  const before = new Set(bot.slack.allMessages);
  await withoutRecords('notify', () => operator.command('/payout', `notify ${WELL_KNOWN.issued}`));
  const told = bot.slack.allMessages.filter((message) => !before.has(message)).map(read);
  expect(told.join('\n')).toContain('Reminder sent');
  expect(read(await bot.say(admin, `audit ${WELL_KNOWN.issued}`))).toContain(actionLabel('reminder.started'));
});

test('a write that the store refuses is an error in the log, and readiness says so', async () => {
  const { operator } = bot.people;
  const other = new DatabaseSync(bot.databasePath);
  await hold(other);
  await bot.say(operator, `cancel ${WELL_KNOWN.issued} paid twice`);
  const ready = await fetch(`http://127.0.0.1:${bot.app.port}/readyz`);
  other.exec('rollback');
  other.close();
  expect(bot.entries()).toContainEqual(expect.objectContaining({ level: 'error', msg: 'store unavailable' }));
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('takes no writes');
  expect((await fetch(`http://127.0.0.1:${bot.app.port}/readyz`)).status).toBe(200);
});

test('the store is locked by another program: whatever sixteen people press and type is acknowledged in time', async () => {
  const { card } = await askToCancel(bot);
  const { approver, operator } = bot.people;
  const other = new DatabaseSync(bot.databasePath);
  await hold(other);
  // One after the other, each waiting for SQLite's 250 ms, they would take four seconds.
  const many = Array.from({ length: 16 }, () => [
    approver.click(card, 'Approve'),
    operator.command('/payout', 'help'),
  ]);
  const delivered = await Promise.all(many.flat());
  expect(delivered.filter(({ ack }) => !ack.acknowledged)).toEqual([]);
  await bot.idle();
  other.exec('rollback');
  other.close();
  await approver.click(card, 'Approve');
  await bot.idle();
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

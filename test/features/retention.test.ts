/** Owns what people see of what was removed by age: old cards say so, and the audit still tells. */

import { afterEach, expect, test } from 'vitest';
import { NOT_FOUND } from '../../src/payouts/cancel/words.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

test('a request that ended a year ago: its buttons answer truly, its history stays in the audit', async () => {
  bot = await openBot({ env: { KEEP_FINISHED: '90d' } });
  const { approver, secondApprover, admin } = bot.people;
  const [first, second] = bot.instantpay.links('ISSUED').map(({ linkId }) => linkId);
  const old = await askToCancel(bot, { linkId: first ?? '' });
  const waiting = await bot.say(secondApprover, 'approvals');
  await approve(bot, old.card);
  await askToCancel(bot, { linkId: second ?? '' });

  bot.skip(89 * DAY_MS);
  await bot.app.removeOld();
  expect(read(await bot.answerTo(approver, () => approver.click(old.card, 'Details')))).not.toContain(
    NOT_FOUND,
  );

  bot.skip(2 * DAY_MS);
  await bot.app.removeOld();
  const answers = [
    await bot.answerTo(approver, () => approver.click(old.card, 'Details')),
    // A list of what waited, as it was then.
    await bot.answerTo(secondApprover, () => secondApprover.click(waiting, 'Approve')),
  ];
  for (const answer of answers) expect(read(answer)).toContain(NOT_FOUND);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
  expect(read(await bot.say(admin, `audit ${old.linkId}`))).toContain(bot.people.operator.id);
});

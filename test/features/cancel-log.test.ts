/** Owns what the log says of one cancellation: a line for each step, by people and by the job, each with its IDs. */

import { afterEach, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../src/payouts/audit-entry.ts';
import { openBot, type TestBot } from './bot.ts';
import { approve, askToCancel, requestIdOf } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

test('each step is one line, and every line that it causes names the request and its link', async () => {
  bot = await openBot();
  const { card, linkId } = await askToCancel(bot);
  const cancelRequestId = requestIdOf(card);
  bot.instantpay.fault({ operation: 'cancel', effect: { kind: 'reset', when: 'after' } });
  await approve(bot, card);
  await bot.pass(5_000);
  const { operator, approver } = bot.people;

  const lines: Record<string, unknown>[] = bot.lines.map((line) => JSON.parse(line));
  const changes = lines.filter(({ msg }) => msg === 'cancel request changed');
  expect(changes.map(({ from, to, action, actorId }) => [from, to, action, actorId])).toEqual([
    [undefined, 'pending', 'cancel.requested', operator.id],
    ['pending', 'approved', 'cancel.approved', approver.id],
    ['approved', 'executing', 'cancel.started', SYSTEM_ACTOR],
    ['executing', 'unknown', 'cancel.outcome_unknown', SYSTEM_ACTOR],
    ['unknown', 'executed', 'cancel.executed', SYSTEM_ACTOR],
  ]);
  for (const line of changes) expect(line).toMatchObject({ cancelRequestId, linkId, requestNumber: 1001 });
  // The last step is the job's, which the test runs by itself.
  const clicked = changes.slice(1, -1).map(({ requestId }) => requestId);
  expect(clicked[0]).toBeTruthy();
  expect(new Set(clicked).size).toBe(1);
  const calls = lines.filter(({ operation }) => operation === 'cancel');
  expect(calls.length).toBeGreaterThan(0);
  for (const line of calls) expect(line).toMatchObject({ cancelRequestId, linkId });
});

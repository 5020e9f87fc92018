/** Owns what a channel is told of stuck links, over HTTP: once, again with a mention, across a restart and Slack's outages. */

import { afterEach, expect, test } from 'vitest';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { the } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

/** A link that was claimed just now. */
async function open(env: Record<string, string> = {}): Promise<string> {
  bot = await openBot({ instantpay: { seed: 0 }, env: { DIGEST_CHANNEL: 'C0DIGESTS', ...env } });
  const { linkId } = bot.instantpay.addLink({ expiresAt: bot.clock() + 90 * DAY_MS });
  bot.instantpay.claim(linkId);
  return linkId;
}

/** The job of stuck links, and the one that posts. */
async function tick(): Promise<void> {
  await bot.app.runStuck();
  await bot.app.digest?.post();
}

const told = (): SlackMessage[] =>
  bot.slack
    .messages(bot.channels.digests)
    .filter((message) => /PROCESSING (for more than|after)/.test(read(message)));

test('told once beyond STUCK_AFTER, again after three times that with a mention, never a third time', async () => {
  await open({ ESCALATE_TO: 'U0KAVYA' });
  bot.skip(DAY_MS - MINUTE_MS);
  await tick();
  expect(told()).toEqual([]);
  bot.skip(10 * MINUTE_MS);
  await tick();
  const first = the(told());
  expect(read(first)).toContain('PROCESSING for more than 24 hours · ₹1,500.00');
  expect(read(first)).toContain('to Sunita Rawat · claimed 24 hours ago');
  expect(JSON.stringify(first.blocks)).not.toContain('<@');
  bot.skip(DAY_MS);
  await tick();
  expect(told()).toHaveLength(1);
  bot.skip(DAY_MS);
  await tick();
  const [, again] = told();
  expect(JSON.stringify(again?.blocks)).toContain('<@U0KAVYA>');
  expect(again?.text).toContain('still PROCESSING after 3 days');
  bot.skip(5 * DAY_MS);
  await tick();
  expect(told()).toHaveLength(2);
});

test('what a digest named as stuck is not told again between digests, until three times STUCK_AFTER', async () => {
  bot = await openBot({
    instantpay: { seed: 0 },
    env: { DIGEST_CHANNEL: 'C0DIGESTS', ESCALATE_TO: 'U0KAVYA' },
  });
  bot.skip(-2 * HOUR_MS);
  const { linkId } = bot.instantpay.addLink({ expiresAt: bot.clock() + 90 * DAY_MS });
  bot.instantpay.claim(linkId);
  // The next day at 10:00.
  bot.skip(25 * HOUR_MS);
  await bot.app.digest?.work();
  expect(read(the(bot.slack.messages(bot.channels.digests)))).toContain('Stuck over 24 h: 1');
  await tick();
  bot.skip(HOUR_MS);
  await tick();
  expect(told()).toEqual([]);
  bot.skip(2 * DAY_MS);
  await tick();
  expect(the(told()).text).toContain('still PROCESSING after 3 days');
});

test('its buttons: the same list as the command, privately, and the details of the link', async () => {
  const linkId = await open();
  bot.skip(25 * HOUR_MS);
  await tick();
  const { operator } = bot.people;
  const list = await bot.answerTo(operator, () => operator.click(the(told()), 'Show'));
  expect(list.ephemeralFor).toBe(operator.id);
  expect(read(list)).toContain('PROCESSING for more than 24 hours: 1 · ₹1,500.00');
  const details = await bot.answerTo(operator, () => operator.choose(the(told()), 'row_menu', 'Details'));
  expect(read(details)).toContain(linkId);
});

test('a restart between finding and posting tells it once', async () => {
  await open();
  bot.skip(25 * HOUR_MS);
  await bot.app.runStuck();
  expect(told()).toEqual([]);
  await bot.restart();
  await tick();
  bot.skip(HOUR_MS);
  await tick();
  expect(told()).toHaveLength(1);
});

test('Slack is away: told late, once, and a link that was paid meanwhile is not told', async () => {
  const linkId = await open();
  const other = bot.instantpay.addLink({ amountPaise: 77_00, expiresAt: bot.clock() + 90 * DAY_MS }).linkId;
  bot.instantpay.claim(other);
  bot.skip(25 * HOUR_MS);
  bot.slack.faults.set('chat.postMessage', { kind: 'error', error: 'service_unavailable' });
  await tick();
  bot.skip(90 * MINUTE_MS);
  await tick();
  bot.instantpay.setStatus(linkId, 'CLAIMED');
  bot.slack.faults.clear();
  bot.skip(HOUR_MS);
  await tick();
  expect(read(the(told()))).toContain('PROCESSING for more than 24 hours · ₹77.00');
});

test('without PROCESSING in its digests, a channel is told nothing and InstantPay is not asked', async () => {
  await open({ DIGEST_STATUSES: 'EXPIRED' });
  bot.skip(4 * DAY_MS);
  bot.instantpay.calls.length = 0;
  await tick();
  expect(told()).toEqual([]);
  expect(bot.instantpay.callsOf('list')).toEqual([]);
});

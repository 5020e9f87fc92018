/** Owns a digest whose due time met an outage, over real HTTP: posted once when Slack is back, and counted. */

import { afterEach, expect, test } from 'vitest';
import type { Fault } from '../../fakes/slack/faults.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { MORNING, openBot, read, type TestBot } from './bot.ts';

let bot: TestBot;
afterEach(() => bot.close());

const open = async (): Promise<void> => {
  bot = await openBot({ env: { DIGEST_CHANNEL: 'C0DIGESTS', DIGEST_CRON: '0 12 * * *' } });
  bot.skip(HOUR_MS);
};
const posted = () => bot.slack.messages(bot.channels.digests).map(read);
const work = () => bot.app.digest?.work();
const metric = async (name: string): Promise<string | undefined> => {
  const metrics = await (await fetch(`http://127.0.0.1:${bot.app.port}/metrics`)).text();
  return metrics
    .split('\n')
    .find((line) => line.startsWith(name))
    ?.slice(name.length + 1);
};

const FAULTS: Fault[] = [
  { kind: 'status', status: 503 },
  { kind: 'error', error: 'internal_error' },
  { kind: 'rate_limited', retryAfterS: 30 },
  { kind: 'lose_answer' },
  { kind: 'drop' },
];

test.each(FAULTS)('chat.postMessage answers with $kind for five minutes', async (fault) => {
  await open();
  bot.slack.faults.set('chat.postMessage', fault);
  expect(await work()).toBe('failed');
  for (let minute = 0; minute < 5; minute += 1) {
    bot.skip(MINUTE_MS);
    await work();
  }
  bot.slack.faults.clear();
  for (let minute = 0; minute < 3; minute += 1) {
    bot.skip(MINUTE_MS);
    await work();
  }
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toMatch(/^Fri 20 Nov · \d+ to remind/);
  expect(await metric('payout_desk_digests_total{outcome="complete"}')).toBe('1');
  expect(await metric('payout_desk_digests_total{outcome="failed"}')).toBe('0');
});

test('the last success is known, also after a restart; before the first there is none', async () => {
  await open();
  expect(await metric('payout_desk_digest_last_success_timestamp_seconds')).toBe('0');
  await work();
  const noon = String((MORNING + HOUR_MS) / 1_000);
  expect(await metric('payout_desk_digest_last_success_timestamp_seconds')).toBe(noon);
  bot.skip(MINUTE_MS);
  await bot.restart();
  expect(await metric('payout_desk_digest_last_success_timestamp_seconds')).toBe(noon);
});

test('outcomes exist before they are met', async () => {
  await open();
  for (const outcome of ['complete', 'incomplete', 'failed', 'skipped']) {
    expect(await metric(`payout_desk_digests_total{outcome="${outcome}"}`)).toBe('0');
  }
  for (const job of ['digest', 'digest messages']) {
    expect(await metric(`payout_desk_jobs_total{job="${job}",outcome="failed"}`)).toBe('0');
  }
});

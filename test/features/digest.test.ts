/** Owns the digest: asked for and scheduled, posted once, retried when incomplete, made up or skipped when missed. */

import { NOT_A_MEMBER } from '../../src/payouts/access-words.ts';
import { afterEach, expect, test } from 'vitest';
import { formatWholeRupees } from '../../src/payouts/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, parseIst } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';
import { digestMissed } from '../../src/slack/views/digest-message.ts';
import { missedCount } from '../../src/slack/views/digest-missed.ts';

let bot: TestBot;
afterEach(() => bot.close());

const at = (text: string): number => parseIst(text) ?? Number.NaN;
const TEN = at('2026-11-20 10:00:00');
const open = async (options: TestBotOptions = {}) => {
  bot = await openBot({
    startAt: TEN - 1,
    ...options,
    env: { DIGEST_CHANNEL: 'C0DIGESTS', ...options.env },
  });
  return bot;
};
const posted = () => bot.slack.messages(bot.channels.digests).map(read);
const job = () => bot.app.digest;
/** It becomes ten o’clock. */
const comeDue = async () => {
  bot.skip(1);
  await job().work();
};
/** The digests of this process by how they ended. */
const counted = async (): Promise<Record<string, number>> => {
  const metrics = await (await fetch(`http://127.0.0.1:${bot.app.port}/metrics`)).text();
  const lines = metrics.matchAll(/^payout_desk_digests_total\{outcome="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, outcome = '', amount]) => [outcome, Number(amount)]));
};
const total = (status: string): string =>
  formatWholeRupees(bot.instantpay.links(status).reduce((sum, link) => sum + link.amountPaise, 0));

test('asked for: what to do, and parts that lead on, for the asker alone', async () => {
  await open();
  const { operator } = bot.people;
  const digest = await bot.say(operator, 'digest');
  expect(digest.ephemeralFor).toBe(operator.id);
  const text = read(digest);
  expect(text).toMatch(/^Fri 20 Nov · \d+ to remind · \d+ stuck/);
  expect(text).toContain(`EXPIRED: ${bot.instantpay.links('EXPIRED').length} · ${total('EXPIRED')}`);
  expect(text).not.toMatch(/\b[6-9]\d{9}\b/);
  const card = await bot.answerTo(operator, () => operator.choose(digest, 'row_menu', 'Details', { nth: 1 }));
  expect(read(card)).toContain('ISSUED');
  expect(posted()).toHaveLength(0);
  expect(read(await bot.say(bot.people.outsider, 'digest'))).toContain(NOT_A_MEMBER.guest);
});

test('a list that does not hold what InstantPay counts is incomplete, without totals and never "all clear" (R2)', async () => {
  await open();
  bot.instantpay.controls.published = true;
  const text = read(await bot.say(bot.people.operator, 'digest'));
  expect(text).toContain('incomplete');
  expect(text).toContain('InstantPay reports 12 links, 2 were read.');
  expect(text).not.toMatch(/All clear|₹120\.11/i);
});

test('short pages and a link that leaves meanwhile: the digest is whole all the same (R2)', async () => {
  // Also the list of ISSUED links is read, for those that expire soon: any of them may be the one that leaves.
  await open({ env: { DIGEST_STATUSES: 'EXPIRED,PROCESSING,ISSUED' } });
  Object.assign(bot.instantpay.controls, { maxRecordsPerPage: 7, leavingLinks: 1, pastEnd: 'repeats' });
  const text = read(await bot.say(bot.people.operator, 'digest'));
  expect(text).not.toContain('incomplete');
  // The link that left was read before it did: InstantPay counted it then.
  const stayed = ['EXPIRED', 'PROCESSING', 'ISSUED'].reduce(
    (sum, status) => sum + bot.instantpay.links(status).length,
    0,
  );
  const counts = [...text.matchAll(/(?:EXPIRED|PROCESSING|ISSUED): (\d+) · ₹/g)].map(([, count]) =>
    Number(count),
  );
  expect(counts).toHaveLength(3);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(stayed + 1);
});

test('scheduled: posted once for concurrent runs of one due time, and again for the next', async () => {
  await open({ startAt: TEN - HOUR_MS });
  await job().work();
  expect(posted()).toHaveLength(0);
  bot.skip(HOUR_MS);
  await Promise.all(Array.from({ length: 5 }, () => job().work()));
  await job().work();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toContain(total('EXPIRED'));
  await bot.restart();
  await job().work();
  expect(posted()).toHaveLength(1);
  bot.skip(DAY_MS);
  await job().work();
  expect(posted()).toHaveLength(2);
});

test('nothing in it: all clear, in one line', async () => {
  await open({ instantpay: { seed: 0 } });
  await comeDue();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toMatch(/All clear: no link expires within 48 h, none is stuck/);
  expect(posted()[0]?.split('\n')).toHaveLength(1);
});

test('a posted digest names the end of the audit, which a cut tail cannot have', async () => {
  await open();
  await comeDue();
  await bot.stop();
  const { sequence, hash } = await bot.onStore((store) => store.audit.anchor());
  expect(posted()[0]).toContain(`Audit ${sequence}:${hash.slice(0, 8)}`);
  const anchors = bot.lines
    .map((line): unknown => JSON.parse(line))
    .filter((line) => Object(line)['msg'] === 'audit anchor');
  expect(anchors).toMatchObject([{ level: 'info', sequence: 0, hash: '0'.repeat(64) }]);
});

test('incomplete: no totals, what was read, why and when it is tried again; then the whole', async () => {
  await open();
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'statuscode', statuscode: 'ISE' }, times: 0 });
  await comeDue();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toContain('incomplete');
  expect(posted()[0]).toMatch(/ today 10:0[01] \(in .* by today 11:00\./);
  expect(posted()[0]).not.toContain('₹');
  await job().work();
  bot.skip(10 * MINUTE_MS);
  await job().work();
  expect(posted()).toHaveLength(1);
  bot.instantpay.clearFaults();
  await bot.restart();
  bot.skip(10 * MINUTE_MS);
  await Promise.all([job().work(), job().work()]);
  await job().work();
  expect(posted()).toHaveLength(2);
  expect(posted()[1]).toContain(total('EXPIRED'));
  bot.skip(HOUR_MS);
  await job().work();
  expect(posted()).toHaveLength(2);
  expect(await counted()).toEqual({ complete: 1, incomplete: 0, failed: 0, skipped: 0 });
});

test('a list that cannot be read within the grace: what was read is said, and that the digest is missed', async () => {
  await open();
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'statuscode', statuscode: 'ISE' }, times: 0 });
  await comeDue();
  for (let minute = 0; minute < 62; minute += 1) {
    bot.skip(MINUTE_MS);
    await job().work();
  }
  expect(posted()).toHaveLength(2);
  expect(posted()[1]).toContain(digestMissed(TEN, TEN + HOUR_MS));
  expect(await counted()).toEqual({ complete: 0, incomplete: 1, failed: 1, skipped: 0 });
});

test('a channel that cannot be written to: an error for the operator once, posted when it can be', async () => {
  // Without administrators nobody could resume it, so it is not paused.
  await open({ env: { ADMINS: undefined } });
  await bot.slack.removeBot(bot.channels.digests);
  await comeDue();
  bot.skip(10 * MINUTE_MS);
  await job().work();
  const refused = bot.entries().filter((entry) => entry.msg === 'digest not posted');
  expect(refused.map(({ level }) => level)).toEqual(['error', 'warn']);
  expect(posted()).toHaveLength(0);
  // Nobody made the digest of the settings, so the approvals channel is told: once.
  const told = bot.slack.messages(bot.channels.approvals).map(read);
  expect(told).toEqual([expect.stringContaining('1 digest not posted')]);
  expect(await counted()).toEqual({ complete: 0, incomplete: 0, failed: 1, skipped: 0 });
  await bot.slack.inviteBot(bot.channels.digests);
  bot.skip(10 * MINUTE_MS);
  await job().work();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toContain(total('EXPIRED'));
});

test('missed by less than the grace: made up once at the start', async () => {
  await open({ startAt: TEN - DAY_MS + MINUTE_MS });
  await bot.stop();
  bot.skip(DAY_MS + 30 * MINUTE_MS);
  await bot.start();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toContain(total('EXPIRED'));
  await bot.restart();
  await job().work();
  expect(posted()).toHaveLength(1);
});

test('missed for longer: skipped and said, with how many', async () => {
  await open({ startAt: TEN - 3 * DAY_MS + MINUTE_MS });
  await bot.stop();
  bot.skip(3 * DAY_MS + 2 * HOUR_MS);
  await bot.start();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toContain('3 digests not posted');
  expect(posted()[0]).toContain('20 Nov 2026, 10:00 IST');
  expect(await counted()).toEqual({ complete: 0, incomplete: 0, failed: 0, skipped: 3 });
  await bot.restart();
  expect(posted()).toHaveLength(1);
});

test('two missed, the last within the grace: the older is said, the last is made up', async () => {
  await open({ startAt: TEN - 2 * DAY_MS + MINUTE_MS });
  await bot.stop();
  bot.skip(2 * DAY_MS + 20 * MINUTE_MS);
  await bot.start();
  expect(posted()).toHaveLength(2);
  expect(posted()[0]).toContain(missedCount({}));
  expect(posted()[1]).toContain(total('EXPIRED'));
});

test('that one was skipped cannot be said at first: it is said later, and the other is made up meanwhile', async () => {
  await open({ startAt: TEN - 2 * DAY_MS + MINUTE_MS });
  await bot.stop();
  bot.skip(2 * DAY_MS + 20 * MINUTE_MS);
  bot.slack.faults.set('chat.postMessage', { kind: 'error', error: 'fatal_error' }, 1);
  await bot.start();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toContain(total('EXPIRED'));
  bot.skip(MINUTE_MS);
  await job().work();
  expect(posted()[1]).toContain(missedCount({}));
});

test('a changed schedule makes up nothing that never was due by it', async () => {
  await open({ startAt: TEN - HOUR_MS });
  await bot.stop();
  bot.skip(HOUR_MS + 30 * MINUTE_MS);
  bot.env['DIGEST_CRON'] = '20 10 * * *';
  await bot.start();
  await job().work();
  expect(posted()).toHaveLength(0);
  bot.skip(DAY_MS);
  await job().work();
  expect(posted()).toHaveLength(1);
});

test('the settings decide the statuses and the due times', async () => {
  await open({
    env: { DIGEST_STATUSES: 'issued', DIGEST_CRON: '30 9 * * *', DIGEST_TIMEZONE: 'Asia/Kolkata' },
  });
  await bot.stop();
  bot.skip(23 * HOUR_MS + 31 * MINUTE_MS);
  await bot.start();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toContain(total('ISSUED'));
  expect(posted()[0]).not.toContain('EXPIRED');
});

test('outside text in a digest is text', async () => {
  await open({ env: { DIGEST_STATUSES: 'ISSUED' }, instantpay: { seed: 0 } });
  const person = { name: '<!channel> *Pay*', email: 'x@mail.example', mobile: '9820011199' };
  bot.instantpay.addLink({
    person,
    purpose: '<https://phish.example|bank>',
    expiresAt: TEN + HOUR_MS,
  });
  await comeDue();
  const [digest] = bot.slack.messages(bot.channels.digests);
  expect(digest?.text).not.toContain('<!');
  expect(JSON.stringify(digest?.blocks).match(/"type":"mrkdwn","text":"[^"]*<[!h]/g)).toBeNull();
  // What would be a mention or a link in mrkdwn is plain text.
  expect(posted()[0]).toContain('<!channel> *Pay*');
  expect(JSON.stringify(digest?.blocks)).toContain('"type":"plain_text","text":"₹1,500 to <!channel> *Pay*');
});

test('a digest of the longest names and purposes is posted whole at the first attempt', async () => {
  await open();
  const name = 'Wxyz '.repeat(60);
  for (let index = 0; index < 40; index += 1)
    bot.instantpay.addLink({
      person: { name, email: 'w@mail.example', mobile: '9820055501' },
      expiresAt: TEN + HOUR_MS,
    });
  const before = bot.slack.callsTo('chat.postMessage').length;
  await comeDue();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toMatch(/… \d+ more/);
  expect(posted()[0]).not.toContain('Shortened');
  expect(bot.slack.callsTo('chat.postMessage')).toHaveLength(before + 1);
});

test('a digest that Slack refuses for its size: its summary stands in the channel, at once and once', async () => {
  await open();
  bot.slack.faults.set('chat.postMessage', { kind: 'error', error: 'msg_blocks_too_long' }, 1);
  await comeDue();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toContain('Payout digest');
  expect(posted()[0]).toContain('Shortened');
  expect(bot.entries().some(({ level, msg }) => level === 'error' && msg.includes('short form'))).toBe(true);
  bot.skip(3_600_000);
  await job().work();
  expect(posted()).toHaveLength(1);
});

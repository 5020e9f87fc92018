/** Owns what a digest leads on to over HTTP: what changed, reminders for all, its links page by page, duplicates, refused blocks. */

import { afterEach, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, parseIst } from '../../src/payouts/time.ts';
import { formatWholeRupees } from '../../src/payouts/money.ts';
import { encodeStatusQuery } from '../../src/slack/block-kit/digest-values.ts';
import { BUTTON_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { CHANGE_WORDS, FIRST_DIGEST } from '../../src/slack/views/digest-changes.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';

let bot: TestBot;
afterEach(() => bot.close());

const TEN = parseIst('2026-11-20 10:00:00') ?? Number.NaN;
const open = async (options: TestBotOptions = {}) => {
  bot = await openBot({
    startAt: TEN - 1,
    instantpay: { seed: 0 },
    ...options,
    env: { DIGEST_CHANNEL: 'C0DIGESTS', ...options.env },
  });
};
const posted = () => bot.slack.messages(bot.channels.digests);
const last = (): string => posted().map(read).at(-1) ?? '';
const work = async (): Promise<void> => {
  await bot.app.digest?.work();
};
const add = (id: number, part: Parameters<TestBot['instantpay']['addLink']>[0] = {}) =>
  bot.instantpay.addLink({ createdAt: TEN - (30 - id) * DAY_MS, expiresAt: TEN + 30 * DAY_MS, ...part });

test('each day tells what changed since the last one, also across a restart, and on request the same', async () => {
  await open();
  const [claimed, failing, cancelled, stays] = [1, 2, 3, 4].map((id) =>
    add(id, { person: { name: `Person ${id}`, email: `p${id}@mail.example`, mobile: `982001110${id}` } }),
  );
  if (!claimed || !failing || !cancelled || !stays) throw new Error('no links');
  bot.instantpay.setStatus(failing.linkId, 'PROCESSING');
  add(5, { expiresAt: TEN + 40 * HOUR_MS });
  bot.skip(1);
  await work();
  expect(last()).toContain(FIRST_DIGEST);
  bot.instantpay.setStatus(claimed.linkId, 'CLAIMED');
  bot.instantpay.setStatus(failing.linkId, 'ISSUED');
  bot.instantpay.setStatus(cancelled.linkId, 'CANCELLED');
  await bot.restart();
  bot.skip(DAY_MS);
  add(29);
  const asked = read(await bot.say(bot.people.operator, 'digest'));
  await work();
  for (const text of [asked, last()]) {
    expect(text).toContain(`Since Fri: 1 ${CHANGE_WORDS.new}, 1 ${CHANGE_WORDS.claimed}, 1 cancelled`);
    expect(text).toContain(`1 ${CHANGE_WORDS.returned} (₹1,500 to Person 2)`);
  }
  bot.skip(DAY_MS);
  await work();
  expect(last()).toContain('Since Sat: 1 expired (₹1,500 to Sunita Rawat)');
  expect(posted()).toHaveLength(3);
});

test('Send reminder to all reminds those of the digest; a viewer is refused', async () => {
  await open();
  for (const id of [1, 2, 3, 4]) add(id, { expiresAt: TEN + id * HOUR_MS });
  bot.skip(1);
  await work();
  const [digest] = posted();
  if (!digest) throw new Error('no digest');
  const { operator, outsider } = bot.people;
  await bot.answerTo(outsider, () => outsider.click(digest, 'Send reminder to all 4'));
  expect(bot.instantpay.callsOf('notify')).toHaveLength(0);
  await bot.done(() => operator.click(digest, 'Send reminder to all 4'));
  await bot.app.runReminders();
  expect(bot.instantpay.callsOf('notify')).toHaveLength(4);
});

test('Show lists a status twenty a page, read anew, for the person alone', async () => {
  await open();
  for (let index = 0; index < 45; index += 1)
    add(1, { status: 'EXPIRED', amountPaise: 10_000 + index * 100 });
  add(2, { expiresAt: TEN + HOUR_MS });
  bot.skip(1);
  await work();
  const [digest] = posted();
  if (!digest) throw new Error('no digest');
  const { operator, outsider } = bot.people;
  const first = await bot.answerTo(operator, () => operator.click(digest, 'Show', { nth: 2 }));
  expect(first.ephemeralFor).toBe(operator.id);
  expect(read(first)).toContain('45 links');
  expect(read(first).match(/Sunita Rawat/g)).toHaveLength(20);
  const pages = [read(first)];
  for (const pageNumber of [2, 3]) {
    // Each page takes the place of the one before.
    await bot.done(() => operator.click(first, 'Older'));
    expect(read(first)).toContain(`page ${pageNumber}`);
    pages.push(read(first));
  }
  expect(read(first)).not.toContain('Older');
  const shown = pages.flatMap((page) => page.match(/₹\d+ to/g) ?? []);
  expect(shown).toHaveLength(45);
  expect(new Set(shown).size).toBe(45);
  const calls = bot.instantpay.calls.length;
  const refused = await bot.answerTo(outsider, () => outsider.click(digest, 'Show', { nth: 2 }));
  expect(read(refused)).not.toContain('Sunita');
  expect(bot.instantpay.calls).toHaveLength(calls);
  for (const value of ['', 'EXPIRED', 'GONE.1', 'EXPIRED.0', 'EXPIRED.1.', 'EXPIRED.1.YQ.YQ']) {
    const forged = await bot.answerTo(operator, () => operator.click(digest, 'Show', { nth: 2, value }));
    expect(read(forged)).toContain(BUTTON_NOT_VALID);
  }
  expect(bot.instantpay.calls).toHaveLength(calls);
  // A purpose is filtered here, over the whole list.
  add(3, {
    status: 'EXPIRED',
    purpose: 'Salary November',
    person: { name: 'Meera', email: 'm@x.in', mobile: '9820011999' },
  });
  const value = encodeStatusQuery({ status: 'EXPIRED', purpose: 'SALARY', pageNumber: 1 });
  const salary = await bot.answerTo(operator, () => operator.click(digest, 'Show', { nth: 2, value }));
  expect(read(salary)).toContain('to Meera');
  expect(read(salary)).not.toContain('Sunita');
});

test('two open links of one recipient with the same amount are told, however the number is written', async () => {
  await open();
  const person = { name: 'Asha Rao', email: 'asha@mail.example', mobile: '9820011101' };
  add(1, { person, amountPaise: 1_250_000 });
  add(2, { person: { ...person, name: 'A. Rao', mobile: '+91 98200 11101' }, amountPaise: 1_250_000 });
  add(3, { person: { ...person, mobile: '9820011102' }, amountPaise: 1_250_000 });
  bot.skip(1);
  await work();
  expect(last()).toMatch(/Possible duplicate: ₹12,500 to A(sha|\.) Rao, 2 open links/);
  expect(last()).not.toMatch(/98200|11101/);
  const { operator } = bot.people;
  const [digest] = posted();
  if (!digest) throw new Error('no digest');
  const links = await bot.answerTo(operator, () => operator.click(digest, 'Show', { nth: 1 }));
  expect(links.ephemeralFor).toBe(operator.id);
  expect(read(links)).toContain('A. Rao');
  expect(read(links)).toContain('Asha Rao');
  expect(read(links).match(/₹12,500 to/g)).toHaveLength(2);
});

test('blocks that Slack refuses: the same rows stand in the channel as plain lines', async () => {
  await open();
  for (const id of [1, 2]) add(id, { expiresAt: TEN + id * HOUR_MS });
  bot.slack.faults.set('chat.postMessage', { kind: 'error', error: 'invalid_blocks' }, 1);
  bot.skip(1);
  await work();
  expect(posted()).toHaveLength(1);
  expect(last()).toContain('Fri 20 Nov · 2 to remind');
  expect(last()).toContain(`${formatWholeRupees(150_000)} to Sunita Rawat, today 11:00`);
  expect(JSON.stringify(posted()[0]?.blocks)).not.toMatch(/"type":"(overflow|button)"/);
  bot.skip(10 * MINUTE_MS);
  await work();
  expect(posted()).toHaveLength(1);
});

test('who may only look has no reminders in the digest on request', async () => {
  await open();
  add(1, { expiresAt: TEN + HOUR_MS });
  const { admin } = bot.people;
  const digest = await bot.say(admin, 'digest');
  expect(read(digest)).toContain('1 to remind');
  expect(JSON.stringify(digest.blocks)).not.toContain('remind.all');
});

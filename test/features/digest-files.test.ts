/** Owns the thread of a digest over HTTP: the list as a file that others can read, the chart on Mondays, each once. */

import { parse } from 'csv-parse/sync';
import { afterEach, expect, test } from 'vitest';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { DAY_MS, MINUTE_MS, parseIst } from '../../src/payouts/time.ts';
import { openBot, type TestBot } from './bot.ts';

let bot: TestBot;
afterEach(() => bot.close());

/** A minute before the digest of a Monday. */
const BEFORE = parseIst('2026-11-23 09:59:00') ?? 0;

async function open(startAt = BEFORE): Promise<TestBot> {
  bot = await openBot({ startAt, env: { DIGEST_CHANNEL: 'C0DIGESTS' } });
  return bot;
}

const posted = (): SlackMessage[] => bot.slack.messages('C0DIGESTS').filter(({ deleted }) => !deleted);
const filesOf = () =>
  posted().flatMap(({ files, threadTs, text }) => files.map((file) => ({ ...file, threadTs, text })));

/** The digest that is due next, and what follows it. */
async function nextDigest(waitMs = 2 * MINUTE_MS): Promise<void> {
  bot.skip(waitMs);
  await bot.app.digest?.work();
  await bot.app.runDigestFiles();
  bot.skip(MINUTE_MS);
  await bot.app.runDigestFiles();
}

test('on a Monday: the list and the chart in the thread of the digest, each once', async () => {
  await open();
  await nextDigest();
  const [digest] = posted();
  const files = filesOf();
  expect(files.map(({ name, threadTs }) => [name, threadTs])).toEqual([
    ['payout-digest-2026-11-23.csv', digest?.ts],
    ['payout-chart-2026-11-23.png', digest?.ts],
  ]);
  const [list, chart] = files;
  const rows = parse<Record<string, string>>(list?.content ?? Buffer.alloc(0), { bom: true, columns: true });
  const ids = (statuses: readonly string[]) =>
    statuses.flatMap((status) => bot.instantpay.links(status).map(({ linkId }) => linkId));
  const listed = rows.filter((row) => ['EXPIRED', 'PROCESSING'].includes(row['status'] ?? ''));
  expect(new Set(listed.map((row) => row['link_id']))).toEqual(new Set(ids(['EXPIRED', 'PROCESSING'])));
  expect(list?.content.toString()).not.toMatch(/\b[6-9]\d{9}\b/);
  expect(list?.text).toMatch(new RegExp(`^Whole list: ${rows.length} links .* Audit \\d+:[0-9a-f]{64}$`));
  expect(chart?.content.subarray(1, 4).toString()).toBe('PNG');
  expect(chart?.altText).toMatch(/EXPIRED: \d+ at both ends/);
  await bot.app.runDigestFiles();
  expect(filesOf()).toHaveLength(2);
}, 120_000);

test('on the other days the list alone, and a restart in between changes nothing', async () => {
  await open(BEFORE + DAY_MS);
  bot.skip(2 * MINUTE_MS);
  await bot.app.digest?.work();
  await bot.restart();
  bot.skip(MINUTE_MS);
  await bot.app.runDigestFiles();
  await nextDigest(DAY_MS);
  expect(filesOf().map(({ name }) => name)).toEqual([
    'payout-digest-2026-11-24.csv',
    'payout-digest-2026-11-25.csv',
  ]);
});

test('the digest stands whatever becomes of its files', async () => {
  await open(BEFORE + DAY_MS);
  bot.slack.faults.set('upload', { kind: 'status', status: 500 });
  await nextDigest();
  for (let round = 0; round < 10; round += 1) await nextDigest(5 * MINUTE_MS);
  const [digest, note, ...others] = posted();
  expect(others).toEqual([]);
  expect(digest?.text).toContain('EXPIRED');
  expect(note).toMatchObject({ threadTs: digest?.ts, files: [] });
  expect(note?.text).toContain('could not be attached');
});

/** Owns `/payout export` over HTTP: asked for, made by the job, and in the direct messages as a file that others can read. */

import { parse } from 'csv-parse/sync';
import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { EXPORT_RUNNING } from '../../src/payouts/exports/export.ts';
import { istDay } from '../../src/payouts/time.ts';
import { PROBLEMS } from '../../src/slack/parse/problems.ts';
import { EXPORT_STARTED } from '../../src/slack/views/export-message.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';
import { the } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

async function open(options: TestBotOptions = {}): Promise<TestBot> {
  bot = await openBot(options);
  return bot;
}

const inDirectMessages = (person: Person): SlackMessage[] =>
  bot.slack.messages(person.directMessages).filter(({ deleted }) => !deleted);
const filesOf = (person: Person) =>
  inDirectMessages(person).flatMap(({ text, files }) => files.map((file) => ({ ...file, text })));
const rowsOf = (content: Buffer): Record<string, string>[] => parse(content, { bom: true, columns: true });

test('the links of this month: one message tells of it, the file holds each once, masked', async () => {
  await open();
  bot.instantpay.controls.maxRecordsPerPage = 25;
  const viewer = bot.people.approver;
  bot.instantpay.addLink({
    person: { name: '=HYPERLINK("x") "अमृता"\nRao', email: 'amrita@mail.example', mobile: '9820077701' },
    purpose: 'भुगतान 🙏 '.repeat(20_000),
  });
  const answer = await bot.say(viewer, 'export links this month');
  expect(read(answer)).toContain(EXPORT_STARTED);
  expect(filesOf(viewer)).toEqual([]);
  await bot.app.runExports();
  const [file] = filesOf(viewer);
  expect(file?.name).toBe('payout-links-2026-11-01..20.csv');
  // By the ID alone (R20); those of the well-known links tell no plausible time.
  const known = new Set<string>(Object.values(WELL_KNOWN));
  const isOfNovember = (createdAt: number): boolean => istDay(createdAt).startsWith('2026-11-');
  const expected = bot.instantpay
    .links()
    .filter(({ linkId, createdAt }) => !known.has(linkId) && isOfNovember(createdAt));
  const rows = rowsOf(file?.content ?? Buffer.alloc(0));
  const ids = rows.map((row) => row['link_id']);
  expect(ids).toHaveLength(expected.length);
  expect(new Set(ids)).toEqual(new Set(expected.map(({ linkId }) => linkId)));
  expect(expected.length).toBeGreaterThan(50);
  const text = file?.content.toString() ?? '';
  expect(text).not.toMatch(/\b[6-9]\d{9}\b/);
  expect(text).not.toContain('amrita@');
  expect(rows.map((row) => row['recipient'])).toContain(`'=HYPERLINK("x") "अमृता" Rao`);
  expect(file?.text).toBe(`${expected.length} links: links created 1 Nov 2026 to 20 Nov 2026`);
  const told = the(inDirectMessages(viewer).filter(({ files }) => files.length === 0));
  expect(read(told)).toContain(`${expected.length} links in the CSV file`);
  expect(read(told)).toContain(`${known.size} links with no known creation`);
  expect(read(await bot.say(bot.people.admin, 'audit'))).toContain('Links exported');
});

test('statuses narrow it, and an export of the audit is for administrators', async () => {
  await open();
  const { approver: viewer, admin } = bot.people;
  await bot.say(admin, 'export claimed expired this month');
  await bot.app.runExports();
  const [links] = filesOf(admin);
  expect(links?.name).toBe('payout-links-claimed-expired-2026-11-01..20.csv');
  const statuses = rowsOf(links?.content ?? Buffer.alloc(0)).map((row) => row['status']);
  expect(new Set(statuses)).toEqual(new Set(['CLAIMED', 'EXPIRED']));
  expect(read(await bot.say(viewer, 'export audit today'))).toContain(notPermitted('administer'));
  await bot.say(admin, 'export audit today');
  await bot.app.runExports();
  const audit = filesOf(admin).at(-1);
  expect(audit?.name).toBe('payout-audit-2026-11-20.csv');
  expect(rowsOf(audit?.content ?? Buffer.alloc(0)).map((row) => row['action'])).toEqual([
    'links.exported',
    'access.refused',
  ]);
});

test('without days it asks back with buttons, which start it', async () => {
  await open();
  const { operator } = bot.people;
  const asked = await bot.say(operator, 'export links issued');
  expect(read(asked)).toContain(PROBLEMS.exportDays);
  const answer = await bot.answerTo(operator, () => operator.click(asked, 'Run', { nth: 2 }));
  expect(read(answer)).toContain(EXPORT_STARTED);
  await bot.app.runExports();
  expect(filesOf(operator).map(({ name }) => name)).toEqual(['payout-links-issued-2026-10-01..31.csv']);
});

test('one at a time a person; a restart in between changes nothing', async () => {
  await open();
  const { operator, approver: viewer } = bot.people;
  await bot.say(operator, 'export links last month');
  expect(read(await bot.say(operator, 'export links this month'))).toContain(EXPORT_RUNNING);
  await bot.say(viewer, 'export links last month');
  await bot.restart();
  await bot.app.runExports();
  expect([filesOf(operator).length, filesOf(viewer).length]).toEqual([1, 1]);
});

test('its message has Stop, for the person alone; afterwards another one may be started', async () => {
  await open();
  bot.instantpay.controls.maxRecordsPerPage = 25;
  const { operator } = bot.people;
  await bot.say(operator, 'export links this month');
  const held = Promise.withResolvers<void>();
  bot.instantpay.fault({ effect: { kind: 'hold', until: held.promise }, operation: 'list' });
  const running = bot.app.runExports();
  const message = await bot.slack.waitFor(() => inDirectMessages(operator)[0], { what: 'its message' });
  expect(read(message)).toContain('links read');
  const isStopped = (): boolean => /Export stopped/.test(read(the(inDirectMessages(operator))));
  await operator.click(message, 'Stop');
  await bot.slack.waitFor(isStopped, { what: 'that it is stopped' });
  held.resolve();
  await running;
  expect(filesOf(operator)).toEqual([]);
  expect(read(the(inDirectMessages(operator)))).toMatch(/Export stopped[\s\S]*No file was sent/);
  expect(read(await bot.say(bot.people.admin, 'audit'))).toContain('Export stopped');
  expect(read(await bot.say(operator, 'export links last month'))).toContain(EXPORT_STARTED);
});

test('a page that fails: no file, why, and what to do', async () => {
  await open();
  bot.instantpay.controls.maxRecordsPerPage = 25;
  const { operator } = bot.people;
  await bot.say(operator, 'export links this month');
  bot.instantpay.fault({ effect: { kind: 'html500' }, operation: 'list', times: 0 });
  await bot.app.runExports();
  expect(filesOf(operator)).toEqual([]);
  expect(read(the(inDirectMessages(operator)))).toMatch(/Not exported[\s\S]*No file was sent/);
});

test('the answer of the upload is lost: the file stands there once', async () => {
  await open();
  const { operator } = bot.people;
  await bot.say(operator, 'export links last month');
  bot.slack.faults.set('files.completeUploadExternal', { kind: 'lose_answer' }, 1);
  await bot.app.runExports();
  bot.skip(60_000);
  await bot.app.runExports();
  expect(filesOf(operator)).toHaveLength(1);
  expect(inDirectMessages(operator)).toHaveLength(2);
});

test('Slack that takes no bytes for a moment gets them later', async () => {
  await open();
  const { operator } = bot.people;
  await bot.say(operator, 'export links last month');
  bot.slack.faults.set('upload', { kind: 'drop' }, 1);
  await bot.app.runExports();
  expect(filesOf(operator)).toEqual([]);
  bot.skip(60_000);
  await bot.app.runExports();
  expect(filesOf(operator)).toHaveLength(1);
});

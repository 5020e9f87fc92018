/** Owns lists with days, amounts and an order over HTTP: menus, form, pages that stay in place, reminders, saved lists. */

import { afterEach, expect, test } from 'vitest';
import { ACTION_IDS, BLOCK_IDS } from '../../src/slack/block-kit/ids.ts';
import { PROBLEMS } from '../../src/slack/parse/problems.ts';
import { rupees } from '../../src/slack/block-kit/text.ts';
import { EMPTY_WORDS, LIST_NOTES, SORT_LABELS } from '../../src/slack/views/list-words.ts';
import { NO_SAVED_LISTS } from '../../src/slack/views/saved-lists.ts';
import { LIST_GONE, NO_LAST_LIST } from '../../src/payouts/links/saved-list.ts';
import { DAY_MS, istDay } from '../../src/payouts/time.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { LOOKING_UP } from '../../src/slack/views/notices.ts';
import { openBot, read, type TestBot } from './bot.ts';

let bot: TestBot;
afterEach(() => bot.close());

const idsOn = (message: SlackMessage): string[] => read(message).match(/\b[0-9a-f]{24}\b/g) ?? [];
const links = (status?: string) => bot.instantpay.links(status);

/** The creation that a link ID tells (R20); undefined where it cannot be its own. */
function createdAt({ linkId, expiresAt }: { linkId: string; expiresAt: number }): number | undefined {
  const at = Number.parseInt(linkId.slice(0, 8), 16) * 1_000;
  return at >= expiresAt - 366 * DAY_MS && at <= bot.clock() ? at : undefined;
}

const ids = (given: readonly { linkId: string }[]): string[] => given.map(({ linkId }) => linkId);
const largest = (given: ReturnType<typeof links>) => given.toSorted((a, b) => b.amountPaise - a.amountPaise);
const total = (given: ReturnType<typeof links>): string =>
  rupees(given.reduce((sum, { amountPaise }) => sum + amountPaise, 0));

test('over an amount, largest first: every link is read, ten are shown, all are counted', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list sort largest over 5000 issued');
  const fits = largest(links('ISSUED').filter(({ amountPaise }) => amountPaise > 5_000_00));
  expect(idsOn(list)).toEqual(ids(fits.slice(0, 10)));
  expect(read(list)).toContain(`${fits.length} links, ${total(fits)}`);
  expect(read(list)).toContain(`1–10 of ${fits.length}`);
  expect(read(list)).toContain(SORT_LABELS.largest);
  await bot.done(() => operator.click(list, 'Older'));
  expect(idsOn(list)).toEqual(ids(fits.slice(10, 20)));
  expect(read(list)).toContain('page 2');
});

test('since a day: by the creation in IST; links whose creation is not known are counted apart', async () => {
  bot = await openBot();
  const since = istDay(bot.clock() - 3 * DAY_MS);
  const list = await bot.say(bot.people.operator, `list since ${since} sort newest`);
  const dated = links().filter((link) => createdAt(link) !== undefined);
  const fits = dated.filter((link) => istDay(createdAt(link) ?? 0) >= since);
  const undated = links().length - dated.length;
  expect(read(list)).toContain(`${fits.length} links, ${total(fits)}`);
  expect(read(list)).toContain('created since 17 Nov 2026');
  expect(undated).toBeGreaterThan(0);
  expect(read(list)).toContain(LIST_NOTES.undated(undated));
  for (const id of idsOn(list)) expect(ids(fits)).toContain(id);
});

test('a list that cannot be read to its end is incomplete, without totals', async () => {
  bot = await openBot();
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'html500' }, times: 0 });
  const list = read(await bot.say(bot.people.operator, 'list sort largest'));
  expect(list).toContain('Incomplete');
  expect(list).not.toMatch(/\d+ links, ₹/);
});

test('the menus keep every other limit; the form has all of them', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const person = links('CLAIMED')[0]?.person;
  if (!person) throw new Error('nobody');
  const list = await bot.say(operator, `list contact ${person.mobile} over 1`);
  await bot.done(() => operator.choose(list, ACTION_IDS.listStatus, '🟢 CLAIMED'));
  await bot.done(() => operator.choose(list, ACTION_IDS.listSort, SORT_LABELS.largest));
  const fits = largest(links('CLAIMED').filter((link) => link.person.mobile === person.mobile));
  expect(idsOn(list)).toEqual(ids(fits.slice(0, 10)));
  expect(read(list)).toContain('over ₹1.00');
  expect(JSON.stringify(list.blocks)).not.toContain(person.mobile);
  await operator.click(list, 'Filters');
  const form = await operator.modal();
  await bot.idle();
  expect(JSON.stringify(form.view)).toContain('"1.00"');
  const wrong = await operator.submit(form, { [BLOCK_IDS.entryOver]: 'much' });
  expect(JSON.stringify(wrong.acks)).toContain(PROBLEMS.formAmount);
  await bot.done(() =>
    operator.submit(form, {
      [BLOCK_IDS.entryOver]: '1 lakh',
      [BLOCK_IDS.entryUnder]: '',
      [BLOCK_IDS.entryFrom]: '2026-11-01',
      [BLOCK_IDS.entryTo]: '2026-11-20',
      [BLOCK_IDS.entryRecipient]: '',
      [BLOCK_IDS.entryStatuses]: ['ISSUED'],
      [BLOCK_IDS.entrySort]: 'largest',
    }),
  );
  expect(read(list)).toContain('created 1 Nov 2026 to 20 Nov 2026');
  expect(read(list)).toContain('over ₹1,00,000.00');
  expect(read(list)).not.toContain('Recipient:');
});

test('links created between two pages: none is shown twice or passed over, and Newer has them', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list');
  const before = ids(links());
  for (let added = 0; added < 3; added += 1) bot.instantpay.addLink({});
  const newest = ids(links()).slice(0, 3);
  await bot.done(() => operator.click(list, 'Older'));
  expect(idsOn(list)).toEqual(before.slice(10, 20));
  expect(read(list)).toContain(LIST_NOTES.added(3));
  await bot.done(() => operator.click(list, 'Older'));
  expect(idsOn(list)).toEqual(before.slice(20, 30));
  for (let page = 0; page < 3; page += 1) await bot.done(() => operator.click(list, 'Newer'));
  expect(idsOn(list).slice(0, 3)).toEqual(newest);
  expect(read(list)).not.toContain('[Newer]');
});

test('reminders for a page of ISSUED links: all of them, or those selected, with one confirm', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list issued');
  const shown = idsOn(list);
  await bot.done(() => operator.click(list, 'Select for reminders …'));
  expect(read(list)).toContain('[ ] ₹');
  const [first = '', second = ''] = shown;
  await operator.click(list, 'Send reminder to selected …', {
    values: { 'remind.boxes.0': [first, second] },
  });
  const form = await operator.modal();
  expect(read(form)).toContain('Send 2 reminders?');
  await bot.done(() => operator.submit(form, {}));
  const reminded = () => new Set(bot.instantpay.callsOf('notify').map(({ linkId }) => linkId));
  expect(reminded()).toEqual(new Set([first, second]));
  await bot.done(() => operator.click(list, 'Back to the list'));
  expect(idsOn(list)).toEqual(shown);
  expect(read(list)).toMatch(/reminded .* by @/);
  await bot.done(() => operator.click(list, 'Send reminder to these 10'));
  expect(reminded()).toEqual(new Set(shown));
  expect(bot.instantpay.callsOf('notify')).toHaveLength(10);
});

test('who may only look is offered no reminders', async () => {
  bot = await openBot();
  const list = await bot.say(bot.people.admin, 'list issued');
  expect(read(list)).not.toContain('Send reminder');
  expect(read(list)).not.toContain('Select for reminders');
});

test('saved lists: the last one or a typed one, shown by name, listed, deleted; nothing of it readable at rest', async () => {
  bot = await openBot();
  const { operator, approver } = bot.people;
  expect(read(await bot.say(operator, 'list save mine'))).toContain(NO_LAST_LIST);
  const person = links('ISSUED')[0]?.person;
  if (!person) throw new Error('nobody');
  const first = await bot.say(operator, `list issued contact ${person.mobile} over 1`);
  expect(read(await bot.say(operator, 'list save Urgent'))).toContain('List saved');
  const typed = await bot.say(operator, 'list save "big ones" over 100000 sort largest');
  expect(read(typed)).toContain('over ₹1,00,000.00');
  const shown = await bot.say(operator, 'list urgent');
  expect(idsOn(shown)).toEqual(idsOn(first));
  expect(read(shown)).toContain('Recipient: “');
  const saved = await bot.say(operator, 'list saved');
  expect(read(saved)).toMatch(/2 saved lists of 20[\s\S]*big ones[\s\S]*Urgent/);
  expect(read(saved)).not.toContain(person.mobile);
  const again = await bot.answerTo(operator, () => operator.click(saved, 'Show', { nth: 1 }));
  expect(read(again)).toContain(SORT_LABELS.largest);
  // Another person has none, and a name of somebody else's list is a recipient.
  expect(read(await bot.say(approver, 'list saved'))).toContain(NO_SAVED_LISTS);
  expect(read(await bot.say(approver, 'list urgent'))).toContain(EMPTY_WORDS.recipient);
  const stale = structuredClone(saved);
  await bot.done(() => operator.click(saved, 'Delete', { nth: 1 }));
  expect(read(saved)).not.toContain('big ones');
  const gone = await bot.answerTo(operator, () =>
    operator.click(saved, 'Delete', {
      nth: 1,
      value: String(JSON.stringify(stale.blocks).match(/"\d+\.\d{13}"/)?.[0]).slice(1, -1),
    }),
  );
  expect(read(gone)).toContain(LIST_GONE);
  await bot.stop();
  const rows = await bot.onStore((store) => store.savedLists.of(operator.id));
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${person.mobile}|urgent|ISSUED`, 'i'));
});

test('progress of a long list is shown while it is read', async () => {
  bot = await openBot({
    patience: { lookingUpMs: 1, notRecordedMs: 600_000, acknowledgeMs: 600_000, helpMs: 600_000 },
  });
  const { operator } = bot.people;
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'delay', delayMs: 150 }, times: 0 });
  await bot.done(() => operator.command('/payout', 'list sort largest'));
  const shown = operator.sees();
  expect(shown).toHaveLength(1);
  expect(shown[0]?.edits.length).toBeGreaterThan(0);
  expect(JSON.stringify(shown[0]?.edits[0])).toContain(LOOKING_UP);
});

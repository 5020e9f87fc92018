/** Owns `/payout approvals` and `/payout audit`: what waits, who did what, and who may read it. */

import { notPermitted } from '../../src/payouts/access-words.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { NOTHING_WAITING } from '../../src/slack/views/approval-list.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel } from './steps.ts';
import { NO_ROWS } from '../../src/slack/views/audit-list.ts';
import { AUDIT_FILE, auditSent } from '../../src/slack/views/audit-csv.ts';
import { actionLabel, outcomeLabel } from '../../src/slack/views/audit-labels.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot();
});
afterEach(() => bot.close());

/** As people say it. */
const numberOf = (card: SlackMessage): string => /C-\d{4}/.exec(read(card))?.[0] ?? 'none';

test('what waits, mine first, with buttons that decide and a card that follows', async () => {
  const { operator, approver, secondApprover } = bot.people;
  expect(read(await bot.say(operator, 'approvals'))).toContain(NOTHING_WAITING);
  const first = await askToCancel(bot, { by: secondApprover });
  bot.skip(1_000);
  const mine = await askToCancel(bot, { by: approver, linkId: WELL_KNOWN.issuedLarge });
  const list = await bot.say(approver, 'approvals');
  const text = read(list);
  expect(text.indexOf(numberOf(mine.card))).toBeLessThan(text.indexOf(numberOf(first.card)));
  expect(text).toContain('[Withdraw]');
  await bot.done(() => approver.click(list, 'Approve'));
  // The list itself shows the outcome and what still waits; there is no second copy beside a live one.
  expect(approver.ephemerals()).toHaveLength(2);
  expect(read(list)).toContain('Link cancelled');
  expect(read(list)).toContain('1 cancellation request waiting');
  expect(read(list)).not.toContain('[Approve]');
  expect(read(first.card)).toContain('Link cancelled');
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
  await bot.done(() => approver.click(list, 'Withdraw'));
  expect(read(list)).toContain('Withdrawn');
  expect(read(list)).toContain(NOTHING_WAITING);
  expect(read(mine.card)).toContain('Withdrawn');
  expect(read(await bot.say(operator, 'approvals'))).toContain(NOTHING_WAITING);
});

test('more requests than a message holds are counted, not dropped', async () => {
  const { operator } = bot.people;
  const ids = bot.instantpay.links('ISSUED').slice(0, 26);
  for (const { linkId } of ids) await askToCancel(bot, { linkId });
  const list = await bot.say(operator, 'approvals');
  expect(list.blocks.length).toBeLessThanOrEqual(50);
  expect(read(list)).toContain('26 cancellation requests waiting');
  const shown = read(list).match(/\[Withdraw\]/g)?.length ?? 0;
  expect(shown).toBeGreaterThanOrEqual(20);
  expect(read(list)).toContain(`… ${26 - shown} more`);
});

test('the audit: by link, by person, who asked, who decided, why; administrators only', async () => {
  const { operator, approver, admin } = bot.people;
  const { linkId, card } = await askToCancel(bot, { reason: 'paid twice, see 9820011101' });
  await approve(bot, card);
  await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  for (const person of [operator, approver])
    expect(read(await bot.say(person, 'audit'))).toContain(notPermitted('administer'));
  const byLink = read(await bot.say(admin, `audit ${linkId}`));
  for (const shown of [
    actionLabel('cancel.requested'),
    actionLabel('cancel.approved'),
    actionLabel('cancel.executed'),
    `@${approver.id}`,
    `@${operator.id}`,
    'ISSUED → CANCELLED',
    'paid twice, see ******1101',
    'h0009',
  ])
    expect(byLink).toContain(shown);
  expect(byLink).not.toContain(WELL_KNOWN.issuedLarge);
  const byPerson = read(await bot.say(admin, `audit <@${approver.id}|vikram>`));
  // A request in one line, however many rows it has.
  expect(byPerson).toMatch(new RegExp(`Link cancelled: .*approved by @${approver.id}`, 's'));
  expect(byPerson).not.toContain(actionLabel('cancel.approved'));
  const all = read(await bot.say(admin, 'audit'));
  expect(all).toContain(actionLabel('audit.read'));
  expect(all).toContain(outcomeLabel('not_administrator'));
});

test('the audit of requests: one line each with its Details, of the days that are named', async () => {
  const { operator, approver, admin } = bot.people;
  const { card } = await askToCancel(bot, { reason: 'paid twice' });
  await approve(bot, card);
  await bot.say(operator, 'audit');
  const list = await bot.say(admin, 'audit cancels today today');
  const shown = read(list);
  expect(shown).toContain('1 entry, none older');
  expect(shown).toContain(`requested by @${operator.id}`);
  expect(shown).toContain(`approved by @${approver.id}`);
  expect(shown).toContain('paid twice');
  expect(shown).not.toContain(outcomeLabel('not_administrator'));
  const details = await bot.answerTo(admin, () => admin.click(list, 'Details'));
  for (const action of ['cancel.requested', 'cancel.approved', 'cancel.executed'] as const)
    expect(read(details)).toContain(actionLabel(action));
  expect(read(await bot.say(admin, 'audit cancels last week'))).toContain(String(NO_ROWS));
});

test('as CSV: a file in direct messages, whole, and no cell is a formula', async () => {
  const { admin, operator } = bot.people;
  await askToCancel(bot, { reason: '=HYPERLINK("https://phish.example")' });
  for (let asked = 0; asked < 25; asked += 1) await bot.say(operator, `audit`);
  await bot.say(admin, 'audit csv');
  expect(admin.ephemerals().map(read).join()).toContain(auditSent('26 audit rows, 20 Nov 2026.'));
  const file = await bot.slack.waitFor(() =>
    bot.slack.allMessages.find(
      (message) => message.channel === admin.directMessages && message.files.length > 0,
    ),
  );
  const csv = file.files[0]?.content.toString('utf8') ?? '';
  const [head, ...rows] = csv.trim().split('\n');
  expect(head).toContain('sequence,time_ist,time_utc,actor,actor_name,action');
  expect(rows).toHaveLength(26);
  expect(csv).toContain('cancel.requested');
  expect(csv).toContain(`,${operator.id},${operator.name},`);
  expect(file.files[0]?.name).toBe('payout-audit-2026-11-20.csv');
  expect(csv).not.toMatch(/(^|,)"?=/m);
  expect(read(await bot.say(operator, 'audit csv'))).toContain('for administrators');
});

test('direct messages closed to Payout Desk: the administrator is told, not left waiting', async () => {
  bot.slack.faults.set('conversations.open', { kind: 'error', error: 'missing_scope' });
  const told = read(await bot.say(bot.people.admin, 'audit csv'));
  expect(told).toContain('Contact your administrator');
  expect(told).not.toContain(auditSent(''));
  expect(told).toContain(AUDIT_FILE.notSent);
});

test.each([
  [{ kind: 'error', error: 'missing_scope', needed: 'files:write' }, /missing the scope files:write.*doctor/],
  [{ kind: 'rate_limited', retryAfterS: 30 }, /Try again in 30 s/],
  [{ kind: 'error', error: 'token_revoked' }, /refused Payout Desk’s token.*administrator/],
  [{ kind: 'status', status: 500 }, /Slack responded with http_500/],
] as const)('the upload of the file fails (%j): the administrator reads why', async (fault, why) => {
  bot.slack.faults.set('files.getUploadURLExternal', fault);
  const told = read(await bot.say(bot.people.admin, 'audit csv'));
  expect(told).toMatch(why);
  expect(told).toContain(AUDIT_FILE.notSent);
});

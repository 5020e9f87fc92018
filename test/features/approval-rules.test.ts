/** Owns APPROVAL_RULES over HTTP: who decides by the amount, what the card says, and groups that change meanwhile. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { NOT_OF_TIER } from '../../src/slack/views/approval-answers.ts';
import { outcomeLabel } from '../../src/slack/views/audit-labels.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel, mentionsIn } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

const OPS = 'S0OPS';
const FIN = 'S0FIN';
/** Vikram is APPROVERS; the two links of the tests are ₹12,500.50 and ₹4,87,500.00. */
const RULES = { APPROVAL_RULES: `0:1@${OPS},50000:2@${FIN}`, APPROVERS: 'U0VIKRAM' };
const cancels = () => bot.instantpay.callsOf('cancel');

interface Members {
  ops: string[];
  fin: string[];
}

async function openRules(members: Members, env: Record<string, string> = RULES): Promise<void> {
  bot = await openBot({ env, stopped: true });
  setGroups(members);
  await bot.start();
}

function setGroups({ ops, fin }: Members): void {
  bot.slack.groups.list = [
    { id: OPS, handle: 'ops', members: ops },
    { id: FIN, handle: 'finance', members: fin },
  ];
}

test('by the amount: the tier is mentioned and decides, others are told who does', async () => {
  await openRules({ ops: ['U0MEERA'], fin: ['U0VIKRAM', 'U0KAVYA'] });
  const { approver, secondApprover, admin } = bot.people;
  const small = await askToCancel(bot);
  expect(mentionsIn(small.card)).toEqual([OPS]);
  const refused = read(await bot.answerTo(approver, () => approver.click(small.card, 'Approve')));
  expect(refused).toContain(NOT_OF_TIER);
  expect(refused).toContain(`1 approval from`);
  await approve(bot, small.card, secondApprover);
  expect(cancels()).toHaveLength(1);
  const large = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  expect(mentionsIn(large.card)).toContain(FIN);
  expect(mentionsIn(large.card)).not.toContain(OPS);
  expect(read(large.card)).toContain('From ₹50,000.00: 2 approvals');
  await approve(bot, large.card, secondApprover);
  await approve(bot, large.card, approver);
  expect(cancels()).toHaveLength(1);
  await approve(bot, large.card, admin);
  expect(cancels()).toHaveLength(2);
  expect(read(await bot.say(admin, 'audit'))).toContain(outcomeLabel('not_of_tier'));
});

test('who is only in another tier cannot reject either', async () => {
  await openRules({ ops: ['U0MEERA'], fin: ['U0VIKRAM', 'U0KAVYA'] });
  const { admin } = bot.people;
  const { card } = await askToCancel(bot);
  await admin.click(card, 'Reject');
  const modal = await admin.modal();
  const answer = await bot.answerTo(admin, () => admin.submit(modal, { reason: 'not a duplicate' }));
  expect(read(answer)).toContain(NOT_OF_TIER);
  expect(read(card)).toContain('[Approve]');
});

test('a request keeps its rule when the settings change', async () => {
  await openRules({ ops: ['U0MEERA'], fin: ['U0VIKRAM', 'U0KAVYA'] });
  const { secondApprover, approver, admin } = bot.people;
  const { card } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  bot.env['APPROVAL_RULES'] = `0:1@${OPS}`;
  bot.env['APPROVERS'] = 'U0VIKRAM,U0KAVYA';
  await bot.restart();
  bot.skip(MINUTE_MS);
  const refused = await bot.answerTo(secondApprover, () => secondApprover.click(card, 'Approve'));
  expect(read(refused)).toContain(NOT_OF_TIER);
  // S0FIN decides nothing by today's settings; its members do, as far as they are approvers at all.
  await approve(bot, card, approver);
  expect(cancels()).toHaveLength(0);
  await approve(bot, card, admin);
  expect(cancels()).toHaveLength(1);
});

test('a group that changes between the votes: the first does not count, and the card says so', async () => {
  await openRules({ ops: ['U0VIKRAM'], fin: ['U0VIKRAM', 'U0KAVYA', 'U0MEERA'] });
  const { approver, secondApprover, admin } = bot.people;
  const { card } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  await approve(bot, card, approver);
  // Still an approver of small amounts, and of large ones no more.
  setGroups({ ops: ['U0VIKRAM'], fin: ['U0KAVYA', 'U0MEERA'] });
  bot.skip(MINUTE_MS);
  await approve(bot, card, admin);
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain('Not counted');
  expect(read(card)).toContain(`@${approver.id}`);
  await approve(bot, card, secondApprover);
  expect(cancels()).toHaveLength(1);
});

test('several links in one request: the tier is that of their sum', async () => {
  await openRules({ ops: ['U0MEERA'], fin: ['U0VIKRAM', 'U0KAVYA'] });
  const { operator, secondApprover, approver, admin } = bot.people;
  const [one, other] = bot.instantpay
    .links('ISSUED')
    .filter(({ amountPaise }) => amountPaise > 30_000_00 && amountPaise < 50_000_00);
  if (!one || !other) throw new Error('no two links below the tier, with a sum above it');
  await bot.say(operator, `cancel ${one.linkId} ${other.linkId} paid twice`);
  const card = await bot.slack.message(bot.channels.approvals, (message) => read(message).includes(FIN));
  await approve(bot, card, secondApprover);
  await approve(bot, card, approver);
  expect(cancels()).toHaveLength(0);
  await approve(bot, card, admin);
  expect(cancels()).toHaveLength(2);
});

/** Owns the seven rules of a cancel with four eyes, as people and InstantPay see them over HTTP. */

import { onlyIssued } from '../../src/payouts/cancel/words.ts';
import { ALREADY_APPROVED, OWN_REQUEST, STAYS_ACTIVE } from '../../src/slack/views/approval-answers.ts';
import { REASON_MISSING } from '../../src/payouts/cancel/reason.ts';
import { OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { NOT_A_MEMBER, notPermitted } from '../../src/payouts/access-words.ts';
import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';
import { approve, askToCancel, because, cancelFormOf, mentionsIn, the, toldDirectly } from './steps.ts';
import { actionLabel } from '../../src/slack/views/audit-labels.ts';
import { groupUnreadable } from '../../src/slack/api/directory.ts';

let bot: TestBot;
const open = async (options?: TestBotOptions): Promise<TestBot> => (bot = await openBot(options));
afterEach(() => bot.close());

const cancels = (linkId?: string) => bot.instantpay.callsOf('cancel', linkId);

test('a second person approves: one call, the card says so without buttons, the requester is told by direct message', async () => {
  await open();
  const { operator } = bot.people;
  const { linkId, answer, card } = await askToCancel(bot);
  expect(read(answer)).toContain(STAYS_ACTIVE);
  expect(answer.ephemeralFor).toBe(operator.id);
  for (const shown of [
    '₹12,500.50',
    '1101',
    'z***@mail.example',
    'vendor payment',
    linkId,
    operator.name,
    'duplicate of bill 118',
    'Expires 21 Nov 2026, 11:00',
    '[Approve]',
    '[Reject]',
    'LIVE',
  ]) {
    expect(read(card)).toContain(shown);
  }
  expect(read(card)).not.toContain('9820011101');
  // Approvers are called, and the one person who may not decide is not.
  expect(mentionsIn(card)).toEqual([bot.people.approver.id, bot.people.secondApprover.id]);
  expect(card.blocks.flatMap((block) => JSON.stringify(block)).join()).toContain('"confirm"');
  expect(cancels()).toHaveLength(0);

  await approve(bot, card);
  expect(cancels(linkId)).toHaveLength(1);
  expect(bot.instantpay.link(linkId)?.status).toBe('CANCELLED');
  expect(read(card)).toContain('Link cancelled');
  expect(read(card)).not.toMatch(/\[Approve\]|\[Reject\]/);
  const told = toldDirectly(bot, operator);
  expect(told).toHaveLength(1);
  expect(read(the(told))).toContain('Link cancelled');
  // What was asked privately never shows in the channel where it was typed.
  expect(bot.slack.messages(bot.channels.payouts)).toEqual([]);
  // Tracked once when asked and once more right before the call.
  expect(bot.instantpay.callsOf('track', linkId)).toHaveLength(2);

  const audit = await bot.say(bot.people.admin, `audit ${linkId}`);
  for (const action of ['cancel.requested', 'cancel.approved', 'cancel.started', 'cancel.executed'])
    expect(read(audit)).toContain(actionLabel(action));
});

test('refused at once: not ISSUED, no such link, or the asker is no operator; nothing is opened', async () => {
  await open();
  const { operator, outsider, admin } = bot.people;
  for (const [status, linkId] of [
    ['CLAIMED', WELL_KNOWN.claimed],
    ['PROCESSING', WELL_KNOWN.processing],
    ['EXPIRED', WELL_KNOWN.expired],
    ['CANCELLED', WELL_KNOWN.cancelled],
  ] as const) {
    const answer = await bot.say(operator, `cancel ${linkId} because`);
    expect(read(answer)).toContain(onlyIssued(status));
  }
  expect(read(await bot.say(operator, `cancel ${'0'.repeat(24)} because`))).toContain('no such link');
  const before = bot.instantpay.calls.length;
  expect(read(await bot.say(admin, `cancel ${WELL_KNOWN.issued} because`))).toContain(
    notPermitted('operate'),
  );
  expect(read(await bot.say(outsider, `cancel ${WELL_KNOWN.issued} because`))).toContain(NOT_A_MEMBER.guest);
  expect(bot.instantpay.calls).toHaveLength(before);
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(0);
});

test('the requester never decides, even as an approver; they may withdraw', async () => {
  await open();
  const { approver, secondApprover } = bot.people;
  const { card } = await askToCancel(bot, { by: approver });
  const refused = await bot.answerTo(approver, () => approver.click(card, 'Approve'));
  expect(refused.ephemeralFor).toBe(approver.id);
  expect(read(refused)).toContain(OWN_REQUEST);
  expect(read(card)).toContain('[Approve]');
  expect(cancels()).toHaveLength(0);
  // Somebody else's withdrawal changes nothing either: the button is not theirs.
  const other = await bot.answerTo(secondApprover, () =>
    secondApprover.click(card, 'Approve', {
      forge: (payload) => ({
        ...payload,
        actions: [{ ...firstAction(payload), action_id: 'approval.withdraw' }],
      }),
    }),
  );
  expect(read(other)).toMatch(/Only .* can withdraw/);
  await bot.done(() => approver.click(refused, 'Withdraw'));
  expect(read(card)).toContain('Withdrawn');
  expect(read(card)).not.toContain('[Approve]');
  expect(cancels()).toHaveLength(0);
});

function firstAction(payload: Record<string, unknown>): Record<string, unknown> {
  const [action] = Array.isArray(payload['actions']) ? payload['actions'] : [];
  return action;
}

test('who is no approver is told so privately, nothing changes, and the audit knows', async () => {
  await open();
  const { operator, outsider, admin, stranger, otherBot, deactivated } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  for (const [person, why] of [
    [operator, notPermitted('approve')],
    [admin, notPermitted('approve')],
    [outsider, NOT_A_MEMBER.guest],
    [stranger, NOT_A_MEMBER.stranger],
    [otherBot, NOT_A_MEMBER.bot],
    [deactivated, NOT_A_MEMBER.deactivated],
  ] as const) {
    for (const button of ['Approve', 'Reject']) {
      const answer = await bot.answerTo(person, () => person.click(card, button));
      expect(answer.ephemeralFor).toBe(person.id);
      expect(read(answer)).toContain(why);
    }
  }
  expect(read(card)).toContain('[Approve]');
  expect(cancels()).toHaveLength(0);
  expect(bot.slack.views.filter((view) => view.type === 'modal')).toHaveLength(0);
  expect(read(await bot.say(admin, `audit <@${outsider.id}|ravi>`))).toContain(actionLabel('access.refused'));
  await approve(bot, card);
  expect(cancels(linkId)).toHaveLength(1);
});

test('a rejection asks why; whitespace is no reason; the requester reads it and nothing is cancelled', async () => {
  await open();
  const { operator, approver } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  await approver.click(card, 'Reject');
  const modal = await approver.modal();
  await approver.submit(modal, { reason: '   \n ' }, { lenient: true });
  expect(modal.isOpen).toBe(true);
  expect(Object.values(modal.errors).join()).toContain(REASON_MISSING);
  expect(read(card)).toContain('[Approve]');
  await bot.done(() => approver.submit(modal, { reason: 'pay it after all, call 9820011101' }));
  expect(modal.isOpen).toBe(false);
  expect(read(card)).toContain('Rejected by');
  expect(read(card)).toContain('pay it after all');
  expect(read(card)).not.toContain('[Approve]');
  expect(read(the(toldDirectly(bot, operator)))).toContain('pay it after all, call ******1101');
  expect(cancels()).toHaveLength(0);
  expect(bot.instantpay.link(linkId)?.status).toBe('ISSUED');
  // The link may be asked for again.
  expect(read((await askToCancel(bot)).answer)).toContain(STATE_TITLES.pending);
});

test('claimed meanwhile: nothing is cancelled, and the card says what the link is now', async () => {
  await open();
  const { linkId, card } = await askToCancel(bot);
  bot.instantpay.setStatus(linkId, 'CLAIMED');
  await approve(bot, card);
  expect(cancels()).toHaveLength(0);
  expect(read(card)).toContain(OUTCOME_TITLES.link_changed);
  expect(read(card)).toContain('CLAIMED');
  expect(read(the(toldDirectly(bot, bot.people.operator)))).toContain('CLAIMED');
});

test('one reminder at half time, and the lapse at its time, not at the next click', async () => {
  await open({ env: { APPROVAL_TTL: '2h' } });
  const { operator, approver } = bot.people;
  const { card } = await askToCancel(bot);
  const inApprovals = () => bot.slack.messages(bot.channels.approvals);
  await bot.pass(59 * MINUTE_MS);
  expect(inApprovals()).toHaveLength(1);
  await bot.pass(MINUTE_MS);
  expect(inApprovals()).toHaveLength(2);
  const reminder = the(inApprovals(), 1);
  expect(reminder.threadTs).toBe(card.ts);
  expect(read(reminder)).toContain('Approval pending');
  expect(mentionsIn(reminder)).toEqual([approver.id, bot.people.secondApprover.id]);
  await bot.pass(30 * MINUTE_MS);
  await bot.restart();
  expect(inApprovals()).toHaveLength(2);
  expect(read(card)).toContain('[Approve]');
  await bot.pass(30 * MINUTE_MS);
  expect(read(card)).toContain(STATE_TITLES.expired);
  expect(read(card)).not.toContain('[Approve]');
  expect(toldDirectly(bot, operator).map(read).join()).toContain(STATE_TITLES.expired);
  const late = await bot.answerTo(approver, () => approver.click(card, 'Approve', { stale: true }));
  expect(read(late)).toMatch(/expired/i);
  expect(cancels()).toHaveLength(0);
});

test('a click after the time but before the job lapses the request, not approves it', async () => {
  await open({ env: { APPROVAL_TTL: '2h' } });
  const { approver } = bot.people;
  const { card } = await askToCancel(bot);
  bot.skip(2 * HOUR_MS);
  const late = await bot.answerTo(approver, () => approver.click(card, 'Approve'));
  expect(read(late)).toMatch(/expired/i);
  expect(read(card)).toContain(STATE_TITLES.expired);
  expect(cancels()).toHaveLength(0);
});

test('above APPROVALS_REQUIRED_ABOVE two different approvers are needed', async () => {
  await open({ env: { APPROVALS_REQUIRED_ABOVE: '1,00,000' } });
  const { approver, secondApprover } = bot.people;
  const { linkId, card } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
  expect(read(card)).toContain('Waiting for 2 approvals');
  await approve(bot, card, approver);
  expect(read(card)).toContain('1 of 2 approvals');
  expect(cancels()).toHaveLength(0);
  const again = await bot.answerTo(approver, () => approver.click(card, 'Approve'));
  expect(read(again)).toContain(ALREADY_APPROVED);
  expect(cancels()).toHaveLength(0);
  await approve(bot, card, secondApprover);
  expect(cancels(linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
  // A small one needs one.
  const small = await askToCancel(bot);
  await approve(bot, small.card, approver);
  expect(cancels(small.linkId)).toHaveLength(1);
});

test('approval through a user group; a group that cannot be read lets nobody in and says why', async () => {
  await open({ env: { APPROVERS: 'S0APPROVERS' } });
  const { approver, operator } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  // The buttons of the requester's answer asked for the group; its members are cached for five minutes.
  bot.skip(5 * 60_000 + 1);
  bot.slack.faults.set('usergroups.users.list', { kind: 'error', error: 'internal_error' });
  const unsure = await bot.answerTo(approver, () => approver.click(card, 'Approve'));
  expect(read(unsure)).toContain(groupUnreadable('internal_error'));
  bot.slack.faults.clear();
  bot.slack.groups.planUpgradeRequired = true;
  const free = await bot.answerTo(approver, () => approver.click(card, 'Approve'));
  expect(read(free)).toContain(groupUnreadable('plan_upgrade_required'));
  bot.slack.groups.planUpgradeRequired = false;
  expect(cancels()).toHaveLength(0);
  const no = await bot.answerTo(operator, () => operator.click(card, 'Approve'));
  expect(read(no)).toContain(notPermitted('approve'));
  await approve(bot, card);
  expect(cancels(linkId)).toHaveLength(1);
});

test('a request that is open already is pointed to, whoever asks', async () => {
  await open();
  const { operator, secondApprover } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  for (const person of [operator, secondApprover]) {
    const again = await bot.say(person, `cancel ${linkId} once more`);
    expect(read(again)).toContain('already open');
    expect(JSON.stringify(again.blocks)).toContain(`/archives/${card.channel}/`);
    const shown = await bot.answerTo(person, () => person.click(again, 'Show request'));
    expect(read(shown)).toContain('duplicate of bill 118');
  }
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(1);
});

test('ten people ask for the same link at once: one request, one card', async () => {
  await open();
  const { operator } = bot.people;
  await bot.done(() => operator.command('/payout', `cancel ${WELL_KNOWN.issued} why not`, { copies: 10 }));
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(1);
  const told = operator.ephemerals().map(read);
  expect(told).toHaveLength(10);
  expect(told.filter((text) => text.includes(STATE_TITLES.pending))).toHaveLength(1);
  expect(told.filter((text) => text.includes('already open'))).toHaveLength(9);
});

test('no reason opens a form at once; whitespace is answered in the form; the rest goes its way', async () => {
  await open();
  const { operator } = bot.people;
  const asked = await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const modal = await cancelFormOf(bot, operator);
  await operator.submit(modal, because(' \t '));
  expect(Object.values(modal.errors).join()).toContain(REASON_MISSING);
  await operator.submit(modal, because('x'.repeat(501)), { lenient: true });
  expect(Object.values(modal.errors).join()).toContain('500');
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(0);
  await operator.submit(modal, because('paid twice'));
  expect(read(await asked.answer())).toContain(STATE_TITLES.pending);
  const card = await bot.slack.message(bot.channels.approvals, () => true);
  expect(read(card)).toContain('paid twice');
  await approve(bot, card);
  expect(toldDirectly(bot, operator)).toHaveLength(1);
});

test('a name with several links offers the choice, and the button there asks why', async () => {
  await open();
  const { operator } = bot.people;
  const person = { name: 'Xerxes Irani', email: 'xerxes@mail.example', mobile: '9820022201' };
  for (const amountPaise of [100, 200]) bot.instantpay.addLink({ person, amountPaise });
  const choice = await bot.say(operator, 'cancel "Xerxes" paid twice');
  expect(read(choice)).toContain('2 links match');
  await operator.click(choice, 'Cancel link', { nth: 1 });
  await bot.done(async () => operator.submit(await cancelFormOf(bot, operator), because('paid twice')));
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(1);
});

test('an answer from another environment refuses the write (R15), when asked and when approved', async () => {
  await open({ env: { INSTANTPAY_ENVIRONMENT: 'live' } });
  const { operator } = bot.people;
  const { card } = await askToCancel(bot);
  bot.instantpay.settings.environment = 'Sandbox';
  await approve(bot, card);
  expect(read(card)).toContain(OUTCOME_TITLES.wrong_environment);
  const refused = await bot.say(operator, `cancel ${WELL_KNOWN.issuedLarge} why not`);
  expect(read(refused)).toMatch(/SANDBOX.*LIVE/);
  expect(cancels()).toHaveLength(0);
});

test('asked where Payout Desk is no member: the answer comes, and the outcome by direct message', async () => {
  await open();
  const { operator } = bot.people;
  for (const [channel, linkId] of [
    [bot.channels.withoutBot, WELL_KNOWN.issued],
    [bot.channels.privateWithoutBot, WELL_KNOWN.issuedLarge],
  ] as const) {
    const { card } = await askToCancel(bot, { channel, linkId });
    await approve(bot, card);
    const direct = toldDirectly(bot, operator);
    expect(read(the(direct, -1))).toContain('Link cancelled');
    expect(read(the(direct, -1))).toContain(linkId);
    expect(bot.slack.messages(channel)).toHaveLength(0);
  }
});

test('an approval channel that cannot be written to: the asker is told, and the card comes when it can', async () => {
  await open();
  const { operator, approver } = bot.people;
  await bot.slack.removeBot(bot.channels.approvals);
  const answer = await bot.say(operator, `cancel ${WELL_KNOWN.issued} paid twice`);
  expect(read(answer)).toContain('invite Payout Desk');
  expect(read(answer)).toMatch(/Support code: [A-Z0-9]{8}/);
  // It can still be decided, from the list of waiting requests.
  expect(read(await bot.say(approver, 'approvals'))).toMatch(/C-1001[^]*\[Approve\]/);
  await bot.slack.inviteBot(bot.channels.approvals);
  await bot.pass(10_000);
  const card = await bot.slack.message(bot.channels.approvals, () => true);
  await approve(bot, card);
  expect(cancels(WELL_KNOWN.issued)).toHaveLength(1);
});

test('Slack asks to wait before the card is posted: the asker reads for how long, and it comes then', async () => {
  await open();
  const { operator } = bot.people;
  bot.slack.faults.set('chat.postMessage', { kind: 'rate_limited', retryAfterS: 30 }, 1);
  const answer = await bot.say(operator, `cancel ${WELL_KNOWN.issued} paid twice`);
  expect(read(answer)).toContain('about 30 s');
  expect(read(answer)).not.toContain('invite');
  await bot.pass(29_999);
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(0);
  await bot.pass(1);
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(1);
});

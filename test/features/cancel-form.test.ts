/** Owns the form that requests a cancellation, over HTTP: what it shows before anything is typed, and what comes of it. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { isObject, type JsonObject, objectOf } from '../../fakes/slack/json.ts';
import type { SlackView } from '../../fakes/slack/board.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { REASON_MISSING } from '../../src/payouts/cancel/reason.ts';
import { onlyIssued } from '../../src/payouts/cancel/words.ts';
import { BLOCK_IDS, INPUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { FORM_NOT_SHOWN, OTHERS_LATE, SOME_REFUSED } from '../../src/slack/commands/cancel-form.ts';
import { CANCEL_REASON, othersLabel } from '../../src/slack/views/cancel-form.ts';
import {
  LOOKING_UP_LINK,
  REQUESTED,
  TRY_AGAIN,
  WHICH_LINKS,
} from '../../src/slack/views/cancel-choice-form.ts';
import { ALREADY_OPEN } from '../../src/slack/views/approval-answers.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { NAME_IN_QUOTES } from '../../src/slack/views/link-choice.ts';
import { FOREVER, openBot, read, type TestBot, type TestBotOptions } from './bot.ts';
import { FORM_WAITS } from '../../src/slack/views/form-parts.ts';
import { approve, askToCancel, because, cancelFormOf, the } from './steps.ts';

let bot: TestBot;
const open = async (options?: TestBotOptions): Promise<TestBot> => (bot = await openBot(options));
afterEach(() => bot.close());

const cards = () => bot.slack.messages(bot.channels.approvals);
const hasSubmit = (form: SlackView): boolean => isObject(form.view['submit']);

/** A second and a third ISSUED link of Zubin Wadia: one for the same amount. */
function addOthers(): { same: string; other: string } {
  const person = WELL_KNOWN_PEOPLE.issued;
  const same = bot.instantpay.addLink({ person, amountPaise: 1_250_050, purpose: 'chairs again' });
  const other = bot.instantpay.addLink({ person, amountPaise: 700_00 });
  return { same: same.linkId, other: other.linkId };
}

test('three clicks from a card: Cancel link, a reason, Request approval', async () => {
  await open();
  const { operator } = bot.people;
  const shown = await bot.say(operator, `track ${WELL_KNOWN.issued}`);
  await operator.click(shown, 'Cancel link');
  const form = await cancelFormOf(bot, operator);
  for (const fact of [
    '₹12,500.50 to Zubin Wadia',
    '******1101',
    'vendor payment',
    WELL_KNOWN.issued,
    'Expires',
  ]) {
    expect(read(form)).toContain(fact);
  }
  expect(read(form)).not.toContain(WELL_KNOWN_PEOPLE.issued.mobile);
  await bot.answerTo(operator, () => operator.submit(form, { [CANCEL_REASON]: 'Duplicate' }));
  expect(form.isOpen).toBe(false);
  expect(read(the(cards()))).toContain('Duplicate');
});

test('an offered reason is kept with the words behind it; Other needs words', async () => {
  await open();
  const { operator } = bot.people;
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  await operator.submit(form, { [CANCEL_REASON]: 'Other' });
  expect(form.errors).toEqual({ [BLOCK_IDS.reason]: REASON_MISSING });
  await operator.submit(form, because(' \t '));
  expect(form.errors).toEqual({ [BLOCK_IDS.reason]: REASON_MISSING });
  expect(cards()).toHaveLength(0);
  const values = { [CANCEL_REASON]: 'Duplicate', [BLOCK_IDS.reason]: 'invoice 118, call 9820011102' };
  await bot.answerTo(operator, () => operator.submit(form, values));
  expect(read(the(cards()))).toContain('Duplicate: invoice 118, call ******1102');
});

test('the form opens before anything is asked, waits for a slow InstantPay, and then shows the link', async () => {
  await open();
  const { operator } = bot.people;
  // Slack is slow to say who asks, too: nothing is asked before the form is open.
  bot.slack.faults.set('users.info', { kind: 'hold' });
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await operator.modal();
  expect(read(form)).toContain(LOOKING_UP_LINK);
  expect(hasSubmit(form)).toBe(false);
  expect(bot.instantpay.calls).toHaveLength(0);
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'delay', delayMs: 300 } });
  bot.slack.faults.clear();
  await bot.idle();
  expect(read(form)).toContain('₹12,500.50 to Zubin Wadia');
  expect(hasSubmit(form)).toBe(true);
});

test('SANDBOX is in the first line', async () => {
  await open();
  bot.instantpay.settings.environment = 'Sandbox';
  await bot.people.operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, bot.people.operator);
  expect(read(form).split('\n')[1]).toContain('SANDBOX');
});

test('other open links of the recipient can be added; the same amount is a possible duplicate', async () => {
  await open();
  const { operator } = bot.people;
  const { same, other } = addOthers();
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  expect(read(form)).toContain(othersLabel(2));
  expect(read(form)).toMatch(/₹12,500\.50 · possible duplicate[\s\S]*₹700\.00 · expires/);
  await bot.answerTo(operator, () =>
    operator.submit(form, { [CANCEL_REASON]: 'Duplicate', [BLOCK_IDS.cancelOthers]: [same] }),
  );
  expect(cards()).toHaveLength(1);
  const card = the(cards());
  await approve(bot, card);
  const calls = bot.instantpay.callsOf('cancel').map(({ linkId }) => linkId);
  expect(new Set(calls)).toEqual(new Set([WELL_KNOWN.issued, same]));
  expect(calls).toHaveLength(2);
  expect(bot.instantpay.link(other)?.status).toBe('ISSUED');
});

test('InstantPay is slow about the other links: the form does not wait for them, and says so', async () => {
  await open({ patience: { ...FOREVER, helpMs: 1 }, env: { INSTANTPAY_TIMEOUT: '15s' } });
  const { operator } = bot.people;
  addOthers();
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'delay', delayMs: 300 }, times: 0 });
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  expect(read(form)).toContain('₹12,500.50 to Zubin Wadia');
  expect(read(form)).toContain(OTHERS_LATE);
  expect(read(form)).not.toContain(othersLabel(2));
});

test('Cancel link on a card that stands in a form: the same form goes on', async () => {
  await open();
  const { operator } = bot.people;
  await operator.command('/payout', 'track');
  const form = await operator.modal();
  await bot.done(() => operator.submit(form, { [INPUT_IDS.link]: WELL_KNOWN.issued }));
  await bot.done(() => operator.click(form, 'Cancel link'));
  const answer = await bot.answerTo(operator, () => operator.submit(form, { [CANCEL_REASON]: 'Duplicate' }));
  expect(read(answer)).toContain(STATE_TITLES.pending);
  expect(form.isOpen).toBe(false);
  expect(cards()).toHaveLength(1);
});

test('several links match: chosen in the form, which then shows them', async () => {
  await open();
  const { operator } = bot.people;
  const { same, other } = addOthers();
  await operator.command('/payout', 'cancel 9820011101');
  const form = await cancelFormOf(bot, operator);
  expect(read(form)).toContain(WHICH_LINKS);
  await operator.submit(form, {}, { lenient: true });
  expect(Object.keys(form.errors)).toEqual([BLOCK_IDS.cancelChoice]);
  await bot.done(() => operator.submit(form, { [BLOCK_IDS.cancelChoice]: [same, other] }));
  expect(form.isOpen).toBe(true);
  expect(read(form)).toContain('2 links · ₹13,200.50');
  // One of them is unticked again.
  const values = { [BLOCK_IDS.cancelLinks]: [same], [CANCEL_REASON]: 'Wrong person' };
  await bot.answerTo(operator, () => operator.submit(form, values));
  await approve(bot, the(cards()));
  expect(bot.instantpay.callsOf('cancel').map(({ linkId }) => linkId)).toEqual([same]);
});

test('a choice has at most twenty links, and the others are counted', async () => {
  await open();
  const person = { name: 'Xerxes Irani', email: 'xerxes@mail.example', mobile: '9820022201' };
  for (let index = 0; index < 32; index += 1) bot.instantpay.addLink({ person, amountPaise: 100 + index });
  await bot.people.operator.command('/payout', 'cancel Xerxes');
  const form = await cancelFormOf(bot, bot.people.operator);
  expect(JSON.stringify(form.view).match(/Xerxes Irani/g)).toHaveLength(20);
  expect(read(form)).toContain('… 12 more');
});

test.each([
  ['CLAIMED', WELL_KNOWN.claimed],
  ['EXPIRED', WELL_KNOWN.expired],
] as const)('a link that is %s: the form says so before anything is typed', async (status, linkId) => {
  await open();
  await bot.people.operator.command('/payout', `cancel ${linkId}`);
  const form = await cancelFormOf(bot, bot.people.operator);
  expect(read(form)).toContain(onlyIssued(status));
  expect(hasSubmit(form)).toBe(false);
});

test('a recipient whose only link is claimed, an unknown one, and a wrong ID: said in the form', async () => {
  await open();
  const { operator } = bot.people;
  for (const [typed, words] of [
    ['9820011105', onlyIssued('CLAIMED')],
    ['Upendra Bhosale paid twice', onlyIssued('CLAIMED')],
    ['Nobody', 'No payout link found for “Nobody”'],
    ['Nobody paid twice', NAME_IN_QUOTES],
    ['0'.repeat(24), 'no such link'],
  ] as const) {
    await operator.command('/payout', `cancel ${typed}`);
    const form = await cancelFormOf(bot, operator);
    expect(read(form)).toContain(words);
    expect(hasSubmit(form)).toBe(false);
    await operator.dismiss(form);
  }
  expect(operator.ephemerals()).toEqual([]);
});

test('requested before: the form shows that request, its number and who asked', async () => {
  await open();
  const { operator, approver } = bot.people;
  await askToCancel(bot, { reason: 'paid twice in October' });
  await approver.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, approver);
  expect(read(form)).toContain(ALREADY_OPEN);
  expect(read(form)).toContain('C-1001');
  expect(read(form)).toContain(operator.id);
  expect(read(form)).toContain('paid twice in October');
  expect(hasSubmit(form)).toBe(false);
  expect(cards()).toHaveLength(1);
});

test('no operator: the form says so, and the refusal is audited', async () => {
  await open();
  const { admin } = bot.people;
  await admin.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, admin);
  expect(read(form)).toContain(notPermitted('operate'));
  expect(hasSubmit(form)).toBe(false);
  expect(bot.instantpay.calls).toHaveLength(0);
  expect(admin.ephemerals()).toEqual([]);
  expect(read(await bot.say(admin, 'audit'))).toContain(admin.id);
});

test('InstantPay does not answer: the form says so, and Try again goes on with everything typed', async () => {
  await open({ env: { INSTANTPAY_TIMEOUT: '300ms' } });
  const { operator } = bot.people;
  bot.instantpay.fault({ effect: { kind: 'noHeaders' }, times: 0 });
  await operator.command('/payout', 'cancel Zubin paid twice in October');
  const form = await cancelFormOf(bot, operator);
  expect(hasSubmit(form)).toBe(false);
  await bot.done(() => operator.click(form, TRY_AGAIN));
  expect(read(form)).toContain(TRY_AGAIN);
  bot.instantpay.clearFaults();
  await bot.done(() => operator.click(form, TRY_AGAIN));
  expect(read(form)).toContain('₹12,500.50 to Zubin Wadia');
  expect(read(form)).toContain('[____paid twice in October]');
  expect(operator.ephemerals()).toEqual([]);
});

test('Try again is pressed three times at once: looked up once, since the other clicks find a newer view', async () => {
  await open({ env: { INSTANTPAY_TIMEOUT: '300ms' } });
  const { operator } = bot.people;
  bot.instantpay.fault({ effect: { kind: 'noHeaders' }, times: 0 });
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  bot.instantpay.clearFaults();
  const before = bot.instantpay.callsOf('track').length;
  await bot.done(() => operator.click(form, TRY_AGAIN, { copies: 3 }));
  expect(read(form)).toContain('₹12,500.50 to Zubin Wadia');
  expect(bot.instantpay.callsOf('track')).toHaveLength(before + 1);
  expect(operator.ephemerals()).toEqual([]);
});

test('a name and the reason behind it, without quotes: the form shows what was understood', async () => {
  await open();
  const { operator } = bot.people;
  await operator.command('/payout', 'cancel Zubin Wadia paid twice in October');
  const form = await cancelFormOf(bot, operator);
  expect(read(form)).toContain('Understood: recipient “Zubin Wadia”, reason “paid twice in October”.');
  await bot.answerTo(operator, () => operator.submit(form));
  expect(read(the(cards()))).toContain('paid twice in October');
});

test('no link is named: the form asks for it', async () => {
  await open();
  const { operator } = bot.people;
  await operator.command('/payout', 'cancel');
  const form = await cancelFormOf(bot, operator);
  await operator.submit(form, { [INPUT_IDS.link]: '6570a000000000000000001' });
  expect(Object.values(form.errors).join()).toContain('24 hex digits');
  await bot.done(() => operator.submit(form, { [INPUT_IDS.link]: WELL_KNOWN.issued }));
  expect(read(form)).toContain('₹12,500.50 to Zubin Wadia');
  await bot.answerTo(operator, () => operator.submit(form, { [CANCEL_REASON]: 'Wrong amount' }));
  expect(read(the(cards()))).toContain('Wrong amount');
});

test('several links and a reason are typed at once: one request', async () => {
  await open();
  const { operator } = bot.people;
  const text = `cancel ${WELL_KNOWN.issued}, ${WELL_KNOWN.issuedLarge} supplier is insolvent`;
  const answer = await bot.say(operator, text);
  expect(read(answer)).toContain(STATE_TITLES.pending);
  expect(cards()).toHaveLength(1);
  await approve(bot, the(cards()));
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(2);
});

test('one of several links cannot be cancelled: named, and the others can go on without it', async () => {
  await open();
  const { operator } = bot.people;
  const text = `cancel ${WELL_KNOWN.issued} ${WELL_KNOWN.claimed} supplier is insolvent`;
  const answer = await bot.say(operator, text);
  expect(read(answer)).toContain(WELL_KNOWN.claimed);
  expect(cards()).toHaveLength(0);
  await operator.click(answer, 'Request the other 1 …');
  const form = await cancelFormOf(bot, operator);
  await bot.answerTo(operator, () => operator.submit(form));
  expect(read(the(cards()))).toContain('supplier is insolvent');
  await approve(bot, the(cards()));
  expect(bot.instantpay.callsOf('cancel').map(({ linkId }) => linkId)).toEqual([WELL_KNOWN.issued]);
});

test('a page of a list opens the form with its ISSUED links, none selected', async () => {
  await open();
  const { operator } = bot.people;
  const { same, other } = addOthers();
  const list = await bot.say(operator, 'list contact 9820011101');
  await operator.click(list, 'Request cancellation …');
  const form = await cancelFormOf(bot, operator);
  await operator.submit(form, { [CANCEL_REASON]: 'Duplicate' }, { lenient: true });
  expect(Object.keys(form.errors)).toEqual([BLOCK_IDS.cancelLinks]);
  const values = { [CANCEL_REASON]: 'Duplicate', [BLOCK_IDS.cancelLinks]: [same, other] };
  await bot.answerTo(operator, () => operator.submit(form, values));
  await approve(bot, the(cards()));
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(2);
});

test('the link is claimed while the form is filled in: the form says so, and nothing is requested', async () => {
  await open();
  const { operator } = bot.people;
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  bot.instantpay.setStatus(WELL_KNOWN.issued, 'CLAIMED');
  await bot.done(() => operator.submit(form, { [CANCEL_REASON]: 'Duplicate' }));
  expect(form.isOpen).toBe(true);
  expect(read(form)).toContain(onlyIssued('CLAIMED'));
  expect(hasSubmit(form)).toBe(false);
  expect(cards()).toHaveLength(0);
});

test('one of several is claimed meanwhile: named in the form, which goes on without it', async () => {
  await open();
  const { operator } = bot.people;
  const linkIds = [WELL_KNOWN.issued, WELL_KNOWN.issuedLarge, WELL_KNOWN.issuedExpiring];
  await operator.command('/payout', `cancel ${linkIds.join(' ')}`);
  const form = await cancelFormOf(bot, operator);
  bot.instantpay.setStatus(WELL_KNOWN.issued, 'CLAIMED');
  await bot.done(() => operator.submit(form, because('supplier is insolvent')));
  expect(read(form)).toContain(SOME_REFUSED);
  expect(read(form)).toContain(onlyIssued('CLAIMED'));
  expect(cards()).toHaveLength(0);
  // What was filled in is still there.
  await bot.answerTo(operator, () => operator.submit(form));
  expect(read(the(cards()))).toContain('supplier is insolvent');
  await approve(bot, the(cards()));
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(2);
});

test('the right to request is lost while the form is open: refused in the form, and audited', async () => {
  await open({ env: { OPERATORS: 'S0OPERATORS', APPROVERS: 'S0OPERATORS' } });
  const { operator, admin } = bot.people;
  bot.slack.groups.list = [{ id: 'S0OPERATORS', handle: 'operators', members: [operator.id] }];
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  bot.slack.groups.list = [{ id: 'S0OPERATORS', handle: 'operators', members: [] }];
  bot.skip(6 * 60_000);
  await bot.done(() => operator.submit(form, { [CANCEL_REASON]: 'Duplicate' }));
  expect(read(form)).toContain(notPermitted('operate'));
  expect(hasSubmit(form)).toBe(false);
  expect(cards()).toHaveLength(0);
  expect(read(await bot.say(admin, 'audit'))).toContain(operator.id);
});

test('the form is submitted twice at once: one request', async () => {
  await open();
  const { operator } = bot.people;
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  await bot.done(() => operator.submit(form, { [CANCEL_REASON]: 'Duplicate' }, { copies: 5 }));
  expect(cards()).toHaveLength(1);
});

test('closed before the link was found: no message, no error, nothing requested', async () => {
  await open();
  const { operator } = bot.people;
  bot.slack.faults.set('users.info', { kind: 'hold' });
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await operator.modal();
  await operator.dismiss(form);
  bot.slack.faults.clear();
  await bot.idle();
  expect(operator.ephemerals()).toEqual([]);
  expect(bot.entries().filter(({ level }) => level === 'error')).toEqual([]);
});

test('Slack does not update the form: answered in the channel', async () => {
  await open();
  const { operator } = bot.people;
  bot.slack.faults.set('views.update', { kind: 'error', error: 'fatal_error' }, 1);
  const answer = await bot.answerTo(operator, () =>
    operator.command('/payout', `cancel ${WELL_KNOWN.issued}`),
  );
  expect(read(answer)).toContain(FORM_NOT_SHOWN);
});

test('InstantPay takes longer than Slack waits: the form stays, says that it waits, then that it is done', async () => {
  await open({
    env: { INSTANTPAY_TIMEOUT: '15s' },
    patience: { ...FOREVER, lookingUpMs: 50 },
  });
  const { operator } = bot.people;
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'delay', delayMs: 700 } });
  const answer = await bot.answerTo(operator, () => operator.submit(form, { [CANCEL_REASON]: 'Duplicate' }));
  expect(read(answer)).toContain(STATE_TITLES.pending);
  expect(form.isOpen).toBe(true);
  expect(read(form)).toContain(REQUESTED);
  expect(cards()).toHaveLength(1);
});

test.each([
  ['shown in it', false],
  ['answered when the person closed it meanwhile', true],
])('refused after longer than Slack waits: %s', async (_how, closes) => {
  await open({ patience: { ...FOREVER, lookingUpMs: 50 } });
  const { operator } = bot.people;
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  bot.instantpay.setStatus(WELL_KNOWN.issued, 'CLAIMED');
  // Slack is slow to say whether the person still may.
  bot.skip(6 * 60_000);
  bot.slack.faults.set('users.info', { kind: 'hold' });
  await operator.submit(form, { [CANCEL_REASON]: 'Duplicate' });
  await bot.slack.waitFor(() => read(form).includes(FORM_WAITS));
  if (closes) {
    await operator.dismiss(form);
    const answer = await bot.answerTo(operator, async () => bot.slack.faults.clear());
    expect(read(answer)).toContain(onlyIssued('CLAIMED'));
  } else {
    bot.slack.faults.clear();
    await bot.idle();
    expect(read(form)).toContain(onlyIssued('CLAIMED'));
    expect(operator.ephemerals()).toEqual([]);
  }
  expect(cards()).toEqual([]);
});

test('a form of somebody else’s making is refused', async () => {
  await open();
  const { operator } = bot.people;
  await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const form = await cancelFormOf(bot, operator);
  const forge = (payload: JsonObject) => ({
    ...payload,
    view: { ...objectOf(payload['view']), private_metadata: '{}' },
  });
  await bot.done(() => operator.submit(form, { [INPUT_IDS.reasonPreset]: 'duplicate' }, { forge }));
  expect(cards()).toHaveLength(0);
  expect(read(form)).toContain('no longer valid');
});

/** Owns who gets in over HTTP, with true and forged deliveries: every refusal is answered, changes nothing and is audited. */

import { BUTTON_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { NOT_FOUND } from '../../src/payouts/cancel/words.ts';
import { NOT_A_MEMBER, notPermitted } from '../../src/payouts/access-words.ts';
import { EMERGENCY_APPROVAL } from '../../src/slack/views/approval-parts.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { JsonObject } from '../../fakes/slack/json.ts';
import type { Person } from '../../fakes/slack/person.ts';
import type { AuditRow } from '../../src/payouts/audit-port.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { ACTION_IDS, VIEW_IDS } from '../../src/slack/block-kit/ids.ts';
import { encodeListQuery } from '../../src/slack/block-kit/values.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { OTHER_WORKSPACE } from '../../src/slack/dispatch.ts';
import { MORNING, openBot, read, type TestBot, type TestBotOptions } from '../features/bot.ts';
import { requestIdOf, approve, askToCancel } from '../features/steps.ts';
import { expectNothingPrivate } from './canaries.ts';
import { forgedAction, forgedPlace, forgedView } from './forge.ts';

let bot: TestBot;

async function open(options: TestBotOptions = {}): Promise<TestBot> {
  bot = await openBot(options);
  return bot;
}

afterEach(async () => {
  try {
    await expectNothingPrivate(bot);
  } finally {
    await bot.close();
  }
});

/** The audit as it is now; Payout Desk goes on. */
async function auditRows(): Promise<AuditRow[]> {
  await bot.idle();
  await bot.stop();
  const rows = await bot.onStore((store) => Array.fromAsync(store.audit.rows(0, 2 * MORNING)));
  await bot.start();
  return rows;
}

const refusals = (rows: readonly AuditRow[], person: Person): AuditRow[] =>
  rows.filter((row) => row.actorId === person.id && /refused/.test(row.action));

const outcomesOf = (rows: readonly AuditRow[]): Set<string | undefined> =>
  new Set(rows.map(({ outcome }) => outcome));

const cancels = () => bot.instantpay.callsOf('cancel');

const EVERY_COMMAND = [
  `track ${WELL_KNOWN.issued}`,
  'list',
  `notify ${WELL_KNOWN.issued}`,
  `cancel ${WELL_KNOWN.issued} duplicate`,
  'txn VENDOR-2041 yesterday',
  'digest',
  'approvals',
  'audit',
];

describe('people who are no full members', () => {
  /** The settings let everybody in, so that only what a person is can keep them out. */
  const everybody = 'U0RAVI,U0ROBOT,U0SUNIL,U0OTHERCO,U0VIKRAM,U0MEERA';
  const env = { VIEWERS: '*', OPERATORS: '*', APPROVERS: everybody, ADMINS: everybody };

  test.each([
    ['a guest', 'outsider', 'guest'],
    ['a bot', 'otherBot', 'bot'],
    ['a deactivated person', 'deactivated', 'deactivated'],
    ['somebody of another workspace', 'stranger', 'stranger'],
  ] as const)('%s gets nothing by any command or button', async (_name, key, outcome) => {
    await open({ env });
    const person = bot.people[key];
    const { card } = await askToCancel(bot);
    const shared = await sharedCard();
    const calls = bot.instantpay.calls.length;
    for (const text of EVERY_COMMAND) {
      const answer = await bot.say(person, text);
      expect(read(answer)).toContain(NOT_A_MEMBER[outcome]);
      expect(answer.ephemeralFor ?? answer.channel).toMatch(new RegExp(`${person.id}|^D`));
    }
    const clicks: [SlackMessage, string][] = [
      [shared, 'Refresh'],
      [shared, 'Send reminder'],
      [shared, 'Cancel link'],
      [card, 'Approve'],
      [card, 'Reject'],
    ];
    for (const [message, button] of clicks) {
      expect(read(await bot.answerTo(person, () => person.click(message, button)))).toContain(
        NOT_A_MEMBER[outcome],
      );
    }
    expect(bot.instantpay.calls).toHaveLength(calls);
    expect(bot.slack.views.filter((view) => view.userId === person.id && view.type === 'modal')).toEqual([]);
    expect(read(card)).toContain('[Approve]');
    const rows = refusals(await auditRows(), person);
    expect(rows).toHaveLength(EVERY_COMMAND.length + clicks.length);
    for (const row of rows) expect(row).toMatchObject({ action: 'access.refused', outcome });
  });

  test('Slack not telling who somebody is lets nobody in, and is over when Slack answers again', async () => {
    await open({ env });
    const { approver } = bot.people;
    const { card } = await askToCancel(bot);
    bot.skip(6 * MINUTE_MS);
    bot.slack.faults.set('users.info', { kind: 'error', error: 'fatal_error' });
    const answer = await bot.answerTo(approver, () => approver.click(card, 'Approve'));
    expect(read(answer)).toContain('Your Slack account could not be verified');
    expect(cancels()).toHaveLength(0);
    bot.slack.faults.clear();
    await approve(bot, card);
    expect(cancels()).toHaveLength(1);
    expect(refusals(await auditRows(), approver)).toHaveLength(1);
  });
});

describe('other workspaces', () => {
  test('whatever names another team is refused, also a click by a person of another team in a channel of ours', async () => {
    await open();
    const { operator, approver } = bot.people;
    const { card } = await askToCancel(bot);
    const shared = await sharedCard();
    const calls = bot.instantpay.calls.length;
    for (const text of [...EVERY_COMMAND, 'help']) {
      const answer = await bot.answerTo(operator, () =>
        operator.command('/payout', text, { teamId: 'T0OTHERCO' }),
      );
      expect(read(answer)).toContain(OTHER_WORKSPACE);
    }
    const places = [{ team: 'T0OTHERCO' }, { userTeam: 'T0OTHERCO' }, { team: 'T1', userTeam: 'T1' }];
    for (const place of places) {
      for (const [message, button] of [
        [card, 'Approve'],
        [card, 'Reject'],
        [shared, 'Refresh'],
        [shared, 'Send reminder'],
      ] as const) {
        const answer = await bot.answerTo(approver, () =>
          approver.click(message, button, { forge: forgedPlace(place) }),
        );
        expect(read(answer)).toContain(OTHER_WORKSPACE);
      }
    }
    await approver.click(card, 'Reject');
    const modal = await approver.modal();
    await bot.idle();
    await bot.answerTo(approver, () =>
      approver.submit(modal, { reason: 'not this one' }, { forge: forgedPlace({ userTeam: 'T0OTHERCO' }) }),
    );
    expect(bot.instantpay.calls).toHaveLength(calls);
    expect(read(card)).toContain('[Approve]');
    const rows = await auditRows();
    expect(refusals(rows, operator)).toHaveLength(EVERY_COMMAND.length + 1);
    expect(refusals(rows, approver)).toHaveLength(places.length * 4 + 1);
    expect(outcomesOf([...refusals(rows, operator), ...refusals(rows, approver)])).toEqual(
      new Set(['wrong_workspace']),
    );
  });
});

describe('forged values', () => {
  const NOT_OURS = new RegExp([BUTTON_NOT_VALID, NOT_FOUND, 'This form is no longer valid'].join('|'));

  test('of the buttons of an approval', async () => {
    await open();
    const { approver, operator } = bot.people;
    const { card, answer: opened } = await askToCancel(bot);
    const id = requestIdOf(card);
    const values = [
      '00000000-0000-4000-8000-000000000000',
      WELL_KNOWN.issued,
      '',
      ' ',
      ` ${id}`,
      `${id}\n`,
      `${id}'--`,
      id.toUpperCase(),
      id.slice(0, -1),
      JSON.stringify({ id }),
      JSON.stringify({ cancelRequestId: id, by: 'U0VIKRAM', approvalsRequired: 0 }),
      JSON.stringify([id]),
      "' or 1=1 --",
      '../../x',
      '__proto__',
      'constructor',
      'x'.repeat(2_000),
      '\u0000',
    ];
    for (const value of values) {
      for (const button of ['Approve', 'Reject']) {
        const answer = await bot.answerTo(approver, () => approver.click(card, button, { value }));
        expect(read(answer), `${button} ${JSON.stringify(value)}`).toMatch(NOT_OURS);
      }
      const answer = await bot.answerTo(operator, () => operator.click(opened, 'Withdraw', { value }));
      expect(read(answer)).toMatch(NOT_OURS);
    }
    const shapes: unknown[] = [null, 1, true, [id], { id }, undefined];
    for (const value of shapes) {
      const answer = await bot.answerTo(approver, () =>
        approver.click(card, 'Approve', { forge: forgedAction({ value }) }),
      );
      expect(read(answer)).toMatch(NOT_OURS);
    }
    expect(cancels()).toHaveLength(0);
    expect(read(card)).toContain('[Approve]');
    expect(bot.slack.views.filter((view) => view.type === 'modal')).toEqual([]);
    const rows = await auditRows();
    const refused = [refusals(rows, approver), refusals(rows, operator)];
    expect(refused.map((each) => each.length)).toEqual([values.length * 2 + shapes.length, values.length]);
    expect(outcomesOf(refused.flat())).toEqual(new Set(['not_ours', 'request_unknown']));
  });

  test('another request’s id does not get round the rule that nobody decides on their own request', async () => {
    await open();
    const { secondApprover, approver } = bot.people;
    const own = await askToCancel(bot, { by: secondApprover });
    const other = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
    const value = requestIdOf(own.card);
    const answer = await bot.answerTo(secondApprover, () =>
      secondApprover.click(other.card, 'Approve', { value }),
    );
    expect(read(answer)).toContain('your own request');
    // Nor does a name that Slack did not sign for: the person is the one Slack names.
    const injected = await bot.answerTo(secondApprover, () =>
      secondApprover.click(own.card, 'Approve', {
        forge: forgedAction({ value, user: { id: approver.id }, user_id: approver.id, actor: approver.id }),
      }),
    );
    expect(read(injected)).toContain('your own request');
    expect(cancels()).toHaveLength(0);
    const rows = refusals(await auditRows(), secondApprover);
    expect(rows.map((row) => row.outcome)).toEqual(['own_request', 'own_request']);
  });

  test('of the buttons of a link, a list and a transaction', async () => {
    await open();
    const { operator } = bot.people;
    const { card: approvalCard } = await askToCancel(bot);
    const card = await bot.say(operator, `track ${WELL_KNOWN.issuedLarge}`);
    const list = await bot.say(operator, 'list');
    const transaction = await bot.say(operator, 'txn VENDOR-2041 yesterday');
    const calls = bot.instantpay.calls.length;
    const seal = createSeal(bot.slack.botToken);
    const another = createSeal('xoxb-another-desk');
    const page = { pageNumber: 2, statuses: [], contact: undefined };
    const sealed = encodeListQuery(page, seal);
    const links = [
      requestIdOf(approvalCard),
      '',
      'zz70a0000000000000000001',
      `${WELL_KNOWN.issuedLarge} `,
      WELL_KNOWN.issuedLarge.slice(1),
      JSON.stringify({ linkId: WELL_KNOWN.issuedLarge }),
      '../cancel',
      `${WELL_KNOWN.issuedLarge}/../cancel`,
    ];
    const forged: [SlackMessage, string, JsonObject][] = [
      ...links.flatMap((value): [SlackMessage, string, JsonObject][] =>
        ['Refresh', 'Send reminder', 'Cancel link', 'Share here'].map((button) => [card, button, { value }]),
      ),
      [list, 'Older', { value: encodeListQuery(page, another) }],
      [list, 'Older', { value: `${sealed.slice(0, -2)}AA` }],
      [list, 'Older', { value: sealed.slice(1) }],
      [list, 'Older', { value: JSON.stringify(page) }],
      [list, 'Older', { value: seal.seal(JSON.stringify({ ...page, all: true })) }],
      [list, 'Older', { value: seal.seal(JSON.stringify({ ...page, pageNumber: -1 })) }],
      [list, 'Older', { value: seal.seal(JSON.stringify({ ...page, statuses: ['ANY'] })) }],
      [list, 'Older', { value: '' }],
      [transaction, 'Share here', { value: 'VENDOR-2041' }],
      ...[
        { externalRef: 'VENDOR-2041', date: '2026-11-19', aeps: false, force: true },
        { externalRef: 'NA', date: '2026-11-19', aeps: false },
        { externalRef: 'VENDOR-2041', date: 'yesterday', aeps: false },
        { externalRef: 'VENDOR-2041', date: '2026-11-19', aeps: 'false' },
      ].map((value): [SlackMessage, string, JsonObject] => [
        transaction,
        'Share here',
        { value: JSON.stringify(value) },
      ]),
    ];
    for (const [message, button, changes] of forged) {
      const answer = await bot.answerTo(operator, () =>
        operator.click(message, button, { forge: forgedAction(changes) }),
      );
      expect(read(answer), `${button} ${JSON.stringify(changes)}`).toMatch(NOT_OURS);
    }
    expect(bot.instantpay.calls).toHaveLength(calls);
    const refused = refusals(await auditRows(), operator);
    expect(refused).toHaveLength(forged.length);
    expect(outcomesOf(refused)).toEqual(new Set(['not_ours']));
  });

  test('of forms: metadata of another installation, of another form, edited or empty', async () => {
    await open();
    const { approver, operator } = bot.people;
    const { card } = await askToCancel(bot);
    const id = requestIdOf(card);
    const channelId = bot.channels.payouts.id;
    const another = createSeal('xoxb-another-desk');
    await approver.click(card, 'Reject');
    const reject = await approver.modal();
    await bot.idle();
    const seal = createSeal(bot.slack.botToken);
    const forged = [
      '',
      '{}',
      'null',
      JSON.stringify({ channelId, cancelRequestId: id }),
      JSON.stringify({ channelId, sealed: another.seal(JSON.stringify({ cancelRequestId: id })) }),
      JSON.stringify({
        channelId,
        sealed: seal.seal(JSON.stringify({ cancelRequestId: id, by: operator.id })),
      }),
      JSON.stringify({
        channelId,
        sealed: seal.seal(JSON.stringify({ cancelRequestId: id })),
        by: operator.id,
      }),
      JSON.stringify({
        channelId,
        sealed: seal.seal(JSON.stringify({ target: { kind: 'id', linkId: WELL_KNOWN.issued } })),
      }),
      JSON.stringify({ channelId, sealed: 'AAAA' }),
    ];
    for (const private_metadata of forged) {
      const answer = await bot.answerTo(approver, () =>
        approver.submit(reject, { reason: 'not this one' }, { forge: forgedView({ private_metadata }) }),
      );
      reject.isOpen = true;
      expect(read(answer), private_metadata).toMatch(NOT_OURS);
    }
    expect(read(card)).toContain('[Approve]');
    // One of the forms Payout Desk does open, sent by somebody who may not decide.
    await bot.done(() => approver.submit(reject, { reason: 'not this one' }, { userId: operator.id }));
    expect(read(card)).toContain('[Approve]');
    const rows = await auditRows();
    expect(refusals(rows, approver)).toHaveLength(forged.length);
    expect(refusals(rows, operator)).toHaveLength(1);
  });
});

describe('cancel.emergency_approved', () => {
  const env = { BREAK_GLASS: 'true', APPROVALS_REQUIRED_ABOVE: '1' };

  test('an administrator approves alone, with a typed reason, announced in the channel', async () => {
    await open({ env });
    const { admin } = bot.people;
    const { linkId, card } = await askToCancel(bot);
    await admin.click(card, EMERGENCY_APPROVAL);
    const modal = await admin.modal();
    await admin.submit(modal, { reason: '  ' }, { lenient: true });
    expect(modal.isOpen).toBe(true);
    expect(cancels()).toHaveLength(0);
    await bot.done(() => admin.submit(modal, { reason: 'Fraud in progress, call 9820011101' }));
    expect(cancels()).toHaveLength(1);
    expect(read(card)).toContain('Link cancelled');
    const announced = bot.slack
      .messages(bot.channels.approvals)
      .filter((message) => message.text.startsWith('Emergency approval'));
    expect(announced).toHaveLength(1);
    const [announcement] = announced.map(read);
    expect(announcement).toContain(`@${admin.id}`);
    expect(announcement).toContain('Fraud in progress');
    expect(announcement).not.toContain('9820011101');
    const rows = await auditRows();
    expect(rows.filter((row) => row.action === 'cancel.emergency_approved')).toMatchObject([
      { actorId: admin.id, linkId, reason: 'Fraud in progress, call ******1101' },
    ]);
  });

  test('never the requester, and nobody who is no administrator', async () => {
    await open({ env: { ...env, ADMINS: 'U0KAVYA,U0ASHA' } });
    const { operator, approver, secondApprover } = bot.people;
    const { card } = await askToCancel(bot);
    await operator.click(card, EMERGENCY_APPROVAL);
    const modal = await operator.modal();
    const own = await bot.answerTo(operator, () => operator.submit(modal, { reason: 'I am in a hurry' }));
    expect(read(own)).toContain('your own request');
    for (const person of [approver, secondApprover]) {
      const answer = await bot.answerTo(person, () => person.click(card, EMERGENCY_APPROVAL));
      expect(read(answer)).toContain(notPermitted('administer'));
    }
    expect(cancels()).toHaveLength(0);
    expect(read(card)).toContain('[Approve]');
    const rows = await auditRows();
    expect(refusals(rows, operator).map((row) => row.outcome)).toEqual(['own_request']);
    expect(refusals(rows, approver)).toHaveLength(1);
    expect(refusals(rows, secondApprover)).toHaveLength(1);
  });

  test('switched off: no button, and no way by forged ids of buttons or forms', async () => {
    await open({ env: { APPROVALS_REQUIRED_ABOVE: '1', ADMINS: 'U0VIKRAM' } });
    // An approver and administrator in one, who may open the other forms.
    const { approver } = bot.people;
    const { card } = await askToCancel(bot);
    expect(read(card)).not.toContain(EMERGENCY_APPROVAL);
    const click = await bot.answerTo(approver, () =>
      approver.click(card, 'Approve', { forge: forgedAction({ action_id: ACTION_IDS.approvalEmergency }) }),
    );
    expect(read(click)).toContain('Emergency approval is turned off');
    expect(bot.slack.views.filter((view) => view.type === 'modal')).toEqual([]);
    await approver.click(card, 'Reject');
    const modal = await approver.modal();
    await bot.idle();
    const form = await bot.answerTo(approver, () =>
      approver.submit(
        modal,
        { reason: 'I am in a hurry' },
        { forge: forgedView({ callback_id: VIEW_IDS.emergencyReason }) },
      ),
    );
    expect(read(form)).toContain('Emergency approval is turned off');
    expect(cancels()).toHaveLength(0);
    expect(read(card)).toContain('[Approve]');
    expect(refusals(await auditRows(), approver).map((row) => row.outcome)).toEqual([
      'emergency_off',
      'emergency_off',
    ]);
  });

  test('switched on later: a request from before keeps the ordinary rule', async () => {
    await open({ env: { APPROVALS_REQUIRED_ABOVE: '1' } });
    const { admin } = bot.people;
    const { card } = await askToCancel(bot);
    await bot.stop();
    Object.assign(bot.env, { BREAK_GLASS: 'true' });
    await bot.start();
    await admin.click(card, 'Approve', { forge: forgedAction({ action_id: ACTION_IDS.approvalEmergency }) });
    const modal = await admin.modal();
    const answer = await bot.answerTo(admin, () => admin.submit(modal, { reason: 'I am in a hurry' }));
    expect(read(answer)).toContain('Emergency approval is not available');
    expect(cancels()).toHaveLength(0);
    expect(refusals(await auditRows(), admin).map((row) => row.outcome)).toEqual(['no_emergency']);
  });
});

describe('user groups', () => {
  const env = { APPROVERS: 'S0APPROVERS', ADMINS: 'U0KAVYA' };

  test('members decide; who left the group is refused within five minutes', async () => {
    await open({ env });
    const { approver, secondApprover } = bot.people;
    const first = await askToCancel(bot);
    await approve(bot, first.card);
    expect(cancels()).toHaveLength(1);
    bot.slack.groups.list = [{ id: 'S0APPROVERS', handle: 'approvers', members: [secondApprover.id] }];
    const second = await askToCancel(bot, { linkId: WELL_KNOWN.issuedLarge });
    bot.skip(5 * MINUTE_MS);
    const answer = await bot.answerTo(approver, () => approver.click(second.card, 'Approve'));
    expect(read(answer)).toContain(notPermitted('approve'));
    expect(cancels()).toHaveLength(1);
    await approve(bot, second.card, secondApprover);
    expect(cancels()).toHaveLength(2);
  });

  test('a plan without user groups lets nobody in and says so', async () => {
    await open({ env, slack: { planUpgradeRequired: true } });
    const { approver } = bot.people;
    const { card } = await askToCancel(bot);
    const answer = await bot.answerTo(approver, () => approver.click(card, 'Approve'));
    expect(read(answer)).toContain('plan_upgrade_required');
    expect(cancels()).toHaveLength(0);
    const [row] = refusals(await auditRows(), approver);
    expect(row).toMatchObject({
      outcome: 'not_approver',
      detail: expect.stringContaining('plan_upgrade_required'),
    });
  });

  test.each([
    ['an error', { kind: 'error', error: 'fatal_error' }],
    ['no answer', { kind: 'drop' }],
    ['a missing scope', { kind: 'error', error: 'missing_scope' }],
  ] as const)('%s from Slack lets nobody in, says so, and is over afterwards', async (_name, fault) => {
    await open({ env });
    const { approver } = bot.people;
    const { card } = await askToCancel(bot);
    bot.slack.faults.set('usergroups.users.list', fault);
    const answer = await bot.answerTo(approver, () => approver.click(card, 'Approve'));
    expect(read(answer)).toContain('Slack did not return the members of the user group');
    expect(cancels()).toHaveLength(0);
    bot.slack.faults.clear();
    await approve(bot, card);
    expect(cancels()).toHaveLength(1);
    expect(refusals(await auditRows(), approver)).toHaveLength(1);
  });
});

/** A link's card that everybody in the channel sees. */
async function sharedCard(): Promise<SlackMessage> {
  const { operator } = bot.people;
  const card = await bot.say(operator, `track ${WELL_KNOWN.issuedLarge}`);
  const before = new Set(bot.slack.messages(bot.channels.payouts));
  await bot.done(() => operator.click(card, 'Share here'));
  return bot.slack.message(bot.channels.payouts, (message) => !before.has(message));
}

/** Owns who gets in over HTTP: guests, other workspaces and user groups; each refusal is answered and audited. */

import { NOT_A_MEMBER, NOT_VERIFIED, notPermitted } from '../../src/payouts/access-words.ts';
import { describe, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { Person } from '../../fakes/slack/person.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { SHORTCUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { OTHER_WORKSPACE } from '../../src/slack/dispatch.ts';
import { read } from '../features/bot.ts';
import { approve, askToCancel } from '../features/steps.ts';
import { forgedPlace } from './forge.ts';
import { auditedApp, outcomesOf, refusals } from './audited-app.ts';
import type { CommandName } from '../../src/slack/parse/vocabulary.ts';
import { groupUnreadable } from '../../src/slack/api/directory.ts';

const app = auditedApp();

/** How each command is typed; help and `whoami` are for everybody. */
const TYPED: Record<Exclude<CommandName, 'help' | 'whoami'>, string> = {
  track: `track ${WELL_KNOWN.issued}`,
  list: 'list',
  expiring: 'expiring',
  stuck: 'stuck',
  notify: `notify ${WELL_KNOWN.issued}`,
  cancel: `cancel ${WELL_KNOWN.issued} duplicate`,
  txn: 'txn VENDOR-2041 yesterday',
  watch: `watch ${WELL_KNOWN.issued}`,
  unwatch: `unwatch ${WELL_KNOWN.issued}`,
  watches: 'watches',
  digest: 'digest',
  export: 'export links last month',
  approvals: 'approvals',
  away: 'away',
  back: 'back',
  audit: 'audit',
};
const EVERY_COMMAND = Object.values(TYPED);

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
    await app.open({ env });
    const person = app.bot.people[key];
    const { card } = await askToCancel(app.bot);
    const shared = await sharedCard();
    const calls = app.bot.instantpay.calls.length;
    for (const text of EVERY_COMMAND) {
      const answer = await app.bot.say(person, text);
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
      const click = () => person.click(message, button);
      // A form opens before anybody is asked who this is: there the answer is.
      const opensForm = button === 'Cancel link';
      const told = opensForm
        ? await app.bot.done(click).then(() => person.modal())
        : await app.bot.answerTo(person, click);
      expect(read(told)).toContain(NOT_A_MEMBER[outcome]);
    }
    const entrances = await refusedAtEveryEntrance(person, shared, NOT_A_MEMBER[outcome]);
    expect(app.bot.instantpay.calls).toHaveLength(calls);
    const forms = app.bot.slack.views.filter(({ userId }) => userId === person.id);
    expect(forms.map(({ view }) => view['submit'])).toEqual([null]);
    expect(read(card)).toContain('[Approve]');
    const rows = refusals(await app.auditRows(), person);
    expect(rows).toHaveLength(EVERY_COMMAND.length + clicks.length + entrances);
    for (const row of rows) expect(row).toMatchObject({ action: 'access.refused', outcome });
  });

  test('Slack not telling who somebody is lets nobody in, and is over when Slack answers again', async () => {
    await app.open({ env });
    const { approver } = app.bot.people;
    const { card } = await askToCancel(app.bot);
    app.bot.skip(6 * MINUTE_MS);
    app.bot.slack.faults.set('users.info', { kind: 'error', error: 'fatal_error' });
    const answer = await app.bot.answerTo(approver, () => approver.click(card, 'Approve'));
    expect(read(answer)).toContain(NOT_VERIFIED);
    expect(app.cancels()).toHaveLength(0);
    app.bot.slack.faults.clear();
    await approve(app.bot, card);
    expect(app.cancels()).toHaveLength(1);
    expect(refusals(await app.auditRows(), approver)).toHaveLength(1);
  });
});

describe('other workspaces', () => {
  test('whatever names another team is refused, also a click by a person of another team in a channel of ours', async () => {
    await app.open();
    const { operator, approver } = app.bot.people;
    const { card } = await askToCancel(app.bot);
    const shared = await sharedCard();
    const calls = app.bot.instantpay.calls.length;
    for (const text of [...EVERY_COMMAND, 'help']) {
      const answer = await app.bot.answerTo(operator, () =>
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
        const answer = await app.bot.answerTo(approver, () =>
          approver.click(message, button, { forge: forgedPlace(place) }),
        );
        expect(read(answer)).toContain(OTHER_WORKSPACE);
      }
    }
    await approver.click(card, 'Reject');
    const modal = await approver.modal();
    await app.bot.idle();
    await app.bot.answerTo(approver, () =>
      approver.submit(modal, { reason: 'not this one' }, { forge: forgedPlace({ userTeam: 'T0OTHERCO' }) }),
    );
    expect(app.bot.instantpay.calls).toHaveLength(calls);
    expect(read(card)).toContain('[Approve]');
    const rows = await app.auditRows();
    expect(refusals(rows, operator)).toHaveLength(EVERY_COMMAND.length + 1);
    expect(refusals(rows, approver)).toHaveLength(places.length * 4 + 1);
    expect(outcomesOf([...refusals(rows, operator), ...refusals(rows, approver)])).toEqual(
      new Set(['wrong_workspace']),
    );
  });
});

describe('user groups', () => {
  const env = { APPROVERS: 'S0APPROVERS', ADMINS: 'U0KAVYA' };

  test('members decide; who left the group is refused within five minutes', async () => {
    await app.open({ env });
    const { approver, secondApprover } = app.bot.people;
    const first = await askToCancel(app.bot);
    await approve(app.bot, first.card);
    expect(app.cancels()).toHaveLength(1);
    app.bot.slack.groups.list = [{ id: 'S0APPROVERS', handle: 'approvers', members: [secondApprover.id] }];
    const second = await askToCancel(app.bot, { linkId: WELL_KNOWN.issuedLarge });
    app.bot.skip(5 * MINUTE_MS);
    const answer = await app.bot.answerTo(approver, () => approver.click(second.card, 'Approve'));
    expect(read(answer)).toContain(notPermitted('approve'));
    expect(app.cancels()).toHaveLength(1);
    await approve(app.bot, second.card, secondApprover);
    expect(app.cancels()).toHaveLength(2);
  });

  test('a plan without user groups lets nobody in and says so', async () => {
    await app.open({ env, slack: { planUpgradeRequired: true } });
    const { approver } = app.bot.people;
    const { card } = await askToCancel(app.bot);
    const answer = await app.bot.answerTo(approver, () => approver.click(card, 'Approve'));
    expect(read(answer)).toContain('plan_upgrade_required');
    expect(app.cancels()).toHaveLength(0);
    const [row] = refusals(await app.auditRows(), approver);
    expect(row).toMatchObject({
      outcome: 'not_approver',
      detail: expect.stringContaining('plan_upgrade_required'),
    });
  });

  test.each([
    ['an error', { kind: 'error', error: 'fatal_error' }, 'fatal_error'],
    ['no answer', { kind: 'drop' }, 'unreachable'],
    ['a missing scope', { kind: 'error', error: 'missing_scope' }, 'missing_scope'],
  ] as const)('%s from Slack lets nobody in, says so, and is over afterwards', async (_name, fault, code) => {
    await app.open({ env });
    const { approver } = app.bot.people;
    const { card } = await askToCancel(app.bot);
    // Slack’s earlier answer on the group, for the buttons of the request, has run out.
    app.bot.skip(6 * MINUTE_MS);
    app.bot.slack.faults.set('usergroups.users.list', fault);
    const answer = await app.bot.answerTo(approver, () => approver.click(card, 'Approve'));
    expect(read(answer)).toContain(groupUnreadable(code));
    expect(app.cancels()).toHaveLength(0);
    app.bot.slack.faults.clear();
    await approve(app.bot, card);
    expect(app.cancels()).toHaveLength(1);
    expect(refusals(await app.auditRows(), approver)).toHaveLength(1);
  });
});

describe('tiers and deputies', () => {
  const env = {
    APPROVERS: 'U0VIKRAM',
    APPROVAL_RULES: '0:3@S0OPS+U0MEERA,50000:3@S0FIN',
    OPERATORS: 'U0ASHA',
  };
  const groups = [
    { id: 'S0OPS', handle: 'ops', members: ['U0KAVYA'] },
    { id: 'S0FIN', handle: 'finance', members: ['U0VIKRAM', 'U0RAVI', 'U0SUNIL'] },
  ];
  type Key = 'operator' | 'approver' | 'secondApprover' | 'admin' | 'outsider' | 'deactivated' | 'stranger';

  test.each<[string, Key, string, string]>([
    ['the requester', 'operator', 'not_approver', 'not_approver'],
    ['a member of the large tier', 'approver', 'not_of_tier', 'approved'],
    ['a user of the small tier', 'secondApprover', 'approved', 'not_of_tier'],
    ['a member of the small tier', 'admin', 'approved', 'not_of_tier'],
    ['a guest in the group', 'outsider', 'guest', 'guest'],
    ['somebody who left, in the group', 'deactivated', 'deactivated', 'deactivated'],
    ['a stranger', 'stranger', 'stranger', 'stranger'],
  ])('%s decides on the requests of their tier alone', async (_name, key, small, large) => {
    await openTiers();
    const person = app.bot.people[key];
    expect(await pressed(person)).toEqual([small, large]);
  });

  test.each<[string, Key, Key, string, string]>([
    ['of a user of the small tier', 'secondApprover', 'approver', 'approved', 'approved'],
    ['of a member of the large tier', 'approver', 'admin', 'approved', 'approved'],
    ['who is the requester', 'approver', 'operator', 'own_request', 'own_request'],
    ['who is a guest', 'approver', 'outsider', 'guest', 'guest'],
  ])('a deputy %s decides by that right, and by an own one', async (_name, lender, deputy, small, large) => {
    await openTiers();
    const [from, to] = [app.bot.people[lender], app.bot.people[deputy]];
    await app.bot.say(from, `away <@${to.id}> until tomorrow`);
    expect(await pressed(to)).toEqual([small, large]);
  });

  async function openTiers(): Promise<void> {
    await app.open({ env });
    app.bot.slack.groups.list = groups;
  }

  /** What came of Approve on a small and on a large request, as the audit has it. */
  async function pressed(person: Person): Promise<(string | undefined)[]> {
    const small = await askToCancel(app.bot);
    const large = await askToCancel(app.bot, { linkId: WELL_KNOWN.issuedLarge });
    for (const { card } of [small, large]) await app.bot.done(() => person.click(card, 'Approve'));
    expect(app.cancels()).toEqual([]);
    const own = (await app.auditRows()).filter(({ actorId }) => actorId === person.id);
    return own
      .filter(({ subject, action }) => subject === 'cancel.approve' || action === 'cancel.approved')
      .map(({ action, outcome }) => (action === 'cancel.approved' ? 'approved' : outcome));
  }
});

/** Mentions, direct messages, the message shortcut and an address; returns how many of them are answered. */
async function refusedAtEveryEntrance(person: Person, message: SlackMessage, words: string): Promise<number> {
  const { bot } = app;
  const channel = bot.channels.payouts;
  const entrances: (() => Promise<unknown>)[] = [
    ...EVERY_COMMAND.map((text) => () => person.write(`@Payout Desk ${text}`, { channel })),
    () => person.write(`track ${WELL_KNOWN.issued}`),
    () => person.shortcut(SHORTCUT_IDS.findLinks, { message }),
  ];
  for (const enter of entrances) {
    const answer = await bot.answerTo(person, enter);
    expect(read(answer)).toContain(words);
    expect(answer.ephemeralFor ?? answer.channel).toMatch(new RegExp(`${person.id}|^D`));
  }
  const url = `https://instant.pe/${bot.instantpay.link(WELL_KNOWN.issued)?.code}`;
  const posted = await person.write(url, { channel });
  await bot.say(person, 'help');
  expect(posted.message.unfurls).toEqual({});
  return entrances.length;
}

/** A link's card that everybody in the channel sees. */
async function sharedCard(): Promise<SlackMessage> {
  const { operator } = app.bot.people;
  const card = await app.bot.say(operator, `track ${WELL_KNOWN.issuedLarge}`);
  const before = new Set(app.bot.slack.messages(app.bot.channels.payouts));
  await app.bot.done(() => operator.click(card, 'Share here'));
  return app.bot.slack.message(app.bot.channels.payouts, (message) => !before.has(message));
}

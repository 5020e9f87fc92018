/** Owns App Home over HTTP: what each role sees, that it is kept up to date, and approving many with one confirmation. */

import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import type { SlackView } from '../../fakes/slack/board.ts';
import { elementsOf } from '../../fakes/slack/find-element.ts';
import { objectOf, objectsOf, textOf } from '../../fakes/slack/json.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { NOT_A_MEMBER, notPermitted } from '../../src/payouts/access-words.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { CLICK_EFFECTS } from '../../src/slack/views/approval-answers.ts';
import { LIMITS } from '../../src/slack/block-kit/limits.ts';
import { APPROVE_BY_ITSELF, NOTHING_SELECTED } from '../../src/slack/views/approve-selected.ts';
import { ENTRY_TITLES } from '../../src/slack/views/entry-forms.ts';
import { HOME_AWAY, HOME_CHECKING, NOTHING_TO_DECIDE, YOUR_DECISIONS } from '../../src/slack/views/home.ts';
import { WELCOME } from '../../src/slack/views/welcome.ts';
import { FORM_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { forgedView } from '../fuzz/forge.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';
import { request } from '../payouts/setup.ts';
import { approve, askToCancel, the } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

async function open(options: TestBotOptions = {}): Promise<void> {
  bot = await openBot(options);
}

const blocksOf = ({ view }: SlackView) => objectsOf(view.blocks);
const words = (view: SlackView): string => bot.slack.toText(view);

/** The person's App Home once it says this. */
async function homeWith(person: Person, what: string | RegExp): Promise<SlackView> {
  const fits = (view: SlackView): boolean =>
    typeof what === 'string' ? words(view).includes(what) : what.test(words(view));
  return bot.slack.waitFor(
    () => bot.slack.views.find((view) => view.type === 'home' && view.userId === person.id && fits(view)),
    { what: `App Home of ${person.name} with ${String(what)}` },
  );
}

/** Opens App Home; the welcome that comes with the first visit is out of the way afterwards. */
async function openHome(person: Person): Promise<SlackView> {
  await person.openHome();
  await bot.slack.message(person.directMessages, () => true);
  return person.home();
}

/** Requests so many cancellations, each of a link of its own. */
async function askForMany(
  amount: number,
  by = bot.people.operator,
): Promise<{ linkId: string; paise: number }[]> {
  const links = bot.instantpay.links('ISSUED').slice(0, amount);
  for (const { linkId } of links) await askToCancel(bot, { by, linkId });
  return links.map(({ linkId, amountPaise }) => ({ linkId, paise: amountPaise }));
}

const valuesOf = (view: SlackView, label: string): string[] =>
  elementsOf(blocksOf(view))
    .filter(({ element }) => textOf(objectOf(element.text).text) === label)
    .map(({ element }) => textOf(element.value));

/** Presses Select all, and waits until the boxes are ticked. */
async function selectAll(person: Person): Promise<SlackView> {
  const home = await person.home();
  await bot.done(() => person.click(home, 'Select all'));
  await bot.slack.waitFor(() => JSON.stringify(home.view).includes('initial_options') || undefined);
  return home;
}

/** Two taps more than what the form asks for. */
async function approveAll(person: Person): Promise<SlackView> {
  const home = await selectAll(person);
  await bot.done(() => person.click(home, 'Approve selected'));
  return person.modal();
}

/** The first direct message with these words. */
const told = (person: Person, text: string) =>
  bot.slack.message(person.directMessages, (message) => read(message).includes(text));

test('an approver sees what waits, decides there, and Home follows', async () => {
  await open();
  const { operator, approver } = bot.people;
  const home = await openHome(approver);
  expect(words(home)).toContain(NOTHING_TO_DECIDE);
  const asked = await askToCancel(bot, { reason: 'paid twice' });
  await homeWith(approver, 'Waiting for your decision: 1 request');
  expect(words(home)).toContain('paid twice');
  expect(words(home)).toContain(`@${operator.name}`);
  await bot.done(() => approver.click(home, 'Approve'));
  await homeWith(approver, new RegExp(`${YOUR_DECISIONS}[^]*Link cancelled`));
  expect(words(home)).toContain(NOTHING_TO_DECIDE);
  expect(words(home)).toContain('1 link cancelled');
  expect(read(asked.card)).toContain('Link cancelled');
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('Reject in Home opens the form, and the row goes', async () => {
  await open();
  const { approver } = bot.people;
  const home = await openHome(approver);
  const { card } = await askToCancel(bot);
  await homeWith(approver, 'Waiting for your decision');
  await approver.click(home, 'Reject');
  const form = await approver.modal();
  await bot.done(() => approver.submit(form, { reason: 'not this one' }));
  await homeWith(approver, /rejected[^]*1 rejected/);
  expect(words(home)).toContain(NOTHING_TO_DECIDE);
  expect(read(card)).toContain('not this one');
});

test('a request decided elsewhere is told by direct message when its stale row is pressed, and the row goes', async () => {
  await open();
  const { approver, secondApprover } = bot.people;
  const { card } = await askToCancel(bot);
  const home = await openHome(approver);
  const value = the(valuesOf(home, 'Approve'));
  await approve(bot, card, secondApprover);
  await homeWith(approver, NOTHING_TO_DECIDE);
  const answer = await bot.answerTo(approver, () => approver.click(home, 'Refresh', { value, forge: stale }));
  expect(answer.channel).toBe(approver.directMessages);
  expect(read(answer)).toContain(CLICK_EFFECTS.late);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);

  function stale(payload: Record<string, unknown>) {
    const [action] = Array.isArray(payload['actions']) ? payload['actions'] : [];
    return { ...payload, actions: [{ ...objectOf(action), action_id: 'approval.approve', value }] };
  }
});

test('the requester sees the own requests, withdraws there, and reads no queue', async () => {
  await open();
  const { operator } = bot.people;
  await askToCancel(bot);
  const home = await openHome(operator);
  expect(words(home)).toContain('Your requests: 1 open');
  expect(words(home)).not.toContain('Waiting for your decision');
  expect(words(home)).not.toContain('[Approve]');
  await bot.done(() => operator.click(home, 'Withdraw'));
  await homeWith(operator, 'Request withdrawn');
});

test('an approver finds the own request among the own, never in the queue', async () => {
  await open();
  const { approver } = bot.people;
  await askToCancel(bot, { by: approver });
  const home = await openHome(approver);
  expect(words(home)).toContain(NOTHING_TO_DECIDE);
  expect(words(home)).toContain('[Withdraw]');
  expect(words(home)).not.toContain('[Approve]');
});

test('a viewer sees the numbers of today and the own permissions; a guest why there is nothing', async () => {
  await open();
  const { admin, outsider, stranger, approver } = bot.people;
  await askToCancel(bot);
  const home = await openHome(admin);
  expect(words(home)).toContain('1 request  ·  0 approved');
  expect(words(home)).toContain('➖ Send reminders');
  expect(words(home)).toContain(`@${approver.name}`);
  expect(words(home)).not.toMatch(/Your requests|Waiting for your decision/);
  for (const [person, why] of [
    [outsider, NOT_A_MEMBER.guest],
    [stranger, NOT_A_MEMBER.stranger],
  ] as const) {
    const theirs = await openHome(person);
    expect(words(theirs)).toContain(why);
    expect(words(theirs)).not.toMatch(/\[|Today|@/);
  }
});

test('quick actions open their form in Home; a viewer has none to request a cancellation', async () => {
  await open();
  const { operator, admin } = bot.people;
  const home = await openHome(operator);
  for (const [label, title] of [
    ['Track a link', ENTRY_TITLES.track],
    ['Request cancellation', ENTRY_TITLES.cancel],
    ['Check a transaction', ENTRY_TITLES.txn],
  ] as const) {
    await bot.done(() => operator.click(home, label));
    const form = await operator.modal();
    expect(words(form)).toContain(title);
    await operator.dismiss(form);
  }
  const list = await bot.answerTo(operator, () => operator.click(home, 'List links'));
  expect(list.channel).toBe(operator.directMessages);
  const viewed = words(await openHome(admin));
  expect(viewed).toContain('[Track a link]');
  expect(viewed).not.toContain('[Request cancellation]');
});

test('SANDBOX is marked in the first line', async () => {
  await open({ env: { INSTANTPAY_ENVIRONMENT: 'sandbox' } });
  expect(words(await openHome(bot.people.operator)).split('\n')[0]).toContain('SANDBOX');
});

test('a link that expires within two hours is marked and comes first', async () => {
  await open();
  const { approver } = bot.people;
  const links = bot.instantpay.links('ISSUED').toSorted((one, other) => one.expiresAt - other.expiresAt);
  const soonest = the(links);
  const latest = the(links, -1);
  bot.skip(soonest.expiresAt - HOUR_MS - bot.clock());
  await askToCancel(bot, { linkId: latest.linkId, reason: 'the later one' });
  await askToCancel(bot, { linkId: soonest.linkId, reason: 'the urgent one' });
  const home = words(await openHome(approver));
  expect(home).toMatch(/⚡ Link expires in (1 hour|60 minutes|59 minutes)/);
  expect(home.indexOf('the urgent one')).toBeLessThan(home.indexOf('the later one'));
});

test('twelve are approved in three taps: one confirmation names count and total, one summary, one call each', async () => {
  await open();
  const { approver } = bot.people;
  const links = await askForMany(12);
  await openHome(approver);
  const form = await approveAll(approver);
  const sum = links.reduce((total, { paise }) => total + paise, 0) / 100;
  const total = `₹${sum.toLocaleString('en-IN', { minimumFractionDigits: 2 })}`;
  expect(words(form)).toContain(`Approve 12 cancellations, ${total} in total?`);
  await bot.done(() => approver.submit(form));
  const summary = await told(approver, '12 requests approved');
  expect(read(summary)).toContain(total);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(12);
  await homeWith(approver, '12 links cancelled');
  const rows = await auditOf();
  expect(rows.filter(({ action }) => action === 'cancel.approved')).toHaveLength(12);
});

test('only what is ticked is approved', async () => {
  await open();
  const { approver } = bot.people;
  await askForMany(3);
  const home = await openHome(approver);
  await approver.choose(home, 'home.select', ['Select'], { nth: 2 });
  await bot.idle();
  await bot.done(() => approver.click(home, 'Approve selected'));
  const form = await approver.modal();
  expect(words(form)).toContain('Approve 1 cancellation, ');
  await bot.done(() => approver.submit(form));
  await told(approver, '1 request approved');
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('nothing ticked: the form says so and has nothing to submit', async () => {
  await open();
  const { approver } = bot.people;
  await askForMany(2);
  const home = await openHome(approver);
  await bot.done(() => approver.click(home, 'Approve selected'));
  const form = await approver.modal();
  expect(words(form)).toContain(NOTHING_SELECTED);
  expect(form.view.submit).toBeFalsy();
});

test('what came after everything was selected is not ticked', async () => {
  await open();
  const { approver } = bot.people;
  await askForMany(2);
  await openHome(approver);
  const home = await selectAll(approver);
  bot.skip(1_000);
  await askToCancel(bot, { linkId: the(bot.instantpay.links('ISSUED'), 5).linkId });
  await homeWith(approver, '3 requests');
  await bot.done(() => approver.click(home, 'Approve selected'));
  expect(words(await approver.modal())).toContain('Approve 2 cancellations');
});

test('one decided meanwhile, one that needs two approvers, and the rest: each is told', async () => {
  const amounts = (paise: number) => paise / 100;
  await open({ env: { APPROVALS_REQUIRED_ABOVE: '100000' } });
  const { approver, secondApprover } = bot.people;
  const issued = bot.instantpay.links('ISSUED');
  const small = issued.filter(({ amountPaise }) => amounts(amountPaise) <= 100_000).slice(0, 3);
  const large = the(issued.filter(({ amountPaise }) => amounts(amountPaise) > 100_000));
  const cards = [];
  for (const { linkId } of small) cards.push((await askToCancel(bot, { linkId })).card);
  const two = await askToCancel(bot, { linkId: large.linkId });
  const home = await openHome(approver);
  expect(words(home)).toContain(APPROVE_BY_ITSELF);
  expect(elementsOf(blocksOf(home)).filter(({ element }) => element.type === 'checkboxes')).toHaveLength(3);
  const form = await approveAll(approver);
  expect(words(form)).toContain('Approve 3 cancellations');
  await approve(bot, the(cards), secondApprover);
  await bot.done(() => approver.submit(form));
  const summary = read(await told(approver, '2 requests approved'));
  expect(summary).toContain('Not approved: 1');
  expect(summary).toContain(`Approved by @${secondApprover.id}`);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(3);
  expect(read(two.card)).toContain('[Approve]');
});

test('forged: the own request and one for two approvers are not approved by the form', async () => {
  await open({ env: { APPROVALS_REQUIRED_ABOVE: '1' } });
  const { approver, operator } = bot.people;
  const own = await askToCancel(bot, { by: approver });
  const two = await askToCancel(bot, {
    by: operator,
    linkId: the(bot.instantpay.links('ISSUED'), 4).linkId,
  });
  const home = await openHome(approver);
  const ids = [own.card, two.card].map(
    (card) => /"value":"([0-9a-f-]{36})"/.exec(JSON.stringify(card.blocks))?.[1],
  );
  const forge = (payload: Record<string, unknown>) => ({
    ...payload,
    actions: [{ ...objectOf(the(objectsOf(payload['actions']))), action_id: 'home.approve_selected' }],
    view: { ...objectOf(payload['view']), state: { values: forgedState(ids) } },
  });
  await bot.done(() => approver.click(home, 'Refresh', { forge }));
  const form = await approver.modal();
  expect(words(form)).toContain(NOTHING_SELECTED);
  expect(words(form)).toContain('your own request');
  expect(words(form)).toContain(APPROVE_BY_ITSELF);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
});

function forgedState(ids: readonly (string | undefined)[]) {
  return Object.fromEntries(
    ids.map((id) => [
      `home.request.${id}.0`,
      { 'home.select': { type: 'checkboxes', selected_options: [{ value: id }] } },
    ]),
  );
}

test('a submission that Slack delivers again decides nothing and adds no summary', async () => {
  await open();
  const { approver } = bot.people;
  await askForMany(3);
  await openHome(approver);
  const form = await approveAll(approver);
  await bot.done(() => approver.submit(form, {}, { copies: 3 }));
  await told(approver, '3 requests approved');
  await bot.idle();
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(3);
  const summaries = bot.slack
    .messages(approver.directMessages)
    .filter((message) => /requests? approved|No request was approved/.test(read(message)));
  expect(summaries).toHaveLength(1);
});

test('two approvers confirm the same six at once while a third click comes in a card: six calls, each is told', async () => {
  await open();
  const { approver, secondApprover } = bot.people;
  await askForMany(6);
  const card = the(bot.slack.messages(bot.channels.approvals));
  await openHome(approver);
  await openHome(secondApprover);
  const forms = [await approveAll(approver), await approveAll(secondApprover)] as const;
  await Promise.all([
    approver.submit(forms[0], {}, { copies: 2 }),
    secondApprover.submit(forms[1], {}, { copies: 2 }),
    secondApprover.click(card, 'Approve'),
  ]);
  await bot.idle();
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(6);
  const summaries = [approver, secondApprover].map(
    ({ directMessages }) =>
      bot.slack.messages(directMessages).filter((message) => /approved/.test(read(message))).length,
  );
  expect(summaries).toEqual([1, 1]);
  const approvals = (await auditOf()).filter(({ action }) => action === 'cancel.approved');
  expect(approvals).toHaveLength(6);
});

test('a form that Payout Desk did not make approves nothing, and is audited', async () => {
  await open();
  const { approver } = bot.people;
  await askForMany(2);
  await openHome(approver);
  const form = await approveAll(approver);
  const forge = forgedView({ private_metadata: JSON.stringify({ channelId: approver.id, ids: ['a1'] }) });
  const answer = await bot.answerTo(approver, () => approver.submit(form, {}, { forge }));
  expect(read(answer)).toContain(FORM_NOT_VALID);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
  expect(await auditOf()).toContainEqual(
    expect.objectContaining({ action: 'access.refused', outcome: 'not_ours' }),
  );
});

test('who lost the right between ticking and confirming approves nothing', async () => {
  await open({ env: { APPROVERS: 'S0APPROVERS' } });
  const { approver } = bot.people;
  await askForMany(2);
  await openHome(approver);
  const form = await approveAll(approver);
  bot.slack.groups.list = [{ id: 'S0APPROVERS', handle: 'approvers', members: [] }];
  bot.skip(10 * 60_000);
  const answer = await bot.answerTo(approver, () => approver.submit(form));
  expect(read(answer)).toContain(notPermitted('approve'));
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
});

test('three hundred requests: what fits is shown, and the rest is counted', async () => {
  await open({ stopped: true });
  const { approver, operator } = bot.people;
  await bot.onStore(async ({ requests }) => {
    for (let index = 0; index < 300; index += 1) {
      const id = `c0ffee12-3456-4789-9abc-${String(index).padStart(12, '0')}`;
      const linkId = `f00d00000000000000${String(index).padStart(6, '0')}`;
      const one = { id, batchId: id, linkId, requestedBy: operator.id, requestedAt: bot.clock() - index };
      await requests.open(
        [request(one)],
        [{ at: bot.clock(), actorId: operator.id, action: 'cancel.requested', linkId, cancelRequestId: id }],
        [],
      );
    }
  });
  await bot.start();
  const home = await openHome(approver);
  await homeWith(approver, 'Waiting for your decision: 300 requests');
  expect(blocksOf(home).length).toBeLessThanOrEqual(LIMITS.blocksInView);
  const shown = valuesOf(home, 'Approve').length;
  expect(shown).toBeGreaterThanOrEqual(12);
  expect(words(home)).toContain(`… ${300 - shown} more: \`/payout approvals\``);
  expect(words(home)).toContain('300 requests  ·  0 approved');
  expect(words(await openHome(operator))).toContain('Your requests: 20 open');
});

test('a deputy sees the queue of the approver who is away, and no longer once they are back', async () => {
  await open();
  const { operator, approver, secondApprover } = bot.people;
  await askToCancel(bot, { by: secondApprover, reason: 'paid twice' });
  const home = await openHome(operator);
  expect(words(home)).not.toContain('Waiting for your decision');
  await bot.say(approver, `away <@${operator.id}|asha> until tomorrow`);
  await homeWith(operator, /Waiting for your decision: 1 request[^]*Deputies/);
  await bot.done(() => operator.click(home, 'Approve'));
  await homeWith(operator, NOTHING_TO_DECIDE);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
  await bot.say(approver, 'back');
  await homeWith(operator, '➖ Approve or reject');
});

test('with tiers each approver sees the requests of their own tier', async () => {
  const { approver, secondApprover } = { approver: 'U0VIKRAM', secondApprover: 'U0MEERA' };
  await open({ env: { APPROVAL_RULES: `0:1@${approver},100000:1@${secondApprover}` } });
  const issued = bot.instantpay.links('ISSUED');
  const small = the(issued.filter(({ amountPaise }) => amountPaise < 10_000_000));
  const large = the(issued.filter(({ amountPaise }) => amountPaise >= 10_000_000));
  await askToCancel(bot, { linkId: small.linkId, reason: 'the small one' });
  await askToCancel(bot, { linkId: large.linkId, reason: 'the large one' });
  const first = words(await openHome(bot.people.approver));
  expect(first).toContain('the small one');
  expect(first).not.toContain('the large one');
  const second = words(await openHome(bot.people.secondApprover));
  expect(second).toContain('the large one');
  expect(second).not.toContain('the small one');
});

test('Slack not telling who somebody is: nothing private is shown, and it is there once Slack answers', async () => {
  await open();
  const { approver } = bot.people;
  await askToCancel(bot, { reason: 'a private reason' });
  bot.skip(10 * 60_000);
  bot.slack.faults.set('users.info', { kind: 'error', error: 'fatal_error' });
  await approver.openHome();
  const home = await homeWith(approver, HOME_CHECKING);
  expect(words(home)).not.toContain('a private reason');
  bot.slack.faults.clear();
  await bot.done(() => approver.click(home, 'Refresh'));
  await homeWith(approver, 'a private reason');
});

test('a slow directory delays nothing: Home is there without it, and complete afterwards', async () => {
  await open();
  const { approver } = bot.people;
  await askToCancel(bot, { reason: 'a private reason' });
  bot.skip(10 * 60_000);
  bot.slack.faults.set('users.info', { kind: 'hold' });
  await approver.openHome();
  await homeWith(approver, HOME_CHECKING);
  bot.slack.faults.clear();
  await homeWith(approver, 'a private reason');
});

test('the store does not answer: Home says so with Refresh, and is whole once the store answers', async () => {
  await open();
  const { approver } = bot.people;
  await askToCancel(bot, { reason: 'a private reason' });
  const past = (statement: string): void => {
    const other = new DatabaseSync(bot.databasePath);
    other.exec(statement);
    other.close();
  };
  past('alter table cancel_requests rename to moved');
  await approver.openHome();
  const home = await homeWith(approver, HOME_AWAY);
  expect(words(home)).not.toContain('Today');
  past('alter table moved rename to cancel_requests');
  await bot.done(() => approver.click(home, 'Refresh'));
  await homeWith(approver, 'a private reason');
});

test('Home is published again by the job when Slack did not take it', async () => {
  await open();
  const { approver } = bot.people;
  await openHome(approver);
  bot.slack.faults.set('views.publish', { kind: 'error', error: 'fatal_error' });
  const published = bot.slack.callsTo('views.publish').length;
  await askToCancel(bot);
  await bot.slack.waitFor(() => bot.slack.callsTo('views.publish').length > published);
  bot.slack.faults.clear();
  bot.skip(60_000);
  await bot.slack.waitFor(() => bot.lines.some((line) => line.includes('App Home not published')));
  await bot.app.publishHomes();
  await homeWith(approver, 'Waiting for your decision: 1 request');
});

test('the welcome comes once, however often Slack says that somebody came', async () => {
  await open();
  const { operator } = bot.people;
  const opened = {
    type: 'app_home_opened',
    user: operator.id,
    channel: operator.directMessages,
    tab: 'messages',
  };
  await operator.event(opened, { copies: 3 });
  await operator.event(opened);
  await operator.openHome();
  const first = await told(operator, WELCOME);
  expect(read(first)).toContain('✅ Send reminders');
  await bot.restart();
  await operator.event(opened);
  await operator.openHome();
  const help = await bot.answerTo(operator, () => operator.click(first, 'What can I do?'));
  expect(read(help)).toContain('/payout track');
  const welcomes = bot.slack
    .messages(operator.directMessages)
    .filter((message) => read(message).includes(WELCOME));
  expect(welcomes).toHaveLength(1);
});

test('a welcome that Slack refused comes with the next visit', async () => {
  await open();
  const { operator } = bot.people;
  bot.slack.faults.set('chat.postMessage', { kind: 'error', error: 'fatal_error' });
  await operator.openHome();
  await bot.slack.waitFor(() => bot.lines.some((line) => line.includes('welcome not sent')));
  bot.slack.faults.clear();
  await operator.openHome();
  await told(operator, WELCOME);
});

/** The audit, read past the app. */
async function auditOf(): Promise<{ action: string }[]> {
  await bot.stop();
  return bot.onStore((store) => store.audit.list({ limit: 1_000 }));
}

/**
 * Owns the budgets: what each daily job costs a person in keys, taps and messages received. A key is a character typed,
 * Enter too; a tap is a press, the yes of a confirm dialog, a choice in a form, its submit button.
 */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import { WELL_KNOWN_TRANSACTIONS as REFS } from '../../fakes/instantpay/transactions.ts';
import { elementsOf, labelOf } from '../../fakes/slack/find-element.ts';
import { isObject, objectsOf } from '../../fakes/slack/json.ts';
import type { FormValues } from '../../fakes/slack/form.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { CANCEL_REASON } from '../../src/slack/views/cancel-form.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';
import { askToCancel, cancelFormOf, the } from './steps.ts';

let bot: TestBot;
const open = async (options?: TestBotOptions): Promise<TestBot> => (bot = await openBot(options));
afterEach(() => bot.close());

interface Cost {
  keys: number;
  taps: number;
}

/** A person whose every key and tap is counted. */
function counted(person: Person) {
  const cost: Cost = { keys: 0, taps: 0 };
  return {
    cost,
    async types(text: string): Promise<SlackMessage> {
      cost.keys += `/payout ${text}`.length + 1;
      return bot.say(person, text);
    },
    async taps(target: SlackMessage | SlackView, label: string): Promise<void> {
      const { blocks } = 'view' in target ? target.view : target;
      const asks = elementsOf(objectsOf(blocks)).some(
        (found) => labelOf(found) === label && isObject(found.element['confirm']),
      );
      cost.taps += asks ? 2 : 1;
      await person.click(target, label);
    },
    /** Each value is chosen with one tap; then the submit button. */
    async submits(form: SlackView, values: FormValues): Promise<void> {
      cost.taps += Object.keys(values).length + 1;
      await person.submit(form, values);
    },
  };
}

/** Messages that notify the person: direct ones, and those that mention them. */
function notifications(person: Person): SlackMessage[] {
  return bot.slack.allMessages.filter(
    (message) =>
      !message.ephemeralFor &&
      (message.channel === person.directMessages ||
        JSON.stringify(message.blocks).includes(`<@${person.id}>`)),
  );
}

test('find a link by mobile: 19 keys, one answer', async () => {
  await open();
  const person = counted(bot.people.operator);
  const card = await person.types(WELL_KNOWN_PEOPLE.issued.mobile);
  expect(read(card)).toContain(WELL_KNOWN.issued);
  expect(person.cost).toEqual({ keys: 19, taps: 0 });
  expect(bot.slack.allMessages).toHaveLength(1);
});

test('why did this payment fail: 24 keys and 1 tap, and what was typed is kept', async () => {
  await open();
  const person = counted(bot.people.operator);
  const asked = await person.types(`txn ${REFS.failed}`);
  const card = await bot.answerTo(bot.people.operator, () => person.taps(asked, 'Yesterday'));
  expect(person.cost).toEqual({ keys: 24, taps: 1 });
  expect(read(card)).toContain('🔴 Failed');
  const aeps = await bot.say(bot.people.operator, `txn ${REFS.aeps} aeps`);
  const other = await bot.answerTo(bot.people.operator, () => bot.people.operator.click(aeps, 'Yesterday'));
  expect(read(other)).toContain('✅ Successful');
});

test('request a cancellation from a card: 3 taps; the approvers get one notification, the requester none', async () => {
  await open();
  const { operator, approver } = bot.people;
  const card = await bot.say(operator, `track ${WELL_KNOWN.issued}`);
  const person = counted(operator);
  await person.taps(card, 'Cancel link');
  const form = await cancelFormOf(bot, operator);
  await person.submits(form, { [CANCEL_REASON]: 'Duplicate' });
  await bot.idle();
  expect(person.cost).toEqual({ keys: 0, taps: 3 });
  expect(bot.slack.messages(bot.channels.approvals)).toHaveLength(1);
  expect(notifications(approver)).toHaveLength(1);
  expect(notifications(operator)).toHaveLength(0);
});

test('approve one from a push: 2 taps; the requester hears once', async () => {
  await open();
  const { operator, approver } = bot.people;
  const { card } = await askToCancel(bot);
  const person = counted(approver);
  await person.taps(card, 'Approve');
  await bot.idle();
  expect(person.cost).toEqual({ keys: 0, taps: 2 });
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
  // The card names the requester by now, but an edit notifies nobody.
  const told = bot.slack.messages(operator.directMessages);
  expect(told).toHaveLength(1);
  expect(read(the(told))).toContain('Link cancelled');
});

test('approve twelve from Home: at most 15 taps', async () => {
  await open();
  const { approver } = bot.people;
  for (const { linkId } of bot.instantpay.links('ISSUED').slice(0, 12)) await askToCancel(bot, { linkId });
  await approver.openHome();
  await bot.idle();
  const person = counted(approver);
  const home = await approver.home();
  await person.taps(home, 'Select all');
  await bot.slack.waitFor(() => JSON.stringify(home.view).includes('initial_options') || undefined);
  await person.taps(home, 'Approve selected');
  const form = await approver.modal();
  expect(read(form)).toContain('Approve 12 cancellations');
  await person.submits(form, {});
  await bot.idle();
  expect(person.cost.taps).toBeLessThanOrEqual(15);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(12);
});

/** Ten links that expire within 48 h, when the digest is due. */
async function withTenExpiring(): Promise<void> {
  await open({ instantpay: { seed: 0 }, env: { DIGEST_CHANNEL: 'C0DIGESTS' } });
  for (const { linkId } of bot.instantpay.links()) bot.instantpay.setStatus(linkId, 'CANCELLED');
  bot.skip(24 * HOUR_MS);
  for (let index = 1; index <= 10; index += 1)
    bot.instantpay.addLink({ expiresAt: bot.clock() + index * HOUR_MS });
}

test('remind ten from the digest: 2 taps, one direct message', async () => {
  await withTenExpiring();
  await bot.app.digest?.work();
  const { operator } = bot.people;
  const person = counted(operator);
  await person.taps(the(bot.slack.messages(bot.channels.digests)), 'Send reminder to all 10');
  await bot.idle();
  expect(person.cost).toEqual({ keys: 0, taps: 2 });
  expect(bot.instantpay.callsOf('notify')).toHaveLength(10);
  expect(notifications(operator)).toHaveLength(1);
});

test('what is stuck: 14 keys, one answer', async () => {
  await open({ instantpay: { seed: 0 } });
  const { linkId } = bot.instantpay.addLink();
  bot.instantpay.claim(linkId);
  bot.skip(72 * HOUR_MS);
  const person = counted(bot.people.operator);
  const list = await person.types('stuck');
  expect(read(list)).toContain('claimed 3 days ago');
  expect(person.cost).toEqual({ keys: 14, taps: 0 });
  expect(bot.slack.allMessages).toHaveLength(1);
});

test('remind ten by the command: 17 keys and 2 taps', async () => {
  await withTenExpiring();
  const { operator } = bot.people;
  const person = counted(operator);
  const list = await person.types('expiring');
  await person.taps(list, 'Send reminder to all 10');
  await bot.idle();
  expect(person.cost).toEqual({ keys: '/payout expiring'.length + 1, taps: 2 });
  expect(bot.instantpay.callsOf('notify')).toHaveLength(10);
});

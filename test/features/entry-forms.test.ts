/** Owns the forms that ask what to look up: opened by bare commands and buttons, answered in the form. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { SlackView } from '../../fakes/slack/board.ts';
import type { FormValues } from '../../fakes/slack/form.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { NOT_A_MEMBER } from '../../src/payouts/access-words.ts';
import { TARGET_PROBLEMS } from '../../src/payouts/links/target.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { FUTURE_DAY } from '../../src/payouts/transactions/words.ts';
import { BLOCK_IDS, INPUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { PROBLEMS } from '../../src/slack/parse/problems.ts';
import { FORM_WAITS } from '../../src/slack/views/form-parts.ts';
import { NONE_FOUND } from '../../src/slack/views/link-choice.ts';
import { CANCEL_REASON } from '../../src/slack/views/cancel-form.ts';
import { ENTRY_TITLES } from '../../src/slack/views/entry-forms.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { because } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

const shown = (view: SlackView): string => bot.slack.toText(view);

/** Types a command that needs a form and returns the form. */
async function formOf(person: Person, text: string): Promise<SlackView> {
  await bot.done(() => person.command('/payout', text));
  return person.modal();
}

async function submitted(person: Person, form: SlackView, values: FormValues): Promise<string> {
  await bot.done(() => person.submit(form, values));
  return shown(await person.modal());
}

test.each(['track', 'status', 'show'])(
  '/payout %s: one input for anything, the card in the form',
  async (text) => {
    bot = await openBot();
    const { operator } = bot.people;
    const form = await formOf(operator, text);
    expect(shown(form)).toContain(ENTRY_TITLES.track);
    const card = await submitted(operator, form, { [INPUT_IDS.link]: WELL_KNOWN.issued });
    expect(card).toContain('ISSUED');
    expect(card).toContain('[Refresh]');
    // Nobody else sees a form, so there is no “here”.
    expect(card).not.toContain('[Share here]');
    expect(operator.ephemerals()).toEqual([]);
  },
);

test('the card in the form works: Refresh shows the link as it is now, Send reminder answers there', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  await submitted(operator, await formOf(operator, 'track'), { [INPUT_IDS.link]: WELL_KNOWN.issued });
  const messages = bot.slack.allMessages.length;
  await bot.done(async () => operator.click(await operator.modal(), 'Send reminder'));
  expect(shown(await operator.modal())).toContain('Reminder sent');
  expect(bot.instantpay.callsOf('notify')).toHaveLength(1);
  expect(bot.slack.allMessages).toHaveLength(messages);
});

test('Cancel link on the card in the form leads to the reason there, and to a request', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  await submitted(operator, await formOf(operator, 'track'), { [INPUT_IDS.link]: WELL_KNOWN.issued });
  const form = await operator.modal();
  await bot.done(() => operator.click(form, 'Cancel link'));
  const reason = await operator.modal();
  expect(reason.id).toBe(form.id);
  expect(shown(reason)).toContain(CANCEL_REASON);
  await bot.done(() => operator.submit(reason, { [CANCEL_REASON]: 'Duplicate' }));
  expect(read(await bot.slack.message(bot.channels.approvals, () => true))).toContain('Duplicate');
});

test('several matches are offered in the form, and Track there shows the card there', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const form = await formOf(operator, 'track');
  const choices = await submitted(operator, form, { [INPUT_IDS.link]: 'ra' });
  expect(choices).toMatch(/links? match/i);
  await bot.done(async () => operator.click(await operator.modal(), 'Track', { nth: 1 }));
  expect(shown(await operator.modal())).toContain('[Refresh]');
});

test('what cannot be a link is said in the form, and nothing is asked', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const form = await formOf(operator, 'track');
  for (const [typed, problem] of [
    ['https://evil.example/LS25FH', TARGET_PROBLEMS.otherAddress],
    ['6570a000000000000000000', '24 hex digits'],
    [`${WELL_KNOWN.issued} please`, PROBLEMS.textAfterLink],
  ] as const) {
    await operator.submit(form, { [INPUT_IDS.link]: typed });
    expect(form.errors[BLOCK_IDS.entryLink]).toContain(problem);
    expect(form.isOpen).toBe(true);
  }
  expect(bot.instantpay.calls).toEqual([]);
  const none = await submitted(operator, form, { [INPUT_IDS.link]: '9000000000' });
  expect(none).toContain(String(NONE_FOUND));
});

test('/payout cancel asks for the link, then for the reason, in one form', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const form = await formOf(operator, 'cancel');
  expect(shown(form)).toContain(ENTRY_TITLES.cancel);
  const reason = await submitted(operator, form, { [INPUT_IDS.link]: WELL_KNOWN.issued });
  expect(reason).toContain(CANCEL_REASON);
  await bot.done(async () => operator.submit(await operator.modal(), because('paid twice')));
  const card = await bot.slack.message(bot.channels.approvals, () => true);
  expect(read(card)).toContain('paid twice');
});

test('/payout txn: reference, day, AePS; the answer in the form', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const form = await formOf(operator, 'txn');
  await operator.submit(form, { [INPUT_IDS.reference]: 'NA' });
  expect(form.errors[BLOCK_IDS.entryReference]).toContain('NA');
  const future = await submitted(operator, form, {
    [INPUT_IDS.reference]: 'VENDOR-2041',
    [INPUT_IDS.day]: '2027-01-01',
  });
  expect(future).toContain(FUTURE_DAY);
  expect(bot.instantpay.calls).toEqual([]);
  const again = await formOf(operator, 'txn');
  const card = await submitted(operator, again, {
    [INPUT_IDS.reference]: 'VENDOR-2041',
    [INPUT_IDS.day]: '2026-11-19',
  });
  expect(card).toContain('VENDOR-2041');
  expect(bot.instantpay.callsOf('transaction')).toHaveLength(1);
});

test('a transaction without a day: Pick a day opens the form with the reference in it', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const asked = await bot.say(operator, 'txn VENDOR-2041');
  await bot.done(() => operator.click(asked, 'Pick a day'));
  const form = await operator.modal();
  expect(JSON.stringify(form.view)).toContain('"initial_value":"VENDOR-2041"');
  await bot.done(() => operator.submit(form, { [INPUT_IDS.day]: '2026-11-19' }));
  expect(shown(await operator.modal())).toContain('VENDOR-2041');
  expect(bot.instantpay.callsOf('transaction')).toHaveLength(1);
});

test('Filters starts from what is listed, and the new list takes its place', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const list = await bot.say(operator, 'list expired');
  await bot.done(() => operator.click(list, 'Filters'));
  const form = await operator.modal();
  expect(JSON.stringify(form.view)).toContain('"initial_options":[{"text"');
  await bot.done(() => operator.submit(form, { [INPUT_IDS.statuses]: ['ISSUED', 'PROCESSING'] }));
  expect(read(list)).toContain('ISSUED, PROCESSING');
  expect(form.isOpen).toBe(false);
});

test('a guest is refused in the form, and nothing is asked', async () => {
  bot = await openBot();
  const { outsider } = bot.people;
  const form = await formOf(outsider, 'track');
  expect(shown(form)).toContain(NOT_A_MEMBER.guest);
  expect(bot.instantpay.calls).toEqual([]);
});

test('a person who closes the form while it is looked up gets the answer as a message', async () => {
  bot = await openBot({ patience: { lookingUpMs: 10, notRecordedMs: 600_000, acknowledgeMs: 600_000 } });
  const { operator } = bot.people;
  const form = await formOf(operator, 'track');
  // Slack’s earlier answer on who this is has run out.
  bot.skip(6 * MINUTE_MS);
  bot.slack.faults.set('users.info', { kind: 'hold' });
  await operator.submit(form, { [INPUT_IDS.link]: WELL_KNOWN.issued });
  const waiting = await operator.modal();
  expect(shown(waiting)).toContain(FORM_WAITS);
  await operator.dismiss(waiting);
  const answer = await bot.answerTo(operator, async () => bot.slack.faults.clear());
  expect(read(answer)).toContain('ISSUED');
});

/** Owns what a person gets who does not know the words yet, or types something that cannot be understood. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { KNOWN_STATUSES } from '../../src/payouts/links/link.ts';
import { PROBLEMS } from '../../src/slack/parse/problems.ts';
import { NOTHING_WAITING } from '../../src/slack/views/approval-list.ts';
import { COMMAND_NAMES, COMMAND_WORDS } from '../../src/slack/parse/vocabulary.ts';
import { WELCOME } from '../../src/slack/views/welcome.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { TARGET_PROBLEMS } from '../../src/payouts/links/target.ts';
import { notReference } from '../../src/payouts/transactions/transaction.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await openBot();
});
afterAll(() => bot.close());

const say = async (text: string): Promise<string> => read(await bot.say(bot.people.operator, text));

test('help: every command with its usage, buttons for the common ones, for anybody', async () => {
  for (const text of ['', 'help', 'HELP', '  help  ', '/payout help']) {
    const help = await say(text);
    // Who is no approver lends no right.
    const others: readonly string[] = ['help', 'audit', 'away', 'back'];
    for (const name of COMMAND_NAMES.filter((one) => !others.includes(one)))
      expect(help).toContain(COMMAND_WORDS[name].usage);
    expect(help).toContain('[List links]');
  }
  expect(read(await bot.say(bot.people.outsider, 'help'))).toContain('Payout Desk');
});

test.each(COMMAND_NAMES)('help %s: usage and examples', async (name) => {
  const help = await say(`help ${name}`);
  expect(help).toContain(COMMAND_WORDS[name].usage);
  for (const example of COMMAND_WORDS[name].examples) expect(help).toContain(example);
});

test('the buttons of the help do what they say', async () => {
  const { operator } = bot.people;
  const help = await bot.say(operator, 'help');
  for (const [button, shown] of [
    ['List links', 'Payout links'],
    ['Pending approvals', NOTHING_WAITING],
    ['Digest now', 'Stuck over 24 h'],
  ] as const) {
    const answer = await bot.answerTo(operator, () => operator.click(help, button));
    expect(read(answer)).toContain(shown);
  }
  const examples = await bot.answerTo(operator, () => operator.choose(help, 'help.command', 'cancel'));
  expect(read(examples)).toContain(COMMAND_WORDS.cancel.usage);
});

test('the buttons of App Home have no channel to answer in: the answer comes as a direct message', async () => {
  const { admin } = bot.people;
  await admin.openHome();
  await bot.slack.message(admin.directMessages, (message) => read(message).includes(WELCOME));
  const home = await admin.home();
  const list = await bot.answerTo(admin, () => admin.click(home, 'List links'));
  expect(list.channel).toBe(admin.directMessages);
  expect(read(list)).toContain('Payout links');
});

/** What was typed, and what the answer has to hold. None of it may reach InstantPay. */
const NOT_UNDERSTOOD: [string, RegExp | string][] = [
  ['trakc 6570a0000000000000000001', /Did you mean:\s+\/payout track 6570a0000000000000000001/],
  ['cancle "Asha Rao" again', /Did you mean:\s+\/payout cancel "Asha Rao" again/],
  ['cancle 9820011101 duplicate', /Did you mean:\s+\/payout cancel \*+1101 duplicate/],
  ['remind', PROBLEMS.noLink],
  ['void', /\/payout help cancel/],
  ['pending', /\/payout approvals[\s\S]*\/payout list ISSUED/],
  ['help me', /\/payout help/],
  ['watch', PROBLEMS.noWatch],
  ['watches now', PROBLEMS.watches],
  ['6570a000000000000000000', /24 hex digits/],
  ['track 6570a000000000000000000', /24 hex digits/],
  ['track 6570a00000000000000000011', /24 hex digits/],
  ['track 6570a000000000000000000g', /24 hex digits/],
  ['track 6570a0000000000000000001 please', PROBLEMS.textAfterLink],
  ['track https://evil.example/LS25FH', TARGET_PROBLEMS.otherAddress],
  ['track <https://evil.example/LS25FH>', TARGET_PROBLEMS.otherAddress],
  ['track 😀', TARGET_PROBLEMS.noLink],
  ['track ‏‏', TARGET_PROBLEMS.noLink],
  ["track '; drop table approvals; --", /./],
  ['notify', PROBLEMS.noLink],
  ['cancel 6570a000000000000000000 paid twice', /24 hex digits/],
  [`cancel 6570a0000000000000000001 ${'x'.repeat(501)}`, /500 characters/],
  ['list isued', PROBLEMS.unknownStatus('“isued”', KNOWN_STATUSES)],
  ['list issued paid', PROBLEMS.unknownStatus('“paid”', KNOWN_STATUSES)],
  ['list contact', PROBLEMS.noContact],
  [`list contact ${'x'.repeat(400)}`, PROBLEMS.longContact],
  ['txn INV-1', PROBLEMS.noDay],
  ['txn NA yesterday', notReference('NA')],
  ['txn n/a today', notReference('n/a')],
  ['txn INV-1 31-02-2026', PROBLEMS.unknownDay('“31-02-2026”')],
  ['txn INV-1 someday', PROBLEMS.unknownDay('“someday”')],
  ['txn INV-1 2027-01-01', /future/],
  ['txn INV-1 today 25:00', PROBLEMS.unknownTime('“25:00”')],
  ['txn رقم-١٢ today', /reference/],
  ['digest subscribe "0 9 * * *"', PROBLEMS.digest],
  ['digest now', PROBLEMS.digest],
  ['approvals mine', PROBLEMS.approvals],
  ['x'.repeat(200_000), PROBLEMS.tooLong(200_000)],
  [`track ${'ا'.repeat(60_000)}`, /characters long/],
  ['😀'.repeat(2_000), /characters long/],
];

test.each(NOT_UNDERSTOOD)('%.60s', async (text, words) => {
  const calls = bot.instantpay.calls.length;
  const sent = bot.people.operator.command('/payout', text);
  const delivered = await sent;
  expect(delivered.ack.acknowledged).toBe(true);
  const answer = await delivered.answer();
  if (typeof words === 'string') expect(read(answer)).toContain(words);
  else expect(read(answer)).toMatch(words);
  if (!text.startsWith("track '")) expect(bot.instantpay.calls).toHaveLength(calls);
  expect(answer.text.length).toBeLessThan(2_000);
  await bot.idle();
});

test('the administrator’s words about the audit', async () => {
  const { admin } = bot.people;
  expect(read(await bot.say(admin, 'audit 123'))).toContain(PROBLEMS.audit('“123”'));
  expect(read(await bot.say(admin, 'audit @vikram'))).toContain(PROBLEMS.unknownPerson);
  expect(read(await bot.say(admin, 'audit 6570a000000000000000000'))).toContain('24 hex digits');
});

test('<!channel>, formatting and mentions in a reason and in a typo are text wherever they are shown', async () => {
  const { operator, approver } = bot.people;
  const reason =
    '&lt;!channel&gt; <!here> <@U0VIKRAM|vikram> *bold* _it_ <https://phish.example|bank> 🤝 שלום';
  await bot.say(operator, `cancel ${WELL_KNOWN.hostile} ${reason}`);
  const card = await bot.slack.message(bot.channels.approvals, () => true);
  expect(read(card)).toContain('<!channel>');
  await bot.done(() => approver.click(card, 'Approve'));
  await bot.say(operator, '<!channel> <!here>');
  await bot.say(operator, 'track &lt;!channel&gt;x');
  const shown = bot.slack.allMessages.filter((message) => read(message).includes('!channel'));
  expect(shown.length).toBeGreaterThan(3);
  for (const message of bot.slack.allMessages) {
    const mrkdwn = JSON.stringify(message.blocks).match(/"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"/g) ?? [];
    for (const text of [message.text, ...mrkdwn]) {
      expect(text).not.toMatch(/<![a-z]/);
      expect(text).not.toContain('<https://phish');
      // The only people a message calls are those Payout Desk names: the requester and who decided.
      expect(text).not.toMatch(/<@U0000000000/);
    }
  }
});

test('another command than /payout is answered too', async () => {
  const { operator } = bot.people;
  const sent = await operator.command('/payouts', 'help');
  expect(sent.ack.acknowledged).toBe(true);
  expect(read(await sent.answer())).toContain('Payout Desk');
  await bot.idle();
});

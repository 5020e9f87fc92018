/** Owns mentions and direct messages: they do what the command does, privately, once, and for people alone. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { Person } from '../../fakes/slack/person.ts';
import type { Writing } from '../../fakes/slack/writing.ts';
import { NOT_A_MEMBER } from '../../src/payouts/access-words.ts';
import { SHORTCUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { OTHER_WORKSPACE } from '../../src/slack/dispatch.ts';
import { PROBLEMS } from '../../src/slack/parse/problems.ts';
import { COMMAND_WORDS } from '../../src/slack/parse/vocabulary.ts';
import { NONE_FOUND } from '../../src/slack/views/link-choice.ts';
import { openBot, read, type TestBot } from './bot.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot();
});
afterEach(() => bot.close());

const wrote = (person: Person, text: string, writing: Writing = {}) =>
  bot.answerTo(person, () => person.write(text, writing));
const mentioned = (person: Person, text: string, writing: Writing = {}) =>
  wrote(person, `@Payout Desk ${text}`, { channel: bot.channels.payouts, ...writing });

test('a mention is answered as the command is, to the person alone', async () => {
  const { operator } = bot.people;
  const card = await mentioned(operator, `track ${WELL_KNOWN.issued}`);
  expect(read(card)).toContain('ISSUED');
  expect(card).toMatchObject({ ephemeralFor: operator.id, channel: bot.channels.payouts.id });
  expect(card.threadTs).toBeUndefined();
  // A link needs no command, a status neither; an address and an email come in Slack’s own signs.
  for (const [text, shown] of [
    [WELL_KNOWN.issued, 'ISSUED'],
    ['expired', 'EXPIRED'],
    ['9820011101', 'ISSUED'],
    ['zubin.wadia@mail.example', 'ISSUED'],
    ['help track', COMMAND_WORDS.track.usage],
    ['', COMMAND_WORDS.list.usage],
    ['track', PROBLEMS.noLink],
  ] as const) {
    expect(read(await mentioned(operator, text))).toContain(shown);
  }
  const posted = bot.slack.messages(bot.channels.payouts);
  expect(posted.filter(({ author }) => author === undefined)).toEqual([]);
});

test('in a thread the answer is in the thread', async () => {
  const { operator, approver } = bot.people;
  const { message: thread } = await approver.write('did Zubin claim it?', { channel: bot.channels.payouts });
  const card = await mentioned(operator, `track ${WELL_KNOWN.issued}`, { thread });
  expect(card).toMatchObject({ ephemeralFor: operator.id, threadTs: thread.ts });
  // What is clicked there stays there.
  const again = await bot.answerTo(operator, () => operator.click(card, 'Send reminder'));
  expect(again.threadTs).toBe(thread.ts);
});

test.each([
  'thanks @Payout Desk',
  'ask @Payout Desk to track 9820011101',
  '@Payout Desk thanks a lot',
  '@Payout Desk Asha Rao',
])('"%s" in a channel gets a short help, not a search', async (text) => {
  const { operator } = bot.people;
  const answer = await wrote(operator, text, { channel: bot.channels.payouts });
  expect(answer.ephemeralFor).toBe(operator.id);
  expect(read(answer)).toContain('right after its name');
  expect(bot.instantpay.calls).toEqual([]);
});

test('a direct message is answered in the conversation, and stays there', async () => {
  const { operator } = bot.people;
  const card = await wrote(operator, `track ${WELL_KNOWN.issued}`);
  expect(card).toMatchObject({ channel: operator.directMessages, ephemeralFor: undefined });
  expect(read(card)).toContain('ISSUED');
  // What is no command is looked up there, as after /payout.
  expect(read(await wrote(operator, 'Zubin Wadia'))).toContain('ISSUED');
  expect(read(await wrote(operator, 'Nobody Atall'))).toContain(String(NONE_FOUND));
  await bot.done(() => operator.click(card, 'Refresh'));
  expect(card.edits).toHaveLength(1);
});

test('a remark in the thread of a direct message is no search; a command there is answered there', async () => {
  const { operator } = bot.people;
  const card = await wrote(operator, `track ${WELL_KNOWN.issued}`);
  const calls = bot.instantpay.calls.length;
  expect(read(await wrote(operator, 'paid twice, I think', { thread: card }))).toContain(
    'right after its name',
  );
  expect(bot.instantpay.calls).toHaveLength(calls);
  const answer = await wrote(operator, `track ${WELL_KNOWN.expired}`, { thread: card });
  expect(answer.threadTs).toBe(card.ts);
  expect(read(answer)).toContain('EXPIRED');
});

test('a cancellation by mention: with a reason it is requested, without one the card has the button', async () => {
  const { operator } = bot.people;
  const card = await mentioned(operator, `cancel ${WELL_KNOWN.issued}`);
  expect(read(card)).toContain('[Cancel link]');
  for (const words of [
    `cancel ${WELL_KNOWN.issued} ${WELL_KNOWN.issuedLarge}`,
    'cancel Zubin Wadia',
    'cancel',
  ])
    expect(read(await mentioned(operator, words))).toMatch(/Put a name in quotes|Enter a link/);
  expect(bot.slack.messages(bot.channels.approvals)).toEqual([]);
  await mentioned(operator, `cancel ${WELL_KNOWN.issued} paid twice`);
  expect(read(await bot.slack.message(bot.channels.approvals, () => true))).toContain('paid twice');
});

test('delivered again, to this replica or another, it is done once', async () => {
  const { operator } = bot.people;
  const { delivered } = await operator.write(`@Payout Desk notify ${WELL_KNOWN.issued}`, {
    channel: bot.channels.payouts,
  });
  await bot.idle();
  const [first] = delivered;
  await bot.done(async () => {
    if (!first) throw new Error('the mention was not delivered');
    return first.again({ retry: { number: 1, reason: 'http_timeout' }, copies: 3 });
  });
  await bot.restart();
  await bot.done(async () => {
    if (!first) throw new Error('the mention was not delivered');
    return first.again({ retry: { number: 2, reason: 'http_error' } });
  });
  expect(bot.instantpay.callsOf('notify')).toHaveLength(1);
  expect(operator.ephemerals()).toHaveLength(1);
});

test('acknowledged at once, whoever does not answer: Slack, InstantPay or the store', async () => {
  const { operator } = bot.people;
  bot.slack.faults.set('users.info', { kind: 'hold' });
  bot.instantpay.fault({ effect: { kind: 'noHeaders' }, times: 0 });
  const { message, delivered } = await operator.write(
    `@Payout Desk track ${WELL_KNOWN.issued} https://instant.pe/LS25FH`,
    {
      channel: bot.channels.payouts,
    },
  );
  delivered.push(...(await operator.write(WELL_KNOWN.issued)).delivered);
  delivered.push(await operator.shortcut(SHORTCUT_IDS.findLinks, { message }));
  // A mention and an address, a direct message, a shortcut.
  expect(delivered.map(({ ack }) => ack.acknowledged)).toEqual([true, true, true, true]);
  expect(bot.entries().filter(({ msg }) => msg === 'handled')).toEqual([]);
  bot.slack.faults.clear();
  bot.instantpay.clearFaults();
  await bot.idle();
});

test('people are named in a message as in a command, and a deputy is told once', async () => {
  const { approver, secondApprover } = bot.people;
  const { delivered } = await approver.write(`@Payout Desk away <@${secondApprover.id}> until next friday`, {
    channel: bot.channels.payouts,
  });
  await bot.done(async () => {
    const [first] = delivered;
    if (!first) throw new Error('the mention was not delivered');
    return first.again({ retry: { number: 1, reason: 'http_timeout' } });
  });
  const told = bot.slack.messages(secondApprover.directMessages);
  expect(told).toHaveLength(1);
  expect(read(await mentioned(approver, 'away'))).toContain(secondApprover.id);
});

test('bots, edits, other kinds of messages and Payout Desk itself are not heard', async () => {
  const { operator } = bot.people;
  const said = { text: `<@${bot.slack.bot.userId}> track ${WELL_KNOWN.issued}`, ts: '1.000001' };
  const inChannel = { ...said, type: 'app_mention', channel: bot.channels.payouts.id };
  const direct = { ...said, type: 'message', channel_type: 'im', channel: operator.directMessages };
  for (const event of [
    { ...inChannel, user: bot.slack.bot.userId },
    { ...inChannel, user: operator.id, bot_id: 'B0OTHER' },
    { ...inChannel, user: operator.id, edited: { user: operator.id, ts: '1.000002' } },
    { ...inChannel, user: operator.id, channel: operator.directMessages },
    { ...direct, user: operator.id, subtype: 'message_changed' },
    { ...direct, user: operator.id, subtype: 'file_share' },
    { ...direct, user: operator.id, channel_type: 'channel', channel: bot.channels.payouts.id },
    { ...direct, user: operator.id, text: '  ' },
    { ...direct, user: undefined },
    { ...direct, user: operator.id, text: null },
  ]) {
    const sent = await operator.event(event);
    expect(sent.ack.acknowledged).toBe(true);
  }
  // Something that is answered after all of them.
  await bot.answerTo(operator, () => operator.command('/payout', 'help'));
  expect(bot.instantpay.calls).toEqual([]);
  expect(bot.slack.allMessages).toHaveLength(1);
});

test('guests and people of other workspaces are refused, privately', async () => {
  const { outsider, operator } = bot.people;
  const refused = await mentioned(outsider, `track ${WELL_KNOWN.issued}`);
  expect(read(refused)).toContain(NOT_A_MEMBER.guest);
  expect(refused.ephemeralFor).toBe(outsider.id);
  const other = await bot.answerTo(operator, () =>
    operator.event({
      type: 'app_mention',
      user: operator.id,
      user_team: 'T0OTHERCO',
      text: `<@${bot.slack.bot.userId}> track ${WELL_KNOWN.issued}`,
      ts: '1.000001',
      channel: bot.channels.payouts.id,
    }),
  );
  expect(read(other)).toContain(OTHER_WORKSPACE);
  expect(bot.instantpay.calls).toEqual([]);
});

test('where Payout Desk cannot answer in the channel, the person gets a direct message', async () => {
  const { operator } = bot.people;
  bot.slack.faults.set('chat.postEphemeral', { kind: 'error', error: 'user_not_in_channel' });
  const card = await mentioned(operator, `track ${WELL_KNOWN.issued}`);
  expect(card.channel).toBe(operator.directMessages);
});

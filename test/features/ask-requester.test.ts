/** Owns `Ask requester`: posted in the card's thread and sent to the requester, once, only while there is something to decide. */

import { afterEach, expect, test } from 'vitest';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { QUESTION_MISSING } from '../../src/payouts/cancel/question.ts';
import { ACTION_IDS } from '../../src/slack/block-kit/ids.ts';
import { COMMENT_HERE } from '../../src/slack/views/approval-card.ts';
import { ASK_REQUESTER } from '../../src/slack/views/approval-parts.ts';
import { QUESTION_NOT_SENT, QUESTION_SENT } from '../../src/slack/views/approval-thread.ts';
import { actionLabel } from '../../src/slack/views/audit-labels.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel, mentionsIn, the } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

const WORDS = 'Is <!channel> 9820011101 *really* wrong?';
const SHOWN = 'Is <!channel> ******1101 *really* wrong?';
const asked = (where: { id: string } | string) =>
  bot.slack.messages(where).filter((message) => !message.deleted && read(message).includes(SHOWN));

test('an approver asks: in the thread with a mention of the requester, and by direct message with a link to it', async () => {
  bot = await openBot();
  const { admin, approver, operator } = bot.people;
  const { linkId, card } = await askToCancel(bot);
  expect(read(card)).toContain(COMMENT_HERE);
  await approver.click(card, ASK_REQUESTER);
  const modal = await approver.modal();
  expect(JSON.stringify(modal.view)).toContain('₹12,500.50');
  await approver.submit(modal, { reason: ' \n ' }, { lenient: true });
  expect(Object.values(modal.errors).join()).toContain(QUESTION_MISSING);
  const answer = await bot.answerTo(approver, () => approver.submit(modal, { reason: WORDS }));
  expect(answer.ephemeralFor).toBe(approver.id);
  expect(read(answer)).toContain(QUESTION_SENT);

  const posted = the(asked(bot.channels.approvals));
  expect(posted.threadTs).toBe(card.ts);
  expect(mentionsIn(posted)).toEqual([operator.id, approver.id]);
  const told = the(asked(operator.directMessages));
  expect(JSON.stringify(told.blocks)).toContain(`/archives/${card.channel}/`);
  expect(read(told)).toContain('₹12,500.50');
  // Nobody else is told, and the request still waits.
  expect(bot.slack.allMessages.filter((message) => read(message).includes(SHOWN))).toHaveLength(2);
  expect(read(card)).toContain('[Approve]');
  expect(read(card)).toContain('1 question');
  expect(read(await bot.say(admin, `audit ${linkId}`))).toContain(actionLabel('question.asked'));

  await approve(bot, card, approver);
  expect(bot.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).not.toContain(`[${ASK_REQUESTER}]`);
});

test('a submission that Slack delivers three times is one question', async () => {
  bot = await openBot();
  const { approver, operator } = bot.people;
  const { card } = await askToCancel(bot);
  await approver.click(card, ASK_REQUESTER);
  const modal = await approver.modal();
  await bot.done(() => approver.submit(modal, { reason: WORDS }, { copies: 3 }));
  expect(asked(bot.channels.approvals)).toHaveLength(1);
  expect(asked(operator.directMessages)).toHaveLength(1);
});

test('decided meanwhile: a late submission says so, and so does a card that still shows the button', async () => {
  bot = await openBot();
  const { approver, secondApprover, operator } = bot.people;
  const { card } = await askToCancel(bot);
  await approver.click(card, ASK_REQUESTER);
  const modal = await approver.modal();
  await approve(bot, card, secondApprover);
  const late = await bot.answerTo(approver, () => approver.submit(modal, { reason: WORDS }));
  expect(read(late)).toContain(QUESTION_NOT_SENT);
  expect(read(late)).toContain('Link cancelled');
  const stale = await bot.answerTo(approver, () =>
    approver.click(card, 'Details', {
      forge: (payload) => {
        const actions = Array.isArray(payload['actions']) ? payload['actions'] : [];
        return { ...payload, actions: [{ ...actions[0], action_id: ACTION_IDS.approvalAsk }] };
      },
    }),
  );
  expect(read(stale)).toContain(QUESTION_NOT_SENT);
  for (const place of [bot.channels.approvals, operator.directMessages]) expect(asked(place)).toHaveLength(0);
});

test('who may not decide may not ask; nor may the requester ask themselves', async () => {
  bot = await openBot();
  const { operator, approver } = bot.people;
  const { card } = await askToCancel(bot, { by: approver });
  const no = await bot.answerTo(operator, () => operator.click(card, ASK_REQUESTER));
  expect(read(no)).toContain(notPermitted('approve'));
  await approver.click(card, ASK_REQUESTER);
  const modal = await approver.modal();
  const own = await bot.answerTo(approver, () => approver.submit(modal, { reason: WORDS }));
  expect(read(own)).toContain(QUESTION_NOT_SENT);
  expect(asked(bot.channels.approvals)).toHaveLength(0);
});

test('Slack refuses the post: the question is kept and posted later, once', async () => {
  bot = await openBot();
  const { approver, operator } = bot.people;
  const { card } = await askToCancel(bot);
  await approver.click(card, ASK_REQUESTER);
  const modal = await approver.modal();
  bot.slack.faults.set('chat.postMessage', { kind: 'error', error: 'internal_error' });
  await bot.done(() => approver.submit(modal, { reason: WORDS }));
  bot.slack.faults.clear();
  expect(asked(bot.channels.approvals)).toHaveLength(0);
  await bot.pass(60_000);
  await bot.pass(60_000);
  expect(the(asked(bot.channels.approvals)).threadTs).toBe(card.ts);
  expect(asked(bot.channels.approvals)).toHaveLength(1);
  expect(asked(operator.directMessages)).toHaveLength(1);
});

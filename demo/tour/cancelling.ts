/** Owns the tour's first cancellation: requested by one person, approved by another, executed once. */

import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { INPUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { ASK_REQUESTER } from '../../src/slack/views/approval-parts.ts';
import { actionLabel } from '../../src/slack/views/audit-labels.ts';
import type { Chapter } from './tour.ts';

const linkId = WELL_KNOWN.issued;

export const cancelling: Chapter = {
  title: 'A cancellation takes two people',
  steps: [
    {
      claim: 'A request shows the approvers a card and cancels nothing',
      async play({ types, find, expect }) {
        const { answer } = await types('operator', `cancel ${linkId} duplicate of invoice 118`);
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, '#payout-approvals', 'until it is approved');
        const card = find('approvals', linkId);
        expect.forAll(card, 'approvals');
        expect.reads(card, '₹12,500.50', 'Zubin Wadia', 'Asha Rao', 'duplicate of invoice 118', 'expires');
        // The approvers are mentioned, the requester is not.
        expect.reads(card, 'For approval: @S0APPROVERS');
        expect.lacks(card, '@Asha Rao');
        expect.buttons(card, 'Approve', 'Reject');
        expect.calls('cancel', 0);
      },
    },
    {
      claim: 'A second request for the same link shows the first',
      async play({ types, slack, expect }) {
        const { answer } = await types('approver', `cancel ${linkId} I think this is a duplicate`);
        expect.reads(answer, 'already open', '@Asha Rao');
        const cards = slack.messages(slack.channels.approvals);
        expect.that(cards.length === 1, `there are ${cards.length} cards`);
      },
    },
    {
      claim: 'The approvals list shows waiting requests, the own one with Withdraw',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'approvals');
        expect.reads(answer, '1 cancellation request waiting', 'C-1001', 'duplicate of invoice 118');
        expect.buttons(answer, 'Withdraw');
        expect.noButtons(answer, 'Approve');
      },
    },
    {
      claim: 'The requester cannot approve',
      async play({ presses, find, expect }) {
        const card = find('approvals', linkId);
        const { answer } = await presses('operator', card, 'Approve');
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'You do not have permission');
        expect.buttons(card, 'Approve', 'Reject');
        expect.calls('cancel', 0);
      },
    },
    {
      claim: 'An approver asks the requester first: in the thread of the card, and by direct message',
      async play({ presses, fillsIn, find, told, expect }) {
        const card = find('approvals', linkId);
        const { form } = await presses('approver', card, ASK_REQUESTER);
        expect.reads(form, '₹12,500.50', 'Question');
        const question = 'Which invoice, <!here>? Call 9820011102.';
        const shown = 'Which invoice, <!here>? Call ******1102.';
        const { answer } = await fillsIn('approver', form, { [INPUT_IDS.reasonText]: question });
        expect.onlyFor(answer, 'approver');
        const post = find('approvals', shown);
        expect.that(post?.threadTs === card?.ts, 'the question is not in the thread of the card');
        expect.reads(post, '@Asha Rao', '@Vikram Shah');
        expect.reads(told('operator', shown), 'the thread of the request');
        expect.buttons(card, 'Approve', 'Reject');
      },
    },
    {
      claim: 'An approver approves; however often the click arrives, InstantPay gets one cancel call',
      async play({ presses, find, expect, instantpay }) {
        const card = find('approvals', linkId);
        await presses('approver', card, 'Approve', { copies: 3 });
        expect.calls('cancel', 1, linkId);
        expect.that(instantpay.link(linkId)?.status === 'CANCELLED', 'the link is not cancelled');
      },
    },
    {
      claim: 'The card is three lines: the outcome, who decided, why; of its buttons Details is left',
      play({ find, expect }) {
        const card = find('approvals', linkId);
        expect.reads(card, 'cancelled', '@Asha Rao', '@Vikram Shah', 'duplicate of invoice 118');
        expect.that(card?.blocks.length === 3, 'the card is not three lines');
        expect.buttons(card, 'Details');
        expect.noButtons(card, 'Approve', 'Reject', ASK_REQUESTER);
      },
    },
    {
      claim:
        'The requester is told by direct message, and the channel where it was typed shows nothing of it',
      play({ told, find, expect }) {
        expect.reads(told('operator', 'Link cancelled'), linkId, 'Next:');
        const inChannel = find('payouts', 'Link cancelled');
        expect.that(!inChannel || inChannel.ephemeralFor !== undefined, 'the channel shows the outcome');
      },
    },
    {
      claim: 'Slack delivers the click once more, and nothing is done twice',
      async play({ meanwhile, slack, expect }) {
        const click = slack.deliveries.findLast(({ outbound }) => outbound.payload.type === 'block_actions');
        const { messages } = await meanwhile('Slack delivers that click once more', async () => {
          await click?.again({ retry: { number: 1, reason: 'http_timeout' } });
        });
        const answer = messages.find(({ message }) => message.ephemeralFor)?.message;
        expect.onlyFor(answer, 'approver');
        expect.reads(answer, 'You have already approved', 'second click');
        expect.calls('cancel', 1, linkId);
      },
    },
    {
      claim: 'Details has the history, the IDs, the approvals and the audit, only visible to who asks',
      async play({ presses, find, expect }) {
        const { answer } = await presses('operator', find('approvals', linkId), 'Details');
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, linkId, 'InstantPay request ID', '1 of 1', 'Payout link cancelled');
        expect.reads(
          answer,
          ...(['cancel.requested', 'question.asked', 'cancel.executed'] as const).map(actionLabel),
        );
      },
    },
    {
      claim: 'Track shows the same status',
      async play({ types, expect }) {
        const { answer } = await types('operator', `track ${linkId}`);
        expect.reads(answer, 'CANCELLED');
        expect.noButtons(answer, 'Cancel link', 'Send reminder');
      },
    },
    {
      claim: 'A link that is already cancelled cannot be requested again',
      async play({ types, expect }) {
        const { answer } = await types('operator', `cancel ${linkId} to be sure`);
        expect.reads(answer, 'Only ISSUED links can be cancelled', 'CANCELLED');
        expect.calls('cancel', 1);
      },
    },
  ],
};

/** Owns the tour's other ways a cancel request ends: rejected, too late, own request, two approvers. */

import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { PRESET_REASONS } from '../../src/payouts/cancel/reason.ts';
import { onlyIssued } from '../../src/payouts/cancel/words.ts';
import { INPUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { CANCEL_REASON } from '../../src/slack/views/cancel-form.ts';
import type { Chapter, Tour } from './tour.ts';

const { issuedExpiring, issuedLarge, hostile, claimed } = WELL_KNOWN;

/** A seeded link that is ISSUED and small, apart from the well-known ones. */
function smallLink({ instantpay }: Tour): string {
  const link = instantpay
    .links('ISSUED')
    .find(({ linkId, amountPaise }) => !linkId.startsWith('6570a000') && amountPaise < 5_000_000);
  if (!link) throw new Error('no small ISSUED link');
  return link.linkId;
}

export const decisions: Chapter = {
  title: 'Not every request is approved',
  steps: [
    {
      claim:
        'Three links in one request: the form names the one that cannot be cancelled, before anything is typed',
      async play(tour) {
        const { types, expect } = tour;
        const linkIds = [smallLink(tour), issuedLarge, claimed];
        const { form } = await types('operator', `cancel ${linkIds.join(' ')}`);
        expect.reads(form, '2 links', onlyIssued('CLAIMED'), CANCEL_REASON);
        expect.calls('cancel', 0, issuedLarge);
      },
    },
    {
      claim: 'A click on a reason is enough; the request is for the other two, and may be withdrawn',
      async play({ slack, fillsIn, presses, find, expect }) {
        const form = slack.views.findLast(({ isOpen }) => isOpen);
        const reason = PRESET_REASONS.not_needed;
        const { answer } = await fillsIn('operator', form, { [CANCEL_REASON]: reason });
        expect.onlyFor(answer, 'operator');
        expect.reads(find('approvals', reason), '2 links');
        await presses('operator', answer, 'Withdraw');
        expect.reads(find('approvals', reason), 'withdrawn');
      },
    },
    {
      claim: 'Without a reason a form shows the link and asks why',
      async play({ types, expect }) {
        const { form } = await types('operator', `cancel ${issuedExpiring}`);
        expect.reads(form, '₹4,999.00 to Yamini Oommen', issuedExpiring, CANCEL_REASON, '[Request approval]');
        expect.calls('cancel', 0, issuedExpiring);
      },
    },
    {
      claim: 'A reason with <!channel> in it stays text: nobody is mentioned, and the number in it is masked',
      async play({ slack, fillsIn, find, expect }) {
        const form = slack.views.findLast(({ isOpen }) => isOpen);
        const reason = '<!channel> wrong amount, call 9820011102';
        const { answer } = await fillsIn('operator', form, {
          [CANCEL_REASON]: 'Other',
          [INPUT_IDS.reasonText]: reason,
        });
        expect.onlyFor(answer, 'operator');
        const card = find('approvals', issuedExpiring);
        expect.reads(card, '<!channel> wrong amount', '******1102');
        expect.callsNobody(card);
        expect.callsNobody(answer);
      },
    },
    {
      claim: 'Reject asks why',
      async play({ presses, find, expect }) {
        const { form } = await presses('approver', find('approvals', issuedExpiring), 'Reject');
        expect.reads(form, 'Reason', '[Reject]');
      },
    },
    {
      claim: 'The card and the requester get the rejection with its reason; nothing was cancelled',
      async play({ slack, fillsIn, find, told, expect, instantpay }) {
        const form = slack.views.findLast(({ isOpen }) => isOpen);
        const why = 'The amount is right, I checked the order';
        await fillsIn('approver', form, { [INPUT_IDS.reasonText]: why });
        const card = find('approvals', issuedExpiring);
        expect.reads(card, 'Rejected', '@Vikram Shah', why);
        expect.noButtons(card, 'Approve', 'Reject');
        expect.reads(told('operator', 'Rejected', issuedExpiring), why);
        expect.calls('cancel', 0, issuedExpiring);
        expect.that(instantpay.link(issuedExpiring)?.status === 'ISSUED', 'the link changed');
      },
    },
    {
      claim: 'A link claimed between request and approval is left alone, and the card says what it is now',
      async play(tour) {
        const { types, meanwhile, presses, find, told, expect, instantpay } = tour;
        const linkId = smallLink(tour);
        await types('operator', `cancel ${linkId} ordered twice`);
        await meanwhile('the recipient claims the link', () => instantpay.setStatus(linkId, 'CLAIMED'));
        await presses('secondApprover', find('approvals', linkId), 'Approve');
        const card = find('approvals', linkId);
        expect.reads(card, 'Not cancelled', 'CLAIMED', '@Meera Iyer');
        expect.noButtons(card, 'Approve', 'Reject');
        expect.reads(told('operator', linkId), 'Not cancelled', 'CLAIMED');
        expect.calls('cancel', 0, linkId);
      },
    },
    {
      claim: 'An approver cannot approve their own request either',
      async play({ types, presses, find, expect }) {
        await types('secondApprover', `cancel ${hostile} never ordered @here`);
        const card = find('approvals', hostile);
        expect.callsNobody(card);
        const { answer } = await presses('secondApprover', card, 'Approve');
        expect.onlyFor(answer, 'secondApprover');
        expect.reads(answer, 'your own request');
        expect.buttons(card, 'Approve', 'Reject');
        expect.calls('cancel', 0, hostile);
      },
    },
    {
      claim: 'But may withdraw it',
      async play({ presses, slack, find, expect }) {
        const refusal = slack.people.secondApprover.ephemerals().at(-1);
        await presses('secondApprover', refusal, 'Withdraw');
        expect.reads(find('approvals', hostile), 'Withdrawn');
        expect.noButtons(find('approvals', hostile), 'Approve', 'Reject');
      },
    },
    {
      claim: 'A large amount takes two approvers: after one, nothing is cancelled',
      async play({ types, presses, find, expect }) {
        await types('operator', `cancel ${issuedLarge} supplier is insolvent`);
        expect.reads(
          find('approvals', issuedLarge),
          '₹4,87,500.00',
          'From ₹2,00,000.00: 2 approvals',
          '0 of 2 approvals',
        );
        await presses('approver', find('approvals', issuedLarge), 'Approve');
        expect.reads(find('approvals', issuedLarge), '1 of 2 approvals', '@Vikram Shah');
        expect.buttons(find('approvals', issuedLarge), 'Approve');
        expect.calls('cancel', 0, issuedLarge);
      },
    },
    {
      claim: 'The same approver does not count twice',
      async play({ presses, find, expect }) {
        const { answer } = await presses('approver', find('approvals', issuedLarge), 'Approve');
        expect.onlyFor(answer, 'approver');
        expect.reads(answer, 'already approved');
        expect.calls('cancel', 0, issuedLarge);
      },
    },
    {
      claim: 'The second approver approves, and the link is cancelled',
      async play({ presses, find, expect }) {
        await presses('secondApprover', find('approvals', issuedLarge), 'Approve');
        expect.reads(find('approvals', issuedLarge), 'cancelled', '@Vikram Shah and @Meera Iyer');
        expect.calls('cancel', 1, issuedLarge);
      },
    },
    {
      claim: 'An approver who is away names a deputy, who is told',
      async play({ types, told, expect }) {
        const { answer } = await types('approver', 'away @kavya until tomorrow');
        expect.onlyFor(answer, 'approver');
        expect.reads(answer, 'You are away', '@Kavya Nair');
        expect.reads(told('admin', 'deputy'), '@Vikram Shah is away');
      },
    },
    {
      claim: 'The deputy approves in place of the approver, and the card names both',
      async play(tour) {
        const { types, presses, find, expect } = tour;
        const linkId = smallLink(tour);
        await types('operator', `cancel ${linkId} sent to the old address`);
        await presses('admin', find('approvals', linkId), 'Approve');
        expect.reads(find('approvals', linkId), 'cancelled', '@Kavya Nair for @Vikram Shah');
        expect.calls('cancel', 1, linkId);
      },
    },
    {
      claim: 'The approver is back, and the deputy decides no more',
      async play(tour) {
        const { types, presses, find, told, expect } = tour;
        expect.reads((await types('approver', 'back')).answer, 'You are back');
        expect.reads(told('admin', 'no longer'), '@Vikram Shah');
        const linkId = smallLink(tour);
        await types('operator', `cancel ${linkId} ordered by mistake`);
        const { answer } = await presses('admin', find('approvals', linkId), 'Approve');
        expect.onlyFor(answer, 'admin');
        expect.reads(answer, 'You do not have permission to decide');
        expect.buttons(find('approvals', linkId), 'Approve', 'Reject');
        expect.calls('cancel', 0, linkId);
        await presses('approver', find('approvals', linkId), 'Approve');
        expect.calls('cancel', 1, linkId);
      },
    },
  ],
};

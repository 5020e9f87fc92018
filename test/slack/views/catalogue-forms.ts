/** Owns the catalogue's part on forms, on Details and questions, and on what stands below an address. */

import { md } from '../../../src/slack/block-kit/text.ts';
import { sharedOutcome, questionNotice, questionPost } from '../../../src/slack/views/approval-thread.ts';
import { cancelChoiceForm, tryAgainForm } from '../../../src/slack/views/cancel-choice-form.ts';
import { cancelForm } from '../../../src/slack/views/cancel-form.ts';
import { linkDetails, requestDetails } from '../../../src/slack/views/details.ts';
import { cancelLinkForm, trackForm, transactionForm } from '../../../src/slack/views/entry-forms.ts';
import { waitingForm } from '../../../src/slack/views/form-parts.ts';
import { askModal } from '../../../src/slack/views/modals.ts';
import { notUnderstood } from '../../../src/slack/views/suggestions.ts';
import { unfurl } from '../../../src/slack/views/unfurl.ts';
import { type CatalogueEntry, seal, someLinks } from './catalogue.ts';
import { aBatch } from './catalogue-requests.ts';
import { listForm } from '../../../src/slack/views/list-form.ts';
import { aLink, anApproval, anAuditRow, anOutcome, aTrackedLink, DECIDED, NOW } from './samples.ts';

const QUESTION = { id: 'q1', by: 'U0APP', at: NOW, text: 'Which invoice is it a duplicate of?' };
const possible = (link = aLink()) => ({
  linkId: link.linkId,
  view: {
    tracked: aTrackedLink({ linkId: link.linkId, amountPaise: link.amountPaise }),
    record: link,
    recordProblem: undefined,
  },
});

export function formEntries(): CatalogueEntry[] {
  const [first, second, third] = someLinks(3);
  const base = { impossible: [], given: {}, now: NOW };
  const others = { links: someLinks(2), incomplete: undefined };
  return [
    { name: 'form-cancel', shown: cancelForm('sealed', { ...base, possible: [possible()] }) },
    { name: 'form-cancel-others', shown: cancelForm('sealed', { ...base, possible: [possible()], others }) },
    {
      name: 'form-cancel-three',
      shown: cancelForm('sealed', {
        ...base,
        possible: [possible(first), possible(second), possible(third)],
        impossible: [{ label: '6578262c5e6c5b4a6d3f1a2f', problem: 'CLAIMED: the recipient was paid.' }],
      }),
    },
    {
      name: 'form-cancel-choice',
      shown: cancelChoiceForm('sealed', {
        links: someLinks(20),
        environment: 'live',
        more: { count: 12, atLeast: false },
        incomplete: undefined,
        what: 'Asha Rao',
        now: NOW,
      }),
    },
    { name: 'form-cancel-waiting', shown: waitingForm('Request cancellation') },
    { name: 'form-cancel-try-again', shown: tryAgainForm('sealed', 'InstantPay does not respond.') },
    { name: 'form-ask', shown: askModal('sealed', aBatch()) },
    { name: 'form-track', shown: trackForm('sealed') },
    { name: 'form-cancel-link', shown: cancelLinkForm('sealed') },
    {
      name: 'form-transaction',
      shown: transactionForm('sealed', { today: '2026-11-20', reference: 'INV-118' }),
    },
    {
      name: 'form-list',
      shown: listForm('sealed', {
        statuses: ['ISSUED'],
        contact: undefined,
        from: '2026-11-16',
        overPaise: 5_000_000,
        sort: 'largest',
      }),
    },
    ...answers(),
  ];
}

function answers(): CatalogueEntry[] {
  const batch = aBatch({ ...DECIDED, status: 'executed', outcome: anOutcome() });
  const audit = {
    rows: [anAuditRow(), anAuditRow({ sequence: 8, action: 'cancel.approved', actorId: 'U0APP' })],
    earlier: 12,
  };
  const view = { tracked: aTrackedLink(), record: aLink(), recordProblem: undefined };
  return [
    {
      name: 'details-request',
      shown: requestDetails({ batch, link: aTrackedLink({ status: 'CANCELLED' }), audit }, NOW),
    },
    { name: 'details-link', shown: linkDetails({ link: view, audit }, NOW) },
    { name: 'question-in-thread', shown: questionPost(aBatch(), QUESTION, NOW) },
    {
      name: 'question-direct',
      shown: questionNotice(aBatch(), QUESTION, {
        now: NOW,
        cardLink: 'https://team.slack.com/archives/C1/p1',
      }),
    },
    {
      name: 'shared-card-outcome',
      shown: sharedOutcome(anApproval({ ...DECIDED, status: 'executed', outcome: anOutcome() }), NOW),
    },
    {
      name: 'suggestion',
      shown: notUnderstood(
        {
          ok: false,
          problem: '“cancle” is not a command.',
          about: 'cancel',
          suggestions: [
            {
              name: 'cancel',
              typed: 'cancel 9820011101 duplicate',
              shown: '/payout cancel ******1101 duplicate',
            },
          ],
        },
        { seal },
      ),
    },
    {
      name: 'unfurl',
      shown: { text: md`unfurl`, blocks: unfurl(aLink(), { environment: 'live', now: NOW }) },
    },
  ];
}

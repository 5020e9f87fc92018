/** Owns the tour's App Home: a queue on a phone, several approved with one confirmation. */

import { APPROVE_BY_ITSELF } from '../../src/slack/views/approve-selected.ts';
import { NOTHING_TO_DECIDE, YOUR_DECISIONS } from '../../src/slack/views/home.ts';
import { WELCOME } from '../../src/slack/views/welcome.ts';
import type { Chapter, Tour } from './tour.ts';

const REASON = 'sent to the wrong list';

/** Seeded links that are ISSUED, small and still without a request, apart from the well-known ones. */
function smallLinks({ instantpay, slack }: Tour): string[] {
  const named = slack
    .messages(slack.channels.approvals)
    .map((card) => slack.toText(card))
    .join();
  return instantpay
    .links('ISSUED')
    .filter(({ linkId, amountPaise }) => !linkId.startsWith('6570a000') && amountPaise < 5_000_000)
    .map(({ linkId }) => linkId)
    .filter((linkId) => !named.includes(linkId))
    .slice(0, 3);
}

export const home: Chapter = {
  title: 'App Home',
  steps: [
    {
      claim: 'The first visit is welcomed, once, and Home has nothing to decide',
      async play({ opensHome, told, slack, expect }) {
        const seen = await opensHome('approver');
        await opensHome('approver');
        expect.reads(seen, NOTHING_TO_DECIDE, 'Your permissions');
        // Slack does not wait for what follows an event, so the tour does.
        await slack.waitFor(() => told('approver', WELCOME), { what: 'the welcome', withinMs: 15_000 });
        const welcomes = slack
          .messages(slack.people.approver.directMessages)
          .filter((message) => slack.toText(message).includes(WELCOME));
        expect.that(welcomes.length === 1, `welcomed ${welcomes.length} times`);
        expect.reads(told('approver', WELCOME), 'Approve or reject');
      },
    },
    {
      claim: 'What is requested meanwhile is there without opening it again',
      async play(tour) {
        for (const linkId of smallLinks(tour)) await tour.types('operator', `cancel ${linkId} ${REASON}`);
        const seen = await tour.homeWith('approver', '3 requests');
        tour.expect.reads(seen, REASON, '[Select all]', '[Approve selected]');
        tour.expect.lacks(seen, APPROVE_BY_ITSELF);
      },
    },
    {
      claim: 'Select all and Approve selected: one form names how many and what they come to',
      async play({ pressesInHome, homeWith, expect }) {
        await pressesInHome('approver', 'Select all');
        await homeWith('approver', 'initial_options');
        const { form } = await pressesInHome('approver', 'Approve selected');
        expect.reads(form, 'Approve 3 cancellations', 'in total?', '[Approve]');
      },
    },
    {
      claim: 'Three taps in all: each link is cancelled once, and one message sums it up',
      async play({ slack, fillsIn, homeWith, told, expect, instantpay }) {
        const before = instantpay.callsOf('cancel').length;
        const form = slack.views.findLast(({ isOpen, type }) => isOpen && type === 'modal');
        await fillsIn('approver', form, {});
        expect.reads(told('approver', '3 requests approved'), 'in total');
        const calls = instantpay.callsOf('cancel').length - before;
        expect.that(calls === 3, `${calls} cancel calls`);
        const seen = await homeWith('approver', YOUR_DECISIONS, NOTHING_TO_DECIDE);
        expect.reads(seen, 'Link cancelled');
      },
    },
  ],
};

/** Owns the short tour: ten scenes from a look at a link to an audit that was verified. */

import { verdictLine } from '../../src/cli/audit-commands.ts';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { addDays, istDay, istInstant, MINUTE_MS } from '../../src/payouts/time.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import { openAudit } from '../../src/store/database.ts';
import type { Chapter, Tour } from './tour.ts';

const { issued, issuedLarge } = WELL_KNOWN;
const CANCELLED = String(OUTCOME_TITLES.cancelled);
const WAIT = { withinMs: 30_000 } as const;

/** Links that no other scene touches. */
const OF_SCENES = {
  claimed: { name: 'Naina Kulkarni', mobile: '9820033301' },
  hangs: { name: 'Harsha Vaidya', mobile: '9820033302' },
  killed: { name: 'Irfan Contractor', mobile: '9820033303' },
} as const;

function addLink({ instantpay }: Tour, which: keyof typeof OF_SCENES): string {
  const { name, mobile } = OF_SCENES[which];
  const person = { name, mobile, email: `${which}@mail.example` };
  return instantpay.addLink({ person, amountPaise: 8_400_00 }).linkId;
}

const lookUp: Chapter = {
  title: 'A link is found by what is known of it',
  steps: [
    {
      claim: 'A mobile number is enough; the card masks it',
      async play({ types, expect }) {
        const { name, mobile, email } = WELL_KNOWN_PEOPLE.issued;
        const { answer } = await types('operator', mobile);
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'ISSUED', '₹12,500.50', name, mobile.slice(-4));
        expect.lacks(answer, mobile, email);
        expect.buttons(answer, 'Send reminder', 'Cancel link');
      },
    },
  ],
};

const request: Chapter = {
  title: 'A cancellation is requested, not made',
  steps: [
    {
      claim: 'Approvers get a card and a mention; InstantPay gets no cancel call',
      async play({ types, find, expect }) {
        const { answer } = await types('operator', `cancel ${issued} duplicate of invoice 118`);
        expect.reads(answer, 'until it is approved');
        const card = find('approvals', issued);
        expect.forAll(card, 'approvals');
        expect.reads(card, '₹12,500.50', 'duplicate of invoice 118', 'For approval');
        expect.buttons(card, 'Approve', 'Reject');
        expect.calls('cancel', 0);
      },
    },
  ],
};

const refusal: Chapter = {
  title: 'Nobody approves alone',
  steps: [
    {
      claim: 'The requester presses Approve, and is refused with a reason',
      async play({ presses, find, expect }) {
        const { answer } = await presses('operator', find('approvals', issued), 'Approve');
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, notPermitted('approve'));
        expect.buttons(find('approvals', issued), 'Approve');
        expect.calls('cancel', 0);
      },
    },
    {
      claim: 'A guest is refused as well',
      async play({ presses, find, expect }) {
        const { answer } = await presses('outsider', find('approvals', issued), 'Approve');
        expect.onlyFor(answer, 'outsider');
        expect.calls('cancel', 0);
      },
    },
  ],
};

const approval: Chapter = {
  title: 'Approved five times, cancelled once',
  steps: [
    {
      claim: 'Five clicks: one card, edited to three lines, and 1 cancel call',
      async play({ presses, find, told, slack, expect, instantpay }) {
        await presses('approver', find('approvals', issued), 'Approve', { copies: 5 });
        const card = find('approvals', issued);
        expect.reads(card, CANCELLED, '@Vikram Shah', 'duplicate of invoice 118');
        expect.noButtons(card, 'Approve', 'Reject');
        expect.that(slack.messages(slack.channels.approvals).length === 1, 'there is another card');
        expect.that(instantpay.link(issued)?.status === 'CANCELLED', 'the link is not cancelled');
        expect.calls('cancel', 1, issued);
        expect.reads(told('operator', CANCELLED), issued);
      },
    },
  ],
};

const twoApprovers: Chapter = {
  title: 'A large amount takes two approvers',
  steps: [
    {
      claim: 'After one approval nothing is cancelled, however often the same person approves',
      async play({ types, presses, find, expect }) {
        await types('operator', `cancel ${issuedLarge} supplier is insolvent`);
        await presses('approver', find('approvals', issuedLarge), 'Approve');
        expect.reads(find('approvals', issuedLarge), '1 of 2 approvals');
        await presses('approver', find('approvals', issuedLarge), 'Approve');
        expect.reads(find('approvals', issuedLarge), '1 of 2 approvals');
        expect.calls('cancel', 0, issuedLarge);
      },
    },
    {
      claim: 'The second approver’s approval cancels it, once',
      async play({ presses, find, expect }) {
        await presses('secondApprover', find('approvals', issuedLarge), 'Approve');
        expect.reads(find('approvals', issuedLarge), CANCELLED, '@Vikram Shah and @Meera Iyer');
        expect.calls('cancel', 1, issuedLarge);
      },
    },
  ],
};

const recipientWins: Chapter = {
  title: 'The recipient is faster',
  steps: [
    {
      claim: 'Claimed before the approval: nothing is sent, and the card says what the link is now',
      async play(tour) {
        const { types, meanwhile, presses, find, expect, instantpay } = tour;
        const linkId = addLink(tour, 'claimed');
        await types('operator', `cancel ${linkId} ordered twice`);
        await meanwhile('the recipient claims the link', () => instantpay.claim(linkId));
        await presses('secondApprover', find('approvals', linkId), 'Approve');
        expect.reads(find('approvals', linkId), 'Not cancelled', 'PROCESSING');
        expect.calls('cancel', 0, linkId);
      },
    },
  ],
};

const hangs: Chapter = {
  title: 'InstantPay executes and does not answer',
  steps: [
    {
      claim: 'The card says that it is not confirmed, not that it failed',
      async play(tour) {
        const { types, presses, find, slack, expect, instantpay } = tour;
        const linkId = addLink(tour, 'hangs');
        const effect = { kind: 'noHeaders', when: 'after' } as const;
        instantpay.fault({ operation: 'cancel', linkId, effect });
        await types('operator', `cancel ${linkId} wrong amount`);
        await presses('approver', find('approvals', linkId), 'Approve');
        const unknown = String(STATE_TITLES.unknown);
        const { name } = OF_SCENES.hangs;
        await slack.waitFor(() => find('approvals', name, unknown), { what: unknown, ...WAIT });
        expect.that(instantpay.link(linkId)?.status === 'CANCELLED', 'InstantPay did not cancel it');
      },
    },
    {
      claim: 'A minute later it was settled by looking; still 1 cancel call',
      async play({ later, find, slack, expect }) {
        await later('a minute', MINUTE_MS, 'approvals');
        const { name } = OF_SCENES.hangs;
        const card = await slack.waitFor(() => find('approvals', name, CANCELLED), {
          what: CANCELLED,
          ...WAIT,
        });
        const linkId = /\b[0-9a-f]{24}\b/.exec(JSON.stringify(card.edits))?.[0] ?? '';
        expect.calls('cancel', 1, linkId);
      },
    },
  ],
};

const killed: Chapter = {
  title: 'Payout Desk is killed between approval and call',
  steps: [
    {
      claim: 'It starts again on the same database and finishes what was approved, with 1 cancel call',
      async play(tour) {
        const { types, presses, meanwhile, later, find, slack, desk, expect, instantpay } = tour;
        const linkId = addLink(tour, 'killed');
        await types('operator', `cancel ${linkId} sent to the old address`);
        const looks = instantpay.callsOf('track', linkId).length;
        const slow = { kind: 'delay', delayMs: 4_000 } as const;
        const atOnce = instantpay.fault({ operation: 'track', linkId, effect: slow, times: 0 });
        const approved = presses('approver', find('approvals', linkId), 'Approve');
        await slack.waitFor(() => instantpay.callsOf('track', linkId).length > looks, WAIT);
        expect.calls('cancel', 0, linkId);
        await meanwhile('Payout Desk is killed, and starts again by itself', async () => {
          desk.kill();
          await Promise.all([approved, desk.ended()]);
          atOnce();
          await desk.running();
        });
        await later('a minute', MINUTE_MS, 'approvals');
        expect.reads(find('approvals', linkId), CANCELLED);
        expect.calls('cancel', 1, linkId);
      },
    },
  ],
};

const morning: Chapter = {
  title: 'The morning digest',
  steps: [
    {
      claim:
        'Tomorrow’s digest says what changed since today’s; all that expire soon are reminded, once each',
      async play({ later, presses, slack, find, clock, expect, instantpay }) {
        await later('10:00', tenOn(clock(), 0), 'digest');
        await later('tomorrow 10:00', tenOn(clock(), 1), 'digest');
        const digest = await slack.waitFor(() => find('digests', 'Since', 'to remind'), WAIT);
        expect.reads(digest, 'expired', 'Complete');
        const label = /\[(Send reminder to all \d+)\]/.exec(slack.toText(digest))?.[1] ?? '';
        await presses('operator', digest, label);
        await slack.waitFor(() => find('digests', 'reminders sent') ?? toldOf(slack, 'reminders sent'), WAIT);
        const reminded = instantpay.callsOf('notify').map(({ linkId }) => linkId);
        expect.that(reminded.length > 1, 'nobody was reminded');
        expect.that(new Set(reminded).size === reminded.length, 'somebody was reminded twice');
      },
    },
    {
      claim: 'A list that cannot be read to its end gives an incomplete digest, without totals',
      async play({ types, expect, instantpay }) {
        instantpay.controls.maxRecordsPerPage = 25;
        const works = instantpay.fault({ operation: 'list', page: 3, effect: { kind: 'html500' }, times: 0 });
        const { answer } = await types('operator', 'digest');
        works();
        instantpay.controls.maxRecordsPerPage = undefined;
        expect.reads(answer, 'incomplete', 'Totals are not shown', 'Page 3');
        expect.lacks(answer, '₹');
      },
    },
  ],
};

const lookBack: Chapter = {
  title: 'Who, when and why',
  steps: [
    {
      claim: 'One line for each request: requested by, approved by, what became of it',
      async play({ types, expect }) {
        const { answer } = await types('admin', 'audit cancels');
        expect.onlyFor(answer, 'admin');
        expect.reads(
          answer,
          'requested by @Asha Rao',
          'approved by @Vikram Shah',
          'duplicate of invoice 118',
        );
      },
    },
    {
      claim: 'The chain of the audit is intact',
      async play({ meanwhile, databaseUrl, expect }) {
        const records = await openAudit(databaseUrl);
        const verdict = await records.audit.verify([]);
        await records.close();
        await meanwhile(`npm run audit -- verify: ${verdictLine(verdict)}`, () => {});
        expect.that(verdict.intact, 'it is not intact');
        expect.that(verdict.rowsChecked > 20, `it has ${verdict.rowsChecked} rows`);
      },
    },
  ],
};

export const TEN_SCENES: readonly Chapter[] = [
  lookUp,
  request,
  refusal,
  approval,
  twoApprovers,
  recipientWins,
  hangs,
  killed,
  morning,
  lookBack,
];

/** How long until just after ten, so many days later. */
function tenOn(now: number, days: number): number {
  return Math.max(0, istInstant(addDays(istDay(now), days), '10:00') + 1_000 - now);
}

function toldOf(slack: Tour['slack'], words: string) {
  const { directMessages } = slack.people.operator;
  return slack.messages(directMessages).find((message) => slack.toText(message).includes(words));
}

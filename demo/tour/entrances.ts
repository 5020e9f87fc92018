/** Owns the tour's other ways in: shortcuts, mentions, direct messages, and the address of a link in a message. */

import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { INPUT_IDS, SHORTCUT_IDS } from '../../src/slack/block-kit/ids.ts';
import type { Chapter } from './tour.ts';

const { name, mobile } = WELL_KNOWN_PEOPLE.issuedLarge;

export const entrances: Chapter = {
  title: 'Other ways in',
  steps: [
    {
      claim: 'A shortcut opens a form that takes anything, and shows the card itself',
      async play({ uses, fillsIn, expect, slack }) {
        const { form } = await uses('operator', SHORTCUT_IDS.track);
        await fillsIn('operator', form, { [INPUT_IDS.link]: mobile });
        const card = await slack.people.operator.modal();
        expect.reads(card, 'ISSUED', name, '[Refresh]');
        expect.lacks(card, '[Share here]', mobile);
        card.isOpen = false;
      },
    },
    {
      claim: 'A mention in a thread is answered there, only visible to the person',
      async play({ writes, expect }) {
        const { message: thread } = await writes('approver', 'Did they claim it?', { in: 'payouts' });
        const { answer } = await writes('operator', `@Payout Desk track ${mobile}`, {
          in: 'payouts',
          thread,
        });
        expect.onlyFor(answer, 'operator');
        expect.that(answer?.threadTs === thread.ts, 'it is not in the thread');
        expect.reads(answer, 'ISSUED', name);
      },
    },
    {
      claim: 'Thanks are no search',
      async play({ writes, expect, instantpay }) {
        const calls = instantpay.calls.length;
        const { answer } = await writes('operator', 'thanks @Payout Desk', { in: 'payouts' });
        expect.onlyFor(answer, 'operator');
        expect.that(instantpay.calls.length === calls, 'InstantPay was asked');
      },
    },
    {
      claim: 'A direct message needs no command',
      async play({ writes, told, expect }) {
        await writes('operator', mobile);
        expect.reads(told('operator', WELL_KNOWN.issuedLarge), 'ISSUED', name);
      },
    },
    {
      claim:
        'Below the address of a link everybody reads status, amount and expiry, and nothing about a person',
      async play({ writes, expect, instantpay, slack }) {
        const url = `https://instant.pe/${instantpay.link(WELL_KNOWN.issuedLarge)?.code}`;
        const { message } = await writes('operator', `Please look at ${url}`, { in: 'payouts' });
        await slack.waitFor(() => Object.keys(message.unfurls).length > 0, { what: 'the preview' });
        expect.reads(message, 'ISSUED', 'expires in');
        expect.lacks(message, name, mobile.slice(-4), WELL_KNOWN.issuedLarge);
      },
    },
    {
      claim: 'Find payout links here reads the links that a message names',
      async play({ writes, uses, expect }) {
        const { message } = await writes('approver', `${WELL_KNOWN.issued} and +91 ${mobile}, please`, {
          in: 'payouts',
        });
        const { answer } = await uses('operator', SHORTCUT_IDS.findLinks, message);
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, '2 payout links', WELL_KNOWN.issued, WELL_KNOWN.issuedLarge);
      },
    },
  ],
};

/** Owns the tour's look at links: lists, cards, searches, sharing. */

import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { rupees } from '../../src/slack/block-kit/text.ts';
import type { Chapter } from './tour.ts';

export const links: Chapter = {
  title: 'Looking at links',
  steps: [
    {
      claim: 'The list shows the ten newest links, only visible to the person',
      async play({ types, expect, instantpay }) {
        const { answer } = await types('operator', 'list');
        expect.onlyFor(answer, 'operator');
        const newest = instantpay.links();
        expect.reads(answer, 'LIVE', ...newest.slice(0, 10).map(({ linkId }) => linkId));
        expect.lacks(answer, newest[10]?.linkId ?? '');
        expect.buttons(answer, 'Older');
        expect.noButtons(answer, 'Newer');
      },
    },
    {
      claim: 'Older shows the next ten in the same message',
      async play({ presses, expect, instantpay, slack }) {
        const list = slack.people.operator.ephemerals().at(-1);
        const { answer, messages } = await presses('operator', list, 'Older');
        expect.that(messages.length === 1 && messages[0]?.what === 'edited', 'it is another message');
        expect.reads(
          answer,
          ...instantpay
            .links()
            .slice(10, 20)
            .map(({ linkId }) => linkId),
        );
        expect.buttons(answer, 'Older', 'Newer');
      },
    },
    {
      claim: 'The filter narrows the list to one status',
      async play({ chooses, expect, slack }) {
        const list = slack.people.operator.ephemerals().at(-1);
        const { answer } = await chooses('operator', list, 'Status', 'PROCESSING');
        expect.reads(answer, WELL_KNOWN.processing);
        expect.lacks(answer, WELL_KNOWN.issued, WELL_KNOWN.claimed, WELL_KNOWN.expired);
        expect.noButtons(answer, 'Cancel link', 'Send reminder');
      },
    },
    {
      claim: 'The menu of a row opens the card of its link',
      async play({ chooses, expect, slack }) {
        const list = slack.people.operator.ephemerals().at(-1);
        const { answer } = await chooses('operator', list, 'row_menu', 'Details', { nth: 1 });
        expect.onlyFor(answer, 'operator');
        expect.buttons(answer, 'Refresh');
      },
    },
    {
      claim: 'Days, amounts and an order, in any order: every link is read, with count and total',
      async play({ types, expect, instantpay }) {
        const { answer } = await types('operator', 'list over 50000 issued sort largest');
        const fits = instantpay.links('ISSUED').filter(({ amountPaise }) => amountPaise > 50_000_00);
        expect.onlyFor(answer, 'operator');
        expect.reads(
          answer,
          `${fits.length} link`,
          rupees(fits.reduce((sum, { amountPaise }) => sum + amountPaise, 0)),
          'Largest first',
        );
      },
    },
    {
      claim: 'A list is saved under a name and shown by it',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'list save urgent');
        expect.reads(answer, 'List saved', 'urgent', 'over ₹50,000.00');
        const shown = await types('operator', 'list urgent');
        expect.reads(shown.answer, 'over ₹50,000.00', 'Largest first');
      },
    },
    {
      claim: 'A card says who, how much, until when, and masks the number and the address',
      async play({ types, expect }) {
        const { answer } = await types('operator', `track ${WELL_KNOWN.issued}`);
        const { name, mobile, email } = WELL_KNOWN_PEOPLE.issued;
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'ISSUED', '₹12,500.50', name, 'LIVE', 'IST', mobile.slice(-4));
        expect.lacks(answer, mobile, email);
        expect.buttons(answer, 'Refresh', 'Send reminder', 'Cancel link', 'Share here');
      },
    },
    {
      claim: 'Share here shows the channel the card and who shared it',
      async play({ presses, expect, slack }) {
        const card = slack.people.operator.ephemerals().at(-1);
        const { messages } = await presses('operator', card, 'Share here');
        const shared = messages.find(({ message }) => !message.ephemeralFor)?.message;
        expect.forAll(shared, 'payouts');
        expect.reads(shared, 'Shared by @Asha Rao', WELL_KNOWN.issued);
      },
    },
    {
      claim: 'A name finds its one link at once',
      async play({ types, expect }) {
        const { answer } = await types('operator', `track ${WELL_KNOWN_PEOPLE.claimed.name}`);
        expect.reads(answer, 'CLAIMED', WELL_KNOWN.claimed);
        expect.noButtons(answer, 'Cancel link', 'Send reminder');
      },
    },
    {
      claim: 'Whatever is no command is looked up: a number in any spelling, an order ID',
      async play({ types, expect, instantpay }) {
        const { mobile } = WELL_KNOWN_PEOPLE.processing;
        const spelt = `+91-${mobile.slice(0, 5)} ${mobile.slice(5)}`;
        const byMobile = await types('operator', spelt);
        expect.reads(byMobile.answer, 'PROCESSING', WELL_KNOWN.processing);
        const orderId = instantpay.link(WELL_KNOWN.processing)?.orderId ?? '';
        const byOrder = await types('operator', orderId);
        expect.reads(byOrder.answer, 'PROCESSING', WELL_KNOWN.processing, orderId);
      },
    },
    {
      claim: 'The address of a link finds it too',
      async play({ types, expect, instantpay }) {
        const code = instantpay.link(WELL_KNOWN.expired)?.code ?? '';
        const { answer } = await types('operator', `track https://instant.pe/${code}`);
        expect.reads(answer, 'EXPIRED', WELL_KNOWN.expired);
      },
    },
    {
      claim: 'A name that fits several links offers a choice',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'track Sharma');
        expect.reads(answer, 'links match');
        expect.buttons(answer, 'Track');
      },
    },
    {
      claim: 'Links that are PROCESSING for long come the longest first, aged from the claim',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'stuck');
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'PROCESSING for more than 24 hours', 'claimed', 'LIVE');
      },
    },
    {
      claim: 'A link that does not exist is reported as not found',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'track 6570affffffffffffffffff0');
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'InstantPay request ID');
        expect.noButtons(answer, 'Refresh', 'Cancel link');
      },
    },
    {
      claim: 'A recipient named <!channel> mentions nobody and formats nothing',
      async play({ types, expect }) {
        const { answer } = await types('operator', `track ${WELL_KNOWN.hostile}`);
        expect.reads(answer, 'Traders <!channel> & *Sons*', '<!here>');
        expect.callsNobody(answer);
      },
    },
  ],
};

/** Owns the tour's digests: on request, and by itself on the second. */

import type { Chapter } from './tour.ts';

/** How long after Payout Desk's start the scheduled digest comes: time enough to start, and for the tour to get here. */
const AFTER_MS = 15_000;
const LATE_MS = 8_000;

/** Once, so many seconds from now on Payout Desk’s clock, which due times are counted by. */
export function digestCron(now: number): string {
  const dueAt = Math.ceil((now + AFTER_MS) / 1_000) * 1_000;
  const at = Temporal.Instant.fromEpochMilliseconds(dueAt).toZonedDateTimeISO('Asia/Kolkata');
  return `${at.second} ${at.minute} ${at.hour} ${at.day} ${at.month} *`;
}

export const digests: Chapter = {
  title: 'The digest',
  steps: [
    {
      claim: 'A digest on request counts every EXPIRED and PROCESSING link, only visible to the person',
      async play(tour) {
        const { expect } = tour;
        const { answer } = await tour.types('operator', 'digest');
        expect.onlyFor(answer, 'operator');
        for (const status of ['EXPIRED', 'PROCESSING']) {
          const links = tour.instantpay.links(status);
          expect.reads(answer, `${status} ${links.length} links`);
          expect.reads(answer, rupees(links.reduce((sum, link) => sum + link.amountPaise, 0)));
        }
        expect.buttons(answer, 'Track');
      },
    },
    {
      claim: 'A row of the digest opens the card of its link',
      async play(tour) {
        const digest = tour.slack.people.operator.ephemerals().at(-1);
        const { answer } = await tour.presses('operator', digest, 'Track', { nth: 1 });
        tour.expect.onlyFor(answer, 'operator');
        tour.expect.buttons(answer, 'Refresh');
      },
    },
    {
      claim: 'The scheduled digest is posted once, in #payout-digests',
      async play(tour) {
        const { slack, expect } = tour;
        await tour.meanwhile('the time of the daily digest comes (a few seconds)', async () => {
          await slack.message(slack.channels.digests, () => true, {
            what: 'the scheduled digest',
            withinMs: AFTER_MS + LATE_MS,
          });
        });
        const posted = slack.messages(slack.channels.digests).filter(({ threadTs }) => !threadTs);
        expect.that(posted.length === 1, `${posted.length} digests were posted`);
        expect.forAll(posted[0], 'digests');
        expect.reads(posted[0], 'Payout digest', 'EXPIRED', 'PROCESSING', 'LIVE');
      },
    },
  ],
};

/** ₹1,23,456.78, worked out without Payout Desk. */
function rupees(paise: number): string {
  return new Intl.NumberFormat('en-IN', { style: 'currency', currency: 'INR' }).format(paise / 100);
}

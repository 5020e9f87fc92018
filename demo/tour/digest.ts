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
      claim:
        'A digest on request is one screen: what to remind, what is stuck, and every EXPIRED link counted',
      async play(tour) {
        const { expect } = tour;
        const { answer } = await tour.types('operator', 'digest');
        expect.onlyFor(answer, 'operator');
        const links = tour.instantpay.links('EXPIRED');
        const total = links.reduce((sum, link) => sum + link.amountPaise, 0);
        expect.reads(answer, 'to remind', 'stuck', 'Expire within 48 h', 'Stuck over 24 h', 'Complete');
        expect.reads(answer, `EXPIRED: ${links.length} · ${rupees(total)}`);
      },
    },
    {
      claim:
        'Show lists the EXPIRED links of the digest twenty a page, one line each, only visible to the person',
      async play(tour) {
        const digest = tour.slack.people.operator.ephemerals().at(-1);
        const { answer } = await tour.presses('operator', digest, 'Show', { nth: 3 });
        tour.expect.onlyFor(answer, 'operator');
        tour.expect.reads(answer, 'EXPIRED', `${tour.instantpay.links('EXPIRED').length} links`);
      },
    },
    {
      claim: 'The scheduled digest is posted once, in #payout-digests',
      async play(tour) {
        const { slack, expect } = tour;
        await tour.meanwhile('the time of the daily digest comes (a few seconds)', async () => {
          await slack.message(slack.channels.digests, isDigest, {
            what: 'the scheduled digest',
            withinMs: AFTER_MS + LATE_MS,
          });
        });
        const posted = slack
          .messages(slack.channels.digests)
          .filter((message) => !message.threadTs && isDigest(message));
        expect.that(posted.length === 1, `${posted.length} digests were posted`);
        expect.forAll(posted[0], 'digests');
        expect.reads(posted[0], 'First digest', 'EXPIRED', 'LIVE', 'Complete');
      },
    },
  ],
};

/** Links that are stuck are told in the same channel, every ten minutes. */
const isDigest = ({ text }: { text: string }): boolean => !/PROCESSING (for more than|after)/.test(text);

/** ₹1,23,457, worked out without Payout Desk. */
function rupees(paise: number): string {
  return new Intl.NumberFormat('en-IN', {
    style: 'currency',
    currency: 'INR',
    maximumFractionDigits: 0,
  }).format(paise / 100);
}

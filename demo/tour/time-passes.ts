/** Owns the tour's next days: what Payout Desk does by itself as time passes, from Friday to Monday. */

import type { SlackMessage } from '../../fakes/slack/board.ts';
import { DAY_MS, HOUR_MS, istInstant, MINUTE_MS } from '../../src/payouts/time.ts';
import { AUTO_STOPPED } from '../../src/slack/views/automatic.ts';
import { ENDS } from '../../src/slack/views/watch-news.ts';
import { fileInThread } from './files.ts';
import type { Chapter, Tour } from './tour.ts';

const STOP = 'Stop automatic reminders';
const MONDAY = istInstant('2026-11-23', '10:00');
const WAIT = { withinMs: 40_000 } as const;

/** Not a link of the seed, whose numbers are apart from these. */
function newLink({ instantpay, clock }: Tour, name: string, expiresInMs: number): string {
  const email = `${name.toLowerCase().replace(' ', '.')}@mail.example`;
  const mobile = `98200${77_000 + instantpay.links().length}`;
  const person = { name, email, mobile };
  return instantpay.addLink({ amountPaise: 4_321_00, expiresAt: clock() + expiresInMs, person }).linkId;
}

const linkOf = ({ instantpay }: Tour, name: string): string =>
  instantpay.links().find(({ person }) => person.name === name)?.linkId ?? '';

const reminded = 'Naina Kulkarni';
const stopped = 'Parag Sethi';
const watched = 'Ruhi Banerjee';
const late = 'Tara Deshmukh';

export const timePasses: Chapter = {
  title: 'Time passes',
  steps: [
    {
      claim: 'A channel subscribes to a digest with a form, which says when it comes next',
      async play({ types, fillsIn, expect }) {
        const { form } = await types('admin', 'digest subscribe');
        const { form: saved } = await fillsIn('admin', form, {});
        expect.reads(saved, 'Monday to Friday at 10:00, Asia/Kolkata', '23 Nov 2026, 10:00');
      },
    },
    {
      claim: 'The list of its digests pauses and resumes one',
      async play({ types, presses, expect }) {
        const { answer: list } = await types('admin', 'digest list');
        expect.onlyFor(list, 'admin');
        expect.reads(list, '1 digest in this channel', 'Monday to Friday at 10:00');
        await presses('admin', list, 'Pause');
        expect.reads(list, 'Paused today', '@Kavya Nair');
        await presses('admin', list, 'Resume');
        expect.buttons(list, 'Pause', 'Remove');
        expect.lacks(list, 'Paused today');
      },
    },
    {
      claim: 'Automatic reminders of one link are stopped on its card',
      async play(tour) {
        const { types, presses, expect } = tour;
        newLink(tour, reminded, 3 * HOUR_MS);
        const linkId = newLink(tour, stopped, 3 * HOUR_MS);
        const { answer: card } = await types('operator', `track ${linkId}`);
        await presses('operator', card, STOP);
        expect.reads(card, String(AUTO_STOPPED));
        expect.buttons(card, 'Allow automatic reminders');
      },
    },
    {
      claim: 'Two hours before a link expires its recipient is reminded, once; not where it was stopped',
      async play(tour) {
        const { types, later, expect } = tour;
        for (const name of [watched, late]) tour.instantpay.claim(newLink(tour, name, 30 * DAY_MS));
        await types('operator', `watch ${linkOf(tour, watched)}`);
        await later('an hour and a half', 90 * MINUTE_MS, 'automatic reminders');
        await later('half an hour', 29 * MINUTE_MS, 'automatic reminders');
        expect.calls('notify', 1, linkOf(tour, reminded));
        expect.calls('notify', 0, linkOf(tour, stopped));
        const { answer } = await types('operator', 'expiring 2 hours');
        expect.reads(answer, reminded, 'by Payout Desk');
      },
    },
    {
      claim: 'Who watches a link is told, by direct message, that it was paid',
      async play(tour) {
        const { slack, later, told, expect } = tour;
        tour.instantpay.setStatus(linkOf(tour, watched), 'CLAIMED');
        await later('a quarter of an hour', 15 * MINUTE_MS, 'watches');
        const what = 'the message of the watch';
        const news = await slack.waitFor(() => told('operator', watched), { what, ...WAIT });
        expect.reads(news, 'CLAIMED', String(ENDS.CLAIMED));
      },
    },
    {
      claim: 'The next day a link that is stuck is told in the channels with digests, mentioning nobody',
      async play(tour) {
        // Of those that are stuck already, a message names only the longest.
        for (const { linkId } of tour.instantpay.links('PROCESSING'))
          if (linkId !== linkOf(tour, late)) tour.instantpay.setStatus(linkId, 'CLAIMED');
        await tour.later('Saturday', DAY_MS, 'stuck links', 'digest');
        const told = await toldOf(tour, '1 link has been PROCESSING for more than 24 hours');
        tour.expect.forAll(told, 'digests');
        tour.expect.callsNobody(told);
        tour.expect.lacks(told, '@Kavya Nair');
      },
    },
    {
      claim: 'On Monday the channel that subscribed gets its digest, with the list and a chart in its thread',
      async play(tour) {
        const { slack, clock, later, expect } = tour;
        await later('Monday, 10:00', MONDAY + 1_000 - clock(), 'digest', 'digest files');
        const isDigest = ({ text, threadTs, ephemeralFor, author }: SlackMessage): boolean =>
          /to remind/.test(text) && !threadTs && ephemeralFor === undefined && author === undefined;
        const digest = await slack.message(slack.channels.payouts, isDigest, {
          what: 'the digest of Monday',
          ...WAIT,
        });
        expect.forAll(digest, 'payouts');
        expect.reads(digest, 'Mon 23 Nov');
        let png: Buffer | undefined;
        await tour.meanwhile('the files come into its thread', async () => {
          await fileInThread(tour, digest, 'payout-digest-2026-11-23.csv');
          png = (await fileInThread(tour, digest, 'payout-chart-2026-11-23.png'))?.content;
        });
        expect.that(png?.subarray(1, 4).toString('latin1') === 'PNG', 'the chart is no picture');
      },
    },
    {
      claim: 'At three times the age the stuck link is told once more, with a mention',
      async play(tour) {
        await tour.later('three days after the claim', 4 * HOUR_MS, 'stuck links', 'digest');
        const told = await toldOf(tour, '1 link is still PROCESSING after 3 days');
        tour.expect.reads(told, '@Kavya Nair');
      },
    },
    {
      claim: 'Unsubscribed, the channel gets none any more',
      async play({ types, expect }) {
        await types('admin', 'digest unsubscribe');
        const { answer } = await types('admin', 'digest list');
        expect.reads(answer, 'No digest is subscribed in this channel');
      },
    },
  ],
};

/** The newest message on the link that is stuck since Friday, in the channel of digests. */
async function toldOf({ slack, find }: Tour, words: string): Promise<SlackMessage> {
  return slack.waitFor(() => find('digests', words, late), { what: `"${words}" on ${late}`, ...WAIT });
}

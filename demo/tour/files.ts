/** Owns the tour's files: a list of links by direct message, and what stands in the thread of a digest. */

import type { SlackMessage } from '../../fakes/slack/board.ts';
import { EXPORT_STARTED } from '../../src/slack/views/export-message.ts';
import type { Chapter, Tour } from './tour.ts';

type DigestFile = SlackMessage['files'][number];

/** The file with this name in the thread of the message, once it is there. */
export async function fileInThread(
  { slack }: Pick<Tour, 'slack'>,
  digest: SlackMessage | undefined,
  name: string,
): Promise<DigestFile | undefined> {
  const isIt = (message: SlackMessage): boolean =>
    message.threadTs === digest?.ts && message.files.some((file) => file.name === name);
  const shared = await slack.waitFor(() => slack.allMessages.find(isIt), {
    what: `${name} in the thread of the digest`,
    withinMs: 40_000,
  });
  return shared.files.find((file) => file.name === name);
}

export const files: Chapter = {
  title: 'Files',
  steps: [
    {
      claim: 'The thread of the digest has its list as a CSV file, each link once and masked',
      async play(tour) {
        const digest = tour.find('digests', 'First digest');
        let file: DigestFile | undefined;
        await tour.meanwhile('the list of the digest is shared in its thread', async () => {
          file = await fileInThread(tour, digest, 'payout-digest-2026-11-20.csv');
        });
        const lines = file?.content.toString('utf8').trim().split('\r\n') ?? [];
        tour.expect.that(lines[0]?.includes('link_id') === true, `its first line is ${lines[0]}`);
        const expired = tour.instantpay.links('EXPIRED').map(({ linkId }) => linkId);
        const once = expired.filter((linkId) => lines.filter((line) => line.includes(linkId)).length === 1);
        tour.expect.that(
          once.length === expired.length,
          `${once.length} of ${expired.length} EXPIRED links once`,
        );
      },
    },
    {
      claim: 'The links of some days come as a CSV file in a direct message',
      async play({ types, later, slack, expect }) {
        const { answer } = await types('operator', 'export links claimed expired this month');
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, EXPORT_STARTED);
        await later('the export is made', 0, 'exports');
        const name = 'payout-links-claimed-expired-2026-11-01..20.csv';
        const file = await slack.waitFor(
          () =>
            slack
              .messages(slack.people.operator.directMessages)
              .flatMap((message) => message.files)
              .find((one) => one.name === name),
          { what: name, withinMs: 15_000 },
        );
        const text = file.content.toString('utf8');
        expect.that(/,CLAIMED,/.test(text) && /,EXPIRED,/.test(text), 'a status is missing');
        expect.that(!/,(ISSUED|PROCESSING|CANCELLED),/.test(text), 'it has other statuses');
      },
    },
  ],
};

/** Owns the tour's look back: who did what, and that nothing private was shown to anybody all day. */

import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { findUnmasked } from './canaries.ts';
import type { Chapter } from './tour.ts';
import { actionLabel } from '../../src/slack/views/audit-labels.ts';

export const audit: Chapter = {
  title: 'Looking back',
  steps: [
    {
      claim: 'The audit of one link shows everything that was done with it',
      async play({ types, expect }) {
        const { answer } = await types('admin', `audit ${WELL_KNOWN.issued}`);
        expect.onlyFor(answer, 'admin');
        expect.reads(
          answer,
          '@Asha Rao',
          '@Vikram Shah',
          actionLabel('cancel.requested'),
          'duplicate of invoice 118',
        );
        expect.reads(answer, '₹12,500.50', 'ISSUED → CANCELLED');
      },
    },
    {
      claim:
        'The audit of cancellation requests has one line for each: who requested, who approved, what became of it',
      async play({ types, expect }) {
        const { answer } = await types('admin', 'audit cancels');
        expect.onlyFor(answer, 'admin');
        expect.reads(answer, 'requested by @Asha Rao', 'approved by @Vikram Shah', '[Details]');
        expect.lacks(answer, actionLabel('cancel.requested'), actionLabel('reminder.sent'));
      },
    },
    {
      claim: 'The audit of one person has only what that person did',
      async play({ types, expect }) {
        const { answer } = await types('admin', 'audit @ravi');
        expect.reads(answer, '@Ravi Menon', actionLabel('access.refused'));
        expect.lacks(answer, '@Asha Rao', '@Vikram Shah');
      },
    },
    {
      claim: 'The whole audit comes as a CSV file, in a direct message',
      async play({ types, expect, slack }) {
        const { messages } = await types('admin', 'audit csv');
        const file = messages.flatMap(({ message }) => message.files)[0];
        const sent = messages.find(({ message }) => message.files.length > 0)?.message;
        expect.that(sent?.channel === slack.people.admin.directMessages, 'no file in the direct messages');
        const rows = file?.content.toString('utf8').trim().split('\n') ?? [];
        expect.that(rows.length > 20, `the file has ${rows.length} lines`);
        expect.that(rows[0]?.includes('sequence,time_ist') === true, `its first line is ${rows[0]}`);
      },
    },
    {
      claim: 'The audit of some days comes as a file too, and only to administrators',
      async play({ types, later, told, expect }) {
        const refused = await types('operator', 'export audit today');
        expect.reads(refused.answer, 'administrators only');
        const { answer } = await types('admin', 'export audit today');
        expect.onlyFor(answer, 'admin');
        await later('the export is made', 0, 'exports');
        const file = told('admin', 'payout-audit-2026-11-20.csv')?.files[0];
        expect.that(file?.content.includes('cancel.requested') === true, 'no audit in the direct messages');
      },
    },
  ],
};

/** Comes last. */
export const nothingPrivate: Chapter = {
  title: 'Nothing private',
  steps: [
    {
      claim: 'No message shown today has an unmasked number or address',
      play({ slack, instantpay, expect }) {
        // What people write themselves is theirs; what stands below it is not.
        const shown = slack.allMessages.flatMap(({ author, text, blocks, edits, files, unfurls }) => [
          author === undefined ? text : '',
          JSON.stringify([blocks, edits, unfurls]),
          ...files.map(({ content }) => content.toString('utf8')),
        ]);
        for (const name of findUnmasked(shown.join('\n'), instantpay))
          expect.that(false, `${name} was shown`);
      },
    },
  ],
};

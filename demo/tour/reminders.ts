/** Owns the tour's reminders: sent, too soon, and not for this link. */

import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { Chapter } from './tour.ts';

const WITHIN_MS = 24 * 3_600_000;

export const reminders: Chapter = {
  title: 'Reminding a recipient',
  steps: [
    {
      claim: 'The reminder goes out once',
      async play({ types, expect }) {
        const { answer } = await types('operator', `notify ${WELL_KNOWN.issuedExpiring}`);
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'Reminder sent', 'today 12:00');
        expect.calls('notify', 1, WELL_KNOWN.issuedExpiring);
      },
    },
    {
      claim: 'Within the hour nobody can send it again',
      async play({ types, expect }) {
        const { answer } = await types('approver', `notify ${WELL_KNOWN.issuedExpiring}`);
        expect.onlyFor(answer, 'approver');
        expect.reads(answer, 'Reminder not sent', 'less than 1 hour ago', 'today 12:00');
        expect.calls('notify', 1, WELL_KNOWN.issuedExpiring);
      },
    },
    {
      claim: 'A recipient who has claimed is not reminded',
      async play({ types, expect }) {
        const { answer } = await types('operator', `notify ${WELL_KNOWN.claimed}`);
        expect.reads(answer, 'Reminder not sent');
        expect.calls('notify', 0, WELL_KNOWN.claimed);
      },
    },
    {
      claim: 'All that expire soon are reminded with one confirmation and one answer, none of them twice',
      async play({ types, presses, expect, instantpay, clock }) {
        const now = clock();
        const soon = instantpay
          .links('ISSUED')
          .filter(({ expiresAt }) => expiresAt > now && expiresAt <= now + WITHIN_MS);
        const { answer: list } = await types('operator', 'expiring 24 hours');
        expect.onlyFor(list, 'operator');
        expect.reads(list, `Expire within 24 hours: ${soon.length}`);
        const { answer } = await presses('operator', list, `Send reminder to all ${soon.length}`);
        expect.reads(answer, 'requested less than 1 hour ago');
        for (const { linkId } of soon) expect.calls('notify', 1, linkId);
      },
    },
  ],
};

/** Owns the tour's people who may not: refused in words, and nothing happens. */

import { NOT_A_MEMBER } from '../../src/payouts/access-words.ts';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { Chapter } from './tour.ts';

export const outsiders: Chapter = {
  title: 'People without permission',
  steps: [
    {
      claim: 'A guest of the workspace sees no link',
      async play({ types, expect, instantpay }) {
        const before = instantpay.calls.length;
        const { answer } = await types('outsider', `track ${WELL_KNOWN.claimed}`);
        expect.onlyFor(answer, 'outsider');
        expect.reads(answer, 'Workspace guests');
        expect.lacks(answer, 'Upendra', '₹');
        expect.that(instantpay.calls.length === before, 'InstantPay was asked');
      },
    },
    {
      claim: 'A guest cannot cancel one by a button that everybody can see',
      async play({ presses, find, expect }) {
        const shared = find('payouts', 'Shared by', WELL_KNOWN.issued);
        const { form } = await presses('outsider', shared, 'Cancel link');
        expect.reads(form, NOT_A_MEMBER.guest);
        expect.lacks(form, '[Request approval]', '₹');
      },
    },
    {
      claim: 'An operator cannot read the audit',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'audit');
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'administrators only');
      },
    },
  ],
};

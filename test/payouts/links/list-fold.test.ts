/** Owns the fold of a list that is read whole: it comes to what sorting all of it would, whatever comes twice. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { compareBy, LIST_SORTS, matcherOf } from '../../../src/payouts/links/list-filter.ts';
import { startListFold } from '../../../src/payouts/links/list-fold.ts';
import { DAY_MS } from '../../../src/payouts/time.ts';
import { NOON, record } from '../setup.ts';

const link = fc.record({
  id: fc.nat(120),
  amountPaise: fc.option(fc.nat(9), { nil: undefined }),
  days: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
});

const recordOf = ({
  id,
  amountPaise,
  days,
}: {
  id: number;
  amountPaise: number | undefined;
  days: number | undefined;
}) =>
  record({
    linkId: id.toString(16).padStart(24, '0'),
    amountPaise,
    createdAt: days === undefined ? undefined : NOON + days * DAY_MS,
    expiresAt: days === undefined ? undefined : NOON - days * DAY_MS,
  });

test('count, total and the first links are those of the last record of each link', () => {
  fc.assert(
    fc.property(
      fc.array(link, { maxLength: 200 }),
      fc.constantFrom(...LIST_SORTS),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      (given, sort, isOfDays, most) => {
        const filter = {
          statuses: [],
          contact: undefined,
          sort,
          overPaise: 1,
          ...(isOfDays && { from: '2026-11-20' }),
        };
        const fold = startListFold(filter, most, NOON);
        const last = new Map<string, PayoutLink>();
        for (const one of given.map(recordOf)) {
          fold.add(one);
          last.set(one.linkId, one);
        }
        const match = matcherOf(filter);
        const fits = [...last.values()].filter((one) => match(one) === 'yes');
        const folded = fold.links();
        expect(folded.count).toBe(fits.length);
        expect(folded.totalPaise).toBe(fits.reduce((sum, one) => sum + BigInt(one.amountPaise ?? 0), 0n));
        expect(folded.undated).toBe([...last.values()].filter((one) => match(one) === 'undated').length);
        const wanted = fits.toSorted(compareBy(sort, NOON)).slice(0, most);
        expect(folded.first.map(({ linkId }) => linkId)).toEqual(wanted.map(({ linkId }) => linkId));
      },
    ),
    { numRuns: 300 },
  );
});

test('a link that left the filter is counted no more, and gives its place to the next', () => {
  const fold = startListFold({ statuses: ['ISSUED'], contact: undefined, sort: 'largest' }, 2, NOON);
  const [one, two, three] = [3, 2, 1].map((paise) => record({ linkId: `${paise}`, amountPaise: paise }));
  for (const each of [one, two, three]) if (each) fold.add(each);
  fold.add(record({ linkId: 'x', amountPaise: undefined }));
  fold.remove('3');
  fold.remove('never seen');
  fold.remove('x');
  expect(fold.links()).toMatchObject({ count: 2, totalPaise: 3n, amountUnknown: 0, first: [two, three] });
});

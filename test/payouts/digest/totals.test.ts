/** Owns counts and totals of a digest: exact, and those of the last record of each link. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startTotals } from '../../../src/payouts/digest/totals.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { formatWholeRupees } from '../../../src/payouts/money.ts';
import { record } from '../setup.ts';

const idOf = (id: number): string => String(id).padStart(24, '0');
const totalsOf = (links: readonly PayoutLink[]) => {
  const totals = startTotals(['ISSUED', 'CLAIMED']);
  for (const link of links) totals.add(link);
  return totals;
};

test('amounts add up exactly beyond 2^53 paise, and back again (R3)', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const amounts = [most, most, 1, most];
  const totals = totalsOf(amounts.map((amountPaise, id) => record({ linkId: idOf(id), amountPaise })));
  expect(totals.totals(['ISSUED'])).toEqual([
    { status: 'ISSUED', count: 4, totalPaise: 3n * BigInt(most) + 1n, amountUnknown: 0 },
  ]);
  for (const id of [0, 1, 3]) totals.remove(idOf(id));
  expect(totals.totals(['ISSUED'])).toMatchObject([{ count: 1, totalPaise: 1n }]);
});

test('amounts that cannot be read are counted apart and left out of the total', () => {
  const links = [
    record({ linkId: idOf(1), amountPaise: undefined }),
    record({ linkId: idOf(2), amountPaise: 5 }),
  ];
  expect(totalsOf(links).totals(['ISSUED'])).toMatchObject([{ count: 2, totalPaise: 5n, amountUnknown: 1 }]);
});

test('a link that comes again replaces its earlier record (R2)', () => {
  const link = fc.record({
    id: fc.integer({ min: 0, max: 12 }),
    amountPaise: fc.option(fc.integer({ min: -5, max: Number.MAX_SAFE_INTEGER }), { nil: undefined }),
    status: fc.constantFrom('ISSUED' as const, 'CLAIMED' as const, 'EXPIRED' as const, 'UNKNOWN' as const),
  });
  fc.assert(
    fc.property(fc.array(link, { maxLength: 30 }), (made) => {
      const all = made.map(({ id, ...changes }) => record({ linkId: idOf(id), ...changes }));
      const last = [...new Map(all.map((each) => [each.linkId, each])).values()];
      const totals = totalsOf(all);
      for (const status of ['ISSUED', 'CLAIMED'] as const) {
        const counted = last.filter((each) => each.status === status);
        expect(totals.totals([status])).toEqual([
          {
            status,
            count: counted.length,
            totalPaise: counted.reduce((sum, each) => sum + BigInt(each.amountPaise ?? 0), 0n),
            amountUnknown: counted.filter((each) => each.amountPaise === undefined).length,
          },
        ]);
        expect(new Set(totals.linkIds(status).keys())).toEqual(new Set(counted.map(({ linkId }) => linkId)));
      }
      for (const { linkId, status } of last)
        expect(totals.statusOf(linkId)).toBe(
          status === 'ISSUED' || status === 'CLAIMED' ? status : undefined,
        );
    }),
  );
});

describe('whole rupees', () => {
  test.each([
    [48_285_000, '₹4,82,850'],
    [1_250_049, '₹12,500'],
    [1_250_050, '₹12,501'],
    [-1_250_050, '-₹12,501'],
    [99, '₹0.99'],
    [0, '₹0.00'],
    [100, '₹1'],
    [10n ** 20n, '₹10,00,00,00,00,00,00,00,000'],
  ])('%d paise: %s', (paise, shown) => {
    expect(formatWholeRupees(paise)).toBe(shown);
  });
});

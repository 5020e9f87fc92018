/** Owns which links a list shows and in what order, as tables. */

import { describe, expect, test } from 'vitest';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import {
  compareBy,
  EVERY_LINK,
  type ListFilter,
  type ListSort,
  matcherOf,
  needsWalk,
  orderOf,
} from '../../../src/payouts/links/list-filter.ts';
import { DAY_MS, istInstant } from '../../../src/payouts/time.ts';
import { NOON, record } from '../setup.ts';

const filter = (changes: Partial<ListFilter> = {}): ListFilter => ({ ...EVERY_LINK, ...changes });

test.each<[Partial<ListFilter>, boolean]>([
  [{}, false],
  [{ statuses: ['ISSUED'], contact: 'Asha' }, false],
  [{ from: '2026-11-20' }, true],
  [{ to: '2026-11-20' }, true],
  [{ overPaise: 0 }, true],
  [{ underPaise: 1 }, true],
  [{ sort: 'newest' }, true],
])('what InstantPay cannot filter or sort is read whole: %j', (changes, walks) => {
  expect(needsWalk(filter(changes))).toBe(walks);
});

test.each<[Partial<ListFilter>, ListSort]>([
  [{}, 'newest'],
  [{ statuses: ['ISSUED'] }, 'expiring'],
  [{ statuses: ['EXPIRED'] }, 'expiring'],
  [{ statuses: ['PROCESSING'] }, 'newest'],
  [{ statuses: ['ISSUED', 'EXPIRED'] }, 'newest'],
  [{ statuses: ['ISSUED'], sort: 'largest' }, 'largest'],
])('the order follows the status unless one was chosen: %j', (changes, order) => {
  expect(orderOf(filter(changes))).toBe(order);
});

describe('days are days in IST, amounts are exclusive', () => {
  const first = istInstant('2026-11-20');
  test.each<[string, Partial<ListFilter>, Partial<PayoutLink>, 'yes' | 'no' | 'undated']>([
    ['the first instant of the first day', { from: '2026-11-20' }, { createdAt: first }, 'yes'],
    ['the instant before it', { from: '2026-11-20' }, { createdAt: first - 1 }, 'no'],
    ['the last instant of the last day', { to: '2026-11-20' }, { createdAt: first + DAY_MS - 1 }, 'yes'],
    ['the instant after it', { to: '2026-11-20' }, { createdAt: first + DAY_MS }, 'no'],
    ['a creation that is not known', { to: '2026-11-20' }, { createdAt: undefined }, 'undated'],
    ['the same where no day is asked for', { overPaise: 1 }, { createdAt: undefined, amountPaise: 2 }, 'yes'],
    ['exactly the lower amount', { overPaise: 100 }, { amountPaise: 100 }, 'no'],
    ['one paisa more', { overPaise: 100 }, { amountPaise: 101 }, 'yes'],
    ['exactly the upper amount', { underPaise: 100 }, { amountPaise: 100 }, 'no'],
    ['one paisa less', { underPaise: 100 }, { amountPaise: 99 }, 'yes'],
    ['an amount that cannot be read', { overPaise: 0 }, { amountPaise: undefined }, 'no'],
    ['nor is it under anything', { underPaise: 1 }, { amountPaise: undefined }, 'no'],
    [
      'an undated link of another amount',
      { from: '2026-11-20', overPaise: 5 },
      { createdAt: undefined, amountPaise: 5 },
      'no',
    ],
  ])('%s', (_what, limits, link, match) => {
    expect(matcherOf(filter(limits))(record(link))).toBe(match);
  });
});

describe('orders', () => {
  const at = (days: number): number => NOON + days * DAY_MS;
  const ids = (links: PayoutLink[]): string[] => links.map(({ linkId }) => linkId);
  const sorted = (sort: ListSort, links: PayoutLink[]): string[] =>
    ids(links.toSorted(compareBy(sort, NOON)));

  test('newest first; what is unknown comes last, equals by their ID', () => {
    const links = [
      record({ linkId: 'a', createdAt: undefined }),
      record({ linkId: 'b', createdAt: at(-2) }),
      record({ linkId: 'c', createdAt: at(-1) }),
      record({ linkId: 'd', createdAt: at(-1) }),
    ];
    expect(sorted('newest', links)).toEqual(['d', 'c', 'b', 'a']);
    expect(sorted('newest', links.toReversed())).toEqual(['d', 'c', 'b', 'a']);
  });

  test('largest first; an amount that cannot be read comes last', () => {
    const links = [
      record({ linkId: 'a', amountPaise: undefined }),
      record({ linkId: 'b', amountPaise: 0 }),
      record({ linkId: 'c', amountPaise: 7 }),
    ];
    expect(sorted('largest', links)).toEqual(['c', 'b', 'a']);
  });

  test('the soonest expiry first, then what expired last, then what has none to speak of (R20)', () => {
    const links = [
      record({ linkId: 'claimed', status: 'CLAIMED', expiresAt: at(1) }),
      record({ linkId: 'long expired', status: 'EXPIRED', expiresAt: at(-9) }),
      record({ linkId: 'late', expiresAt: at(3) }),
      record({ linkId: 'unknown', expiresAt: undefined, createdAt: at(-9) }),
      record({ linkId: 'just expired', status: 'EXPIRED', expiresAt: at(-1) }),
      record({ linkId: 'soon', expiresAt: at(1) }),
    ];
    expect(sorted('expiring', links).slice(0, 4)).toEqual(['soon', 'late', 'just expired', 'long expired']);
  });
});

/** Owns which open links of a digest may be duplicates: the same recipient and amount, and nothing less. */

import { describe, expect, test } from 'vitest';
import { startDuplicates } from '../../../src/payouts/digest/duplicates.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { record } from '../setup.ts';
import { atOnce } from '../steps.ts';

const link = (id: number, changes: Partial<PayoutLink> = {}): PayoutLink =>
  record({ linkId: String(id).padStart(24, '0'), recipientKey: 'asha', amountPaise: 1_250_000, ...changes });

function found(links: readonly PayoutLink[], removed: readonly string[] = []) {
  const fold = startDuplicates();
  for (const one of links) fold.add(one);
  for (const linkId of removed) fold.remove(linkId);
  return atOnce(fold.duplicates());
}

test('the same recipient and amount on two open links, whatever is written as the name', () => {
  const pair = [link(1), link(2, { status: 'PROCESSING', contact: { ...link(2).contact, name: 'A. Rao' } })];
  expect(found(pair)).toMatchObject({
    count: 1,
    named: [{ amountPaise: 1_250_000, count: 2, linkIds: pair.map(({ linkId }) => linkId) }],
  });
});

describe('is none', () => {
  test.each<[string, PayoutLink[]]>([
    ['one link', [link(1)]],
    ['one link that comes again (R2)', [link(1), link(1)]],
    ['another recipient', [link(1), link(2, { recipientKey: 'bina' })]],
    ['no known recipient', [link(1, { recipientKey: undefined }), link(2, { recipientKey: undefined })]],
    ['another amount', [link(1), link(2, { amountPaise: 1_250_001 })]],
    ['an unreadable amount', [link(1, { amountPaise: undefined }), link(2, { amountPaise: undefined })]],
    ['a link that is not open', [link(1), link(2, { status: 'EXPIRED' }), link(3, { status: 'UNKNOWN' })]],
    ['one that is no longer open', [link(1), link(2), link(2, { status: 'CLAIMED' })]],
    ['one whose amount is another now', [link(1), link(2), link(2, { amountPaise: 5 })]],
  ])('%s', (_name, links) => {
    expect(found(links)).toEqual({ named: [], count: 0 });
  });

  test('one that left the list', () => {
    expect(found([link(1), link(2)], [link(2).linkId])).toEqual({ named: [], count: 0 });
  });
});

test('of many the largest are named, each with some of its links', () => {
  const links = Array.from({ length: 12 }, (_none, pair) =>
    [0, 1].map((each) => link(pair * 2 + each, { recipientKey: `r${pair}`, amountPaise: pair * 100 })),
  ).flat();
  const { named, count } = found(links);
  expect(count).toBe(12);
  expect(named.map(({ amountPaise }) => amountPaise)).toEqual([1_100, 1_000, 900, 800, 700]);
  const same = found(Array.from({ length: 30 }, (_none, id) => link(id)));
  expect(same.named).toMatchObject([{ count: 30 }]);
  expect(same.named[0]?.linkIds).toHaveLength(10);
});

test('with too many open links none is told: some would read as all', () => {
  const links = Array.from({ length: 20_001 }, (_none, id) => link(id, { recipientKey: `r${id % 20_000}` }));
  expect(found(links.slice(0, 20_000)).count).toBe(0);
  expect(found(links).count).toBe(0);
});

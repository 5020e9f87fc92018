/** Owns the other open links of a recipient: which are shown, in what order, and what is said when the search was not whole. */

import { expect, test } from 'vitest';
import { factsOf, OTHERS_KEPT, otherOpenLinks } from '../../../src/payouts/links/others.ts';
import { isPossibleDuplicate } from '../../../src/payouts/links/link.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import { LINK, makeDeps, NOON, record, tracked } from '../setup.ts';

const other = (linkId: string, amountPaise: number, expiresAt: number | undefined) =>
  record({ linkId, amountPaise, expiresAt });

test('the recipient’s other open links without the link itself, and why there may be more', async () => {
  const twin = other('b', 5, NOON);
  const deps = makeDeps({
    script: { sameRecipient: { links: [record(), twin], problem: 'Page 2 failed.' } },
  });
  expect(await otherOpenLinks(deps, record())).toEqual({
    links: [twin],
    incomplete: 'Page 2 failed.',
  });
  expect(deps.gateway.calls.sameRecipient).toEqual([LINK]);
});

test('a card gets possible duplicates first, then what expires first, and no name or contact', () => {
  const links = [
    other('c', 5, NOON + HOUR_MS),
    other('d', 5, undefined),
    other('b', 12_345_678, NOON + 2 * HOUR_MS),
    other('a', 12_345_678, NOON + HOUR_MS),
  ];
  const facts = factsOf({ tracked: tracked(), record: record() }, { links, incomplete: 'Cut.' });
  expect(facts.others.map(({ linkId }) => linkId)).toEqual(['a', 'b', 'c', 'd']);
  expect(facts).toMatchObject({ othersLeftOut: 0, othersIncomplete: 'Cut.' });
  expect(Object.keys(facts.others[0] ?? {}).toSorted()).toEqual([
    'amountPaise',
    'expiresAt',
    'linkId',
    'status',
  ]);
});

test('what is not kept is counted', () => {
  const links = Array.from({ length: OTHERS_KEPT + 3 }, (_none, index) => other(`${index}`, 1, NOON + index));
  const facts = factsOf({ tracked: tracked(), record: undefined }, { links, incomplete: undefined });
  expect(facts.others).toHaveLength(OTHERS_KEPT);
  expect(facts.othersLeftOut).toBe(3);
});

test.each([
  [5, 5, true],
  [5, 6, false],
  [undefined, undefined, false],
  [5, undefined, false],
])('an amount of %s beside %s', (one, amountPaise, duplicate) => {
  expect(isPossibleDuplicate({ amountPaise: one }, amountPaise)).toBe(duplicate);
});

/** Owns finding links by what the local index knows: verified before it is shown, and never alone before a change. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import { find, searchStopped } from '../../../src/payouts/links/find.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import type { LinkFilter, LinkPage, WalkEnd } from '../../../src/payouts/links/page.ts';
import { readTarget } from '../../../src/payouts/links/target.ts';
import type { PageAsked, Walk } from '../../fakes/gateway.ts';
import { MAKER, makeDeps, page, record, tracked } from '../setup.ts';

const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };
const ID = (digit: number): string => String(digit).repeat(24);
const ORDER = '1261120063012ABCDE';

interface World {
  /** What the index names, whatever is looked for. */
  known?: string[];
  /** What InstantPay answers when one link is looked for with a filter. */
  verified?: PayoutLink[];
  /** The list, by filter. */
  list?: (filter: LinkFilter) => LinkPage[];
  end?: WalkEnd;
}

function world({ known = [], verified = [], list = () => [page([])], end = COMPLETE }: World) {
  const deps = makeDeps({
    script: {
      page: ({ filter }: PageAsked) => page(verified.filter(({ linkId }) => linkId === filter.linkId)),
      links: (filter: LinkFilter): Walk => ({ pages: list(filter), end }),
      track: (linkId: string) => tracked({ linkId }),
    },
  });
  deps.linkIndex = { candidates: async (_target, limit) => known.slice(0, limit) };
  return deps;
}

const search = (deps: ReturnType<typeof world>, typed: string, purpose: 'look' | 'act') =>
  find(deps, MAKER, readTarget(typed), { purpose });

describe.each(['look', 'act'] as const)('an address or an order, to %s', (purpose) => {
  test.each([
    ['https://instant.pe/LS25FH', { url: 'https://instant.pe/LS25FH' }],
    [ORDER, { reference: ORDER }],
  ])('%s: a verified candidate is the link, and no page is walked', async (typed, filter) => {
    const deps = world({ known: [ID(1)], verified: [record({ linkId: ID(1) })] });
    expect(await search(deps, typed, purpose)).toEqual({ kind: 'one', linkId: ID(1) });
    expect(deps.gateway.calls.page).toEqual([{ filter: { ...filter, linkId: ID(1) }, pageNumber: 1 }]);
    expect(deps.gateway.calls.links).toEqual([]);
  });

  test('a candidate that InstantPay does not show so is not used: the list is asked', async () => {
    for (const typed of ['instant.pe/LS25FH', ORDER]) {
      const deps = world({ known: [ID(1)], list: () => [page([record({ linkId: ID(2) })])] });
      expect(await search(deps, typed, purpose)).toEqual({ kind: 'one', linkId: ID(2) });
    }
  });

  test('a candidate that cannot be verified is not used either, and the search says why it is not whole', async () => {
    const deps = world({
      known: [ID(1)],
      list: () => [],
      end: { ...COMPLETE, complete: false, reason: 'Page 1 failed.' },
    });
    deps.gateway.script.page = new Unavailable('away');
    expect(await search(deps, 'instant.pe/LS25FH', purpose)).toEqual({
      kind: 'none',
      incomplete: 'Page 1 failed.',
    });
    deps.gateway.script.page = new TypeError('a bug');
    await expect(search(deps, 'instant.pe/LS25FH', purpose)).rejects.toThrow('a bug');
  });
});

test('an order of a link’s history is found by tracking it', async () => {
  const claimed = tracked({
    linkId: ID(2),
    activity: [
      {
        text: 'claimed',
        at: 1,
        orderId: ORDER,
        accountType: undefined,
        accountNumber: undefined,
        accountIfsc: undefined,
      },
    ],
  });
  const deps = world({ known: [ID(1), ID(2)] });
  deps.gateway.script.track = async (linkId) => {
    if (linkId !== ID(2)) throw new Unavailable('away');
    return claimed;
  };
  expect(await search(deps, ORDER.toLowerCase(), 'act')).toEqual({ kind: 'one', linkId: ID(2) });
  expect(deps.gateway.calls.links).toEqual([]);
});

describe('a reference', () => {
  const REFERENCE = 'INV-118';

  test('to look: one verified candidate is shown at once, several are offered', async () => {
    const one = world({ known: [ID(1), ID(2)], verified: [record({ linkId: ID(1) })] });
    expect(await search(one, REFERENCE, 'look')).toEqual({ kind: 'one', linkId: ID(1) });
    expect(one.gateway.calls.links).toEqual([]);
    const verified = [record({ linkId: ID(1) }), record({ linkId: ID(2) })];
    const two = world({ known: [ID(1), ID(2)], verified });
    expect(await search(two, REFERENCE, 'look')).toMatchObject({ kind: 'several', links: verified });
  });

  test('to look: what the index does not know may be a name, else the whole list is walked', async () => {
    const named = world({
      list: ({ contact }) => [page(contact === '7Eleven' ? [record({ linkId: ID(3) })] : [])],
    });
    expect(await search(named, '7Eleven', 'look')).toEqual({ kind: 'one', linkId: ID(3) });
    expect(named.gateway.calls.links).toEqual([{ contact: '7Eleven' }]);
    const walked = world({
      list: ({ reference }) => [page(reference === REFERENCE ? [record({ linkId: ID(4) })] : [])],
    });
    expect(await search(walked, REFERENCE, 'look')).toEqual({ kind: 'one', linkId: ID(4) });
    expect(walked.gateway.calls.links).toEqual([{ contact: REFERENCE }, { reference: REFERENCE }]);
  });

  test('to act: a reference may be used twice, so every link that has it is looked for', async () => {
    const both = [record({ linkId: ID(1) }), record({ linkId: ID(2) })];
    const deps = world({
      known: [ID(1)],
      verified: [record({ linkId: ID(1) })],
      list: ({ reference }) => [page(reference === undefined ? [] : both)],
    });
    expect(await search(deps, REFERENCE, 'act')).toMatchObject({ kind: 'several', links: both });
    expect(deps.gateway.calls.page).toEqual([]);
  });

  test('to act: what other links are is not taken for the reference’s, and a name that matches counts too', async () => {
    const deps = world({
      list: ({ contact }) =>
        contact === undefined
          ? [page([record({ linkId: ID(1) })], { mismatchedIds: [ID(2)] })]
          : [page([record({ linkId: ID(2) })], { mismatchedIds: [ID(1)] })],
    });
    expect(await search(deps, REFERENCE, 'act')).toMatchObject({
      kind: 'several',
      links: [{ linkId: ID(2) }, { linkId: ID(1) }],
    });
  });

  test('to act: an incomplete search for the name makes the whole incomplete', async () => {
    const deps = world({});
    deps.gateway.script.links = (filter): Walk =>
      filter.contact === undefined
        ? { pages: [page([record({ linkId: ID(1) })])], end: COMPLETE }
        : { pages: [], end: { ...COMPLETE, complete: false, reason: 'Page 1 failed.' } };
    expect(await search(deps, REFERENCE, 'act')).toMatchObject({
      kind: 'several',
      links: [{ linkId: ID(1) }],
      incomplete: 'Page 1 failed.',
    });
  });
});

describe('a mobile number or an email address', () => {
  const full = (count: number) => Array.from({ length: count }, () => page([], { recordsReceived: 100 }));

  test('to look: its whole page counts, not what the index knows of it', async () => {
    const both = [record({ linkId: ID(1) }), record({ linkId: ID(2) })];
    for (const typed of ['9820011101', 'asha@example.in']) {
      const deps = world({ known: [ID(1)], verified: [record({ linkId: ID(1) })], list: () => [page(both)] });
      expect(await search(deps, typed, 'look')).toMatchObject({ kind: 'several', links: both });
      expect(deps.gateway.calls.page).toEqual([]);
    }
  });

  test('to look: when InstantPay does not filter, the one known link is shown instead of walking everything', async () => {
    const deps = world({ known: [ID(1)], verified: [record({ linkId: ID(1) })], list: () => full(150) });
    expect(await search(deps, '9820011101', 'look')).toEqual({ kind: 'one', linkId: ID(1) });
    expect(deps.gateway.walks.pagesGiven).toBe(2);
    expect(deps.gateway.calls.page).toEqual([
      { filter: { contact: '9820011101', linkId: ID(1) }, pageNumber: 1 },
    ]);
  });

  test('to look: what a walk found beside the known one makes it go on', async () => {
    const list = () => [page([record({ linkId: ID(2) })]), ...full(2)];
    const deps = world({ known: [ID(1)], verified: [record({ linkId: ID(1) })], list });
    expect(await search(deps, '9820011101', 'look')).toMatchObject({
      kind: 'several',
      links: [{ linkId: ID(2) }, { linkId: ID(1) }],
      incomplete: undefined,
    });
    expect(deps.gateway.walks.pagesGiven).toBe(5);
  });

  test('to look: a known link that is another’s now, or several known ones, save nothing', async () => {
    for (const known of [[ID(1)], [ID(1), ID(3)], []]) {
      const deps = world({ known, list: () => [...full(3), page([record({ linkId: ID(2) })])] });
      expect(await search(deps, '9820011101', 'look')).toEqual({ kind: 'one', linkId: ID(2) });
    }
    const stopped = world({ known: [ID(1), ID(2)], list: () => full(300) });
    expect(await search(stopped, '9820011101', 'look')).toEqual({
      kind: 'none',
      incomplete: searchStopped(20_000),
    });
  });

  test('to act: the index is not asked', async () => {
    const deps = world({ list: () => [...full(3), page([record({ linkId: ID(2) })])] });
    deps.linkIndex = {
      candidates: async () => {
        throw new Error('asked');
      },
    };
    for (const typed of ['9820011101', 'asha@example.in', 'Asha Rao']) {
      expect(await search(deps, typed, 'act')).toEqual({ kind: 'one', linkId: ID(2) });
    }
    expect(deps.gateway.calls.page).toEqual([]);
  });
});

describe('a name', () => {
  const asha = record({
    linkId: ID(1),
    contact: { name: 'Asha K Rao', email: undefined, mobile: undefined },
  });

  test('to look: InstantPay is asked; what it shows is the answer', async () => {
    const deps = world({ known: [ID(1)], verified: [asha], list: () => [page([record({ linkId: ID(2) })])] });
    expect(await search(deps, 'Asha', 'look')).toEqual({ kind: 'one', linkId: ID(2) });
    expect(deps.gateway.calls.page).toEqual([]);
  });

  test('to look: words in another order are found by the index, when InstantPay still shows the name', async () => {
    const deps = world({
      known: [ID(1), ID(2)],
      verified: [
        asha,
        record({ linkId: ID(2), contact: { name: 'Ravi', email: undefined, mobile: undefined } }),
      ],
    });
    expect(await search(deps, 'rao asha', 'look')).toEqual({ kind: 'one', linkId: ID(1) });
  });

  test('to look: several words may be a reference', async () => {
    const deps = world({});
    deps.linkIndex = {
      candidates: async (target) => (target.kind === 'reference' ? [ID(5)] : []),
    };
    deps.gateway.script.page = ({ filter }) =>
      page(filter.reference === 'Rent Nov 2026' ? [record({ linkId: ID(5) })] : []);
    expect(await search(deps, 'Rent Nov 2026', 'look')).toEqual({ kind: 'one', linkId: ID(5) });
  });

  test('to look: nothing anywhere', async () => {
    expect(await search(world({}), 'Asha', 'look')).toEqual({ kind: 'none', incomplete: undefined });
  });
});

describe('the index', () => {
  test.each([
    ['https://instant.pe/LS25FH', 'act'],
    [ORDER, 'act'],
    ['INV-118', 'look'],
    ['9820011101', 'look'],
    ['asha@example.in', 'look'],
    ['Asha Rao', 'look'],
  ] as const)(
    'is asked for what was typed, and for one more than can be offered: %s',
    async (typed, purpose) => {
      const deps = world({});
      const asked: unknown[] = [];
      deps.linkIndex = {
        candidates: async (...given) => {
          asked.push(given);
          return [];
        },
      };
      await search(deps, typed, purpose);
      expect(asked[0]).toEqual([readTarget(typed), 11]);
      expect(deps.gateway.calls.links[0]).toEqual(
        typed === ORDER || typed === 'INV-118'
          ? { [typed === ORDER ? 'reference' : 'contact']: typed }
          : typed.includes('instant.pe')
            ? { url: typed }
            : { contact: typed },
      );
    },
  );

  test('is not asked for an ID, nor is InstantPay', async () => {
    const deps = world({ known: [ID(2)] });
    expect(await search(deps, ID(1), 'look')).toEqual({ kind: 'one', linkId: ID(1) });
    expect(deps.gateway.calls).toMatchObject({ page: [], links: [], track: [] });
  });

  test('several links known of a number do not stop its walk at the second page', async () => {
    const pages = Array.from({ length: 4 }, () => page([], { recordsReceived: 100 }));
    const deps = world({ known: [ID(1), ID(2)], list: () => pages });
    expect(await search(deps, '9820011101', 'look')).toEqual({ kind: 'none', incomplete: undefined });
    expect(deps.gateway.walks).toEqual({ pagesGiven: 4, stopped: 0 });
  });

  test('a name needs every typed word', async () => {
    const named = (linkId: string, name: string | undefined) =>
      record({ linkId, contact: { name, email: undefined, mobile: undefined } });
    const verified = [named(ID(1), 'Asha Gupta'), named(ID(2), undefined), named(ID(3), 'ASHA  Rao')];
    const deps = world({ known: [ID(1), ID(2), ID(3)], verified });
    expect(await search(deps, 'Rao  Asha', 'look')).toEqual({ kind: 'one', linkId: ID(3) });
  });
});

describe('whatever the index says', () => {
  const person = fc.constantFrom('9820011101', '9820011102');
  const linkOf = fc.record({
    mobile: person,
    reference: fc.constantFrom('INV-1', 'INV-2'),
    code: fc.nat(2),
  });
  const worlds = fc.record({
    links: fc.array(linkOf, { maxLength: 4 }),
    known: fc.array(fc.nat(5), { maxLength: 3 }),
    /** Pages before the first match, and whether the walk is whole. */
    emptyPages: fc.nat(3),
    isWhole: fc.boolean(),
    typed: fc.constantFrom('9820011101', 'INV-1', 'instant.pe/C0'),
    purpose: fc.constantFrom('look' as const, 'act' as const),
  });

  test('a link that does not match is never the one, and before a change the one is the only one', async () => {
    let ones = 0;
    await fc.assert(
      fc.asyncProperty(worlds, async ({ links, known, emptyPages, isWhole, typed, purpose }) => {
        const all = links.map((link, index) => ({ ...link, linkId: ID(index) }));
        // One address belongs to one link.
        const byCode = new Map(all.map((link) => [link.code, link]));
        const fits = (filter: LinkFilter) => (link: (typeof all)[number]) =>
          (filter.linkId === undefined || filter.linkId === link.linkId) &&
          (filter.contact === undefined || filter.contact === link.mobile) &&
          (filter.reference === undefined || filter.reference === link.reference) &&
          (filter.url === undefined ||
            (byCode.get(link.code) === link && filter.url === `instant.pe/C${link.code}`));
        const matching = (filter: LinkFilter) =>
          all.filter(fits(filter)).map(({ linkId }) => record({ linkId }));
        const deps = world({
          known: known.map(ID),
          list: (filter) => [
            ...Array.from({ length: emptyPages }, () => page([], { recordsReceived: 100 })),
            page(isWhole ? matching(filter) : matching(filter).slice(0, 1)),
          ],
          end: isWhole ? COMPLETE : { ...COMPLETE, complete: false, reason: 'Page 9 failed.' },
        });
        deps.gateway.script.page = ({ filter }) => page(matching(filter));
        const found = await search(deps, typed, purpose);
        if (found.kind !== 'one') return;
        ones += 1;
        const target = readTarget(typed);
        const meant = matching(
          target.kind === 'url'
            ? { url: target.url }
            : target.kind === 'reference'
              ? { reference: target.reference }
              : { contact: typed },
        ).map(({ linkId }) => linkId);
        expect(meant).toContain(found.linkId);
        if (purpose === 'act') expect(meant).toEqual([found.linkId]);
      }),
      { numRuns: 2_000 },
    );
    expect(ones).toBeGreaterThan(200);
  });
});

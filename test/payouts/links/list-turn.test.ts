/** Owns turning pages while the list moves: every link that stays is shown once, in order, whatever joins and leaves. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import { list, type LinkList } from '../../../src/payouts/links/list.ts';
import { EVERY_LINK } from '../../../src/payouts/links/list-filter.ts';
import { makeDeps, MAKER, page, record } from '../setup.ts';

/** InstantPay’s list, the newest first, with so many records a page. */
function upstream(ids: number[], size: number) {
  const idOf = (id: number): string => id.toString(16).padStart(24, '0');
  const deps = makeDeps({
    script: {
      page: ({ pageNumber }) => {
        const from = (pageNumber - 1) * size;
        const links = ids.slice(from, from + size).map((id) => record({ linkId: idOf(id) }));
        return page(links, {
          pageNumber,
          recordsReceived: links.length,
          totalRecords: ids.length,
          totalPages: Math.ceil(ids.length / size),
          recordFrom: links.length === 0 ? undefined : from + 1,
          recordTo: links.length === 0 ? undefined : from + links.length,
        });
      },
    },
  });
  const first = () => list(deps, MAKER, { ...EVERY_LINK, pageNumber: 1 });
  const turn = ({ older, newer }: LinkList, direction: 'older' | 'newer') => {
    const to = direction === 'older' ? older : newer;
    return to && list(deps, MAKER, to);
  };
  return { deps, idOf, first, turn };
}

const shownOn = ({ page: { links } }: LinkList): number[] =>
  links.map(({ linkId }) => Number.parseInt(linkId, 16));
const lastOf = (pages: readonly LinkList[]): LinkList => {
  const last = pages.at(-1);
  if (!last) throw new Error('there is no page');
  return last;
};
const mustTurn = async (turned: Promise<LinkList> | undefined): Promise<LinkList> => {
  const shown = await turned;
  if (!shown) throw new Error('there is no such page');
  return shown;
};
const countdown = (from: number): number[] => Array.from({ length: from }, (_none, index) => from - index);

const move = fc.record({
  joins: fc.nat(12),
  /** Places of links that leave, before as well as after what is shown. */
  leaves: fc.array(fc.nat(60), { maxLength: 6 }),
});

test('Older shows each link that stays exactly once, and none twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(10, 3, 7),
      fc.array(move, { maxLength: 30 }),
      async (amount, size, moves) => {
        const ids = countdown(amount);
        const there = new Set(ids);
        const { first, turn } = upstream(ids, size);
        const seen: number[] = [];
        let shown: LinkList | undefined = await first();
        let next = 1_000;
        for (let index = 0; shown && index < 100; index += 1) {
          expect(shown.lost ?? false).toBe(false);
          seen.push(...shownOn(shown));
          const { joins, leaves } = moves[index] ?? { joins: 0, leaves: [] };
          // Never all links that are shown: then nothing tells where to go on.
          const kept = shownOn(shown).at(-1);
          for (const leaving of leaves) {
            const id = ids[leaving];
            if (id === undefined || id === kept) continue;
            ids.splice(leaving, 1);
            there.delete(id);
          }
          for (let joined = 0; joined < Math.min(joins, size); joined += 1) ids.unshift((next += 1));
          shown = await turn(shown, 'older');
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((id) => there.has(id))).toEqual([...there]);
      },
    ),
    { numRuns: 200 },
  );
});

describe('ten a page', () => {
  test('with nothing moved a page is the next one of InstantPay’s, and Newer leads back', async () => {
    const { first, turn, deps } = upstream(countdown(37), 10);
    const pages = [await first()];
    for (let turned = turn(lastOf(pages), 'older'); turned; turned = turn(lastOf(pages), 'older'))
      pages.push(await turned);
    expect(pages.map(shownOn).flat()).toEqual(countdown(37));
    expect(pages.map(({ query }) => query.pageNumber)).toEqual([1, 2, 3, 4]);
    expect(pages.map(({ added }) => added)).toEqual([undefined, undefined, undefined, undefined]);
    const back = [lastOf(pages)];
    for (let turned = turn(lastOf(back), 'newer'); turned; turned = turn(lastOf(back), 'newer'))
      back.push(await turned);
    expect(back.map(shownOn)).toEqual(pages.toReversed().map(shownOn));
    // Two pages a turn: the one that was shown, and the one beside it.
    expect(deps.gateway.calls.page).toHaveLength(1 + 2 * 6);
  });

  test('three new links: the next page goes on right after the last that was shown, and says so', async () => {
    const ids = countdown(37);
    const { first, turn } = upstream(ids, 10);
    const one = await first();
    ids.unshift(40, 39, 38);
    const two = await turn(one, 'older');
    expect(two && shownOn(two)).toEqual([27, 26, 25, 24, 23, 22, 21, 20, 19, 18]);
    expect(two).toMatchObject({ added: 3, page: { recordFrom: 14, recordTo: 23 } });
    const three = two && (await turn(two, 'older'));
    expect(three && shownOn(three)[0]).toBe(17);
    expect(three?.added).toBeUndefined();
    const newer = two && (await turn(two, 'newer'));
    expect(newer && shownOn(newer)).toEqual([37, 36, 35, 34, 33, 32, 31, 30, 29, 28]);
    const newest = newer && (await turn(newer, 'newer'));
    expect(newest && shownOn(newest).slice(0, 3)).toEqual([40, 39, 38]);
    expect(newest?.newer).toBeUndefined();
  });

  test('the last link that was shown left: the one before it tells where to go on', async () => {
    const ids = countdown(30);
    const { first, turn } = upstream(ids, 10);
    const one = await first();
    ids.splice(ids.indexOf(21), 1);
    const two = await turn(one, 'older');
    expect(two && shownOn(two)[0]).toBe(20);
    expect(two?.lost).toBe(false);
  });

  test('all that were shown left: the page of that number is shown, and said to be unsure', async () => {
    const ids = countdown(60);
    const { first, turn } = upstream(ids, 10);
    const one = await first();
    ids.splice(0, 10);
    const two = await turn(one, 'older');
    expect(two).toMatchObject({ lost: true, query: { pageNumber: 2 } });
  });

  test('a list that became shorter than the page is found again on the pages before', async () => {
    const ids = countdown(30);
    const { first, turn } = upstream(ids, 10);
    const three = await mustTurn(turn(await mustTurn(turn(await first(), 'older')), 'older'));
    expect(shownOn(three)[0]).toBe(10);
    ids.splice(0, 15);
    const two = await turn(three, 'newer');
    expect(two && shownOn(two)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
  });

  test('a page that cannot be read is a failure when it is the next one', async () => {
    const { deps, first, turn } = upstream(countdown(30), 10);
    const one = await first();
    const { script } = deps.gateway;
    const read = script.page;
    script.page = (asked) => {
      if (asked.pageNumber === 2) throw new Unavailable('Page 2 failed.');
      if (typeof read !== 'function') throw new Error('no page');
      return read(asked);
    };
    await expect(turn(one, 'older')).rejects.toThrow('Page 2 failed.');
  });
});

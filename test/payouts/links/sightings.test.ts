/** Owns the local index of links: what is hashed, how it is written, and that its failures cost nothing but itself. */

import { describe, expect, test } from 'vitest';
import { createKeyedHash } from '../../../src/keyed-hash.ts';
import { queryOf, sightingOf } from '../../../src/payouts/links/index-keys.ts';
import type { SeenLink, LinkIndexStore, Sighting } from '../../../src/payouts/links/index-port.ts';
import {
  BATCH_LINKS,
  createLinkIndex,
  KEPT_LINKS,
  WAITING_MAX,
} from '../../../src/payouts/links/sightings.ts';
import { readTarget } from '../../../src/payouts/links/target.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { memoryStore } from '../../fakes/memory-store.ts';
import { LINK, NOON } from '../setup.ts';

const plain = (text: string): string => text;

const FACTS: SeenLink = {
  linkId: LINK,
  url: 'https://www.instant.pe/LS25FH?x=1',
  name: 'Asha  Rao (Pune)',
  email: 'Asha@Example.in',
  mobile: '+91 98200 11101',
  referenceNo: 'INV-118',
  orderIds: ['1261120063012ABCDE', undefined, 'NA'],
};

const linkOf = (index: number): SeenLink => ({
  linkId: index.toString(16).padStart(24, '0'),
  name: `Name ${index}`,
  orderIds: [],
});

describe('what a link is found by', () => {
  test('its address, mobile, email, the words of its name, reference and orders', () => {
    expect(sightingOf(FACTS, plain)).toEqual({
      linkId: LINK,
      keys: [
        'url instant.pe/LS25FH',
        'mobile 9820011101',
        'email asha@example.in',
        'name asha',
        'name rao',
        'name pune',
        'reference inv-118',
        'order 1261120063012abcde',
      ],
    });
  });

  test('what InstantPay writes for nothing is no key', () => {
    const nothing = {
      linkId: LINK,
      url: '',
      name: 'NA',
      email: 'null',
      mobile: '0',
      referenceNo: '-',
      orderIds: [],
    };
    expect(sightingOf(nothing, plain).keys).toEqual([]);
  });

  test.each([
    ['instant.pe/LS25FH', true],
    ['https://instant.pe/LS25FH/', true],
    ['instant.pe/ls25fh', false],
    ['9820011101', true],
    ['+91-98200-11101', true],
    ['098200 11101', true],
    ['९८२०० १११०१', true],
    ['௯௮௨௦௦௧௧௧௦௧', true],
    ['９８２００１１１０１', true],
    ['९८२०० १११०२', false],
    ['9820011102', false],
    ['ASHA@example.in', true],
    ['asha@example.com', false],
    ['rao asha', true],
    ['asha gupta', false],
    ['ash', false],
    ['inv-118', true],
    ['INV-11', false],
    ['1261120063012abcde', true],
    ['1261120063012ABCDF', false],
  ])('%s: %s', (typed, isFound) => {
    const { keys } = sightingOf(FACTS, plain);
    const query = queryOf(readTarget(typed), plain);
    const has = (key: string): boolean => keys.includes(key);
    expect(query?.match === 'all' ? query.keys.every(has) : query?.keys.some(has)).toBe(isFound);
  });

  test('a link ID needs no index; what has no word in it is not looked for', () => {
    expect(queryOf({ kind: 'id', linkId: LINK }, plain)).toBeUndefined();
    expect(queryOf({ kind: 'contact', contact: '--' }, plain)).toBeUndefined();
  });

  test('a keyed hash says nothing without its key', () => {
    const [hash, again, other] = [createKeyedHash('one'), createKeyedHash('one'), createKeyedHash('two')];
    expect(hash('mobile 9820011101')).toBe(again('mobile 9820011101'));
    expect(hash('mobile 9820011101')).not.toBe(other('mobile 9820011101'));
    expect(hash('mobile 9820011101')).toMatch(/^[\w-]{22}$/);
  });
});

function setup(changes: Partial<LinkIndexStore> = {}, hash = createKeyedHash('secret')) {
  const time = { now: NOON };
  const problems: unknown[] = [];
  const pauses: number[] = [];
  const batches: Sighting[][] = [];
  const memory = memoryStore().linkIndex;
  const index = createLinkIndex({
    store: {
      ...memory,
      remember: (sightings, at) => {
        batches.push([...sightings]);
        return memory.remember(sightings, at);
      },
      ...changes,
    },
    hash,
    clock: () => time.now,
    pause: async (durationMs) => void pauses.push(durationMs),
    onProblem: (problem) => problems.push(problem),
  });
  const find = (typed: string) => index.candidates(readTarget(typed), 11);
  return { index, time, problems, pauses, batches, find };
}

describe('the index', () => {
  test('finds what an answer showed', async () => {
    const { index, find } = setup();
    index.see(FACTS);
    await index.close();
    expect(await find('+91 98200-11101')).toEqual([LINK]);
    expect(await find('INV-118')).toEqual([LINK]);
    expect(await find('9820011102')).toEqual([]);
    expect(await find(LINK)).toEqual([]);
  });

  test('writes in batches, one after the other', async () => {
    const { index, batches } = setup();
    for (let link = 0; link < 2 * BATCH_LINKS + 1; link += 1) index.see(linkOf(link));
    await index.close();
    expect(batches.map((batch) => batch.length)).toEqual([BATCH_LINKS, BATCH_LINKS, 1]);
    index.see(linkOf(999));
    await index.close();
    expect(batches).toHaveLength(4);
  });

  test('what a page shows is written at once; while a walk shows more, there is a pause after each batch', async () => {
    const { index, pauses, batches } = setup();
    const settled = async (): Promise<void> => {
      const before = batches.length;
      await new Promise((resolve) => void setImmediate(resolve));
      if (batches.length > before) await settled();
    };
    for (let link = 0; link <= 10 * BATCH_LINKS; link += 1) index.see(linkOf(link));
    await settled();
    expect(batches.flat()).toHaveLength(10 * BATCH_LINKS + 1);
    expect(pauses).toEqual([]);
    for (let link = 1_000; link <= 1_000 + 13 * BATCH_LINKS; link += 1) index.see(linkOf(link));
    await settled();
    // One of them is written when it is seen; at 200 and less, a stop could write them all.
    expect(pauses).toEqual([100, 100, 100]);
    expect(batches.flat()).toHaveLength(23 * BATCH_LINKS + 2);
  });

  test('a link that is seen again is written again after twelve hours, or when it has more to be found by', async () => {
    const { index, time, batches, find } = setup();
    const seeAll = async (facts: SeenLink): Promise<number> => {
      index.see(facts);
      await index.close();
      return batches.length;
    };
    expect(await seeAll(FACTS)).toBe(1);
    expect(await seeAll(FACTS)).toBe(1);
    time.now += 12 * HOUR_MS - 1;
    expect(await seeAll(FACTS)).toBe(1);
    time.now += 1;
    expect(await seeAll(FACTS)).toBe(2);
    expect(await seeAll({ linkId: LINK, orderIds: ['1261120080000CLAIM'] })).toBe(3);
    expect(await find('1261120080000CLAIM')).toEqual([LINK]);
    expect(await seeAll({ linkId: LINK, orderIds: [] })).toBe(3);
  });

  test('takes no more than it can hold while the store is slow, and a stop waits for a few batches alone', async () => {
    const stuck = Promise.withResolvers<void>();
    const written: number[] = [];
    const { index } = setup({
      remember: async (sightings) => {
        written.push(sightings.length);
        await stuck.promise;
      },
    });
    for (let link = 0; link < WAITING_MAX + 100; link += 1) index.see(linkOf(link));
    const closed = index.close();
    stuck.resolve();
    await closed;
    expect(written).toEqual(Array.from({ length: 10 }, () => BATCH_LINKS));
  });

  test('prunes at its start and then now and again', async () => {
    const kept: number[] = [];
    const { index } = setup({
      prune: async (keep) => {
        kept.push(keep);
        return 0;
      },
    });
    const see = async (from: number, to: number): Promise<void> => {
      for (let link = from; link < to; link += 1) {
        index.see(linkOf(link));
        await index.close();
      }
    };
    await see(0, 1);
    expect(kept).toEqual([KEPT_LINKS]);
    await see(1, 2_000);
    expect(kept).toHaveLength(1);
    await see(2_000, 2_001);
    expect(kept).toHaveLength(2);
  });

  test('after a failed write it pauses for a minute, says so once and forgets nothing that it did not write', async () => {
    let isBroken = true;
    const memory = memoryStore().linkIndex;
    const { index, time, problems, find } = setup({
      ...memory,
      remember: async (...given) => {
        if (isBroken) throw new Error('disk full');
        await memory.remember(...given);
      },
    });
    for (let link = 0; link < 100; link += 1) index.see(linkOf(link));
    index.see(FACTS);
    await index.close();
    expect(problems).toHaveLength(1);
    isBroken = false;
    time.now += MINUTE_MS - 1;
    index.see(FACTS);
    await index.close();
    expect(await find('INV-118')).toEqual([]);
    time.now += 1;
    index.see(FACTS);
    await index.close();
    expect(await find('INV-118')).toEqual([LINK]);
    expect(problems).toHaveLength(1);
  });

  test('what cannot be hashed is told like a failed write, and the next is written', async () => {
    let isBroken = true;
    const hash = createKeyedHash('secret');
    const { index, time, problems, find } = setup({}, (text) => {
      if (isBroken) throw new Error('no hash');
      return hash(text);
    });
    index.see(FACTS);
    await index.close();
    expect(problems).toEqual([new Error('no hash')]);
    isBroken = false;
    time.now += MINUTE_MS;
    index.see(FACTS);
    await index.close();
    expect(await find('INV-118')).toEqual([LINK]);
  });

  test('hashes nothing while an answer is read, and of a long history no more than is kept', async () => {
    const hashed: string[] = [];
    const { index, batches } = setup({}, (text) => {
      hashed.push(text);
      return text;
    });
    index.see({ linkId: LINK, orderIds: Array.from({ length: 500 }, (_, order) => `ORDER${order}`) });
    expect(hashed).toEqual([]);
    await index.close();
    expect(hashed).toHaveLength(8);
    expect(batches.flat()).toMatchObject([{ linkId: LINK, keys: hashed }]);
  });

  test('a failed look-up finds nothing', async () => {
    const { problems, find } = setup({
      find: async () => {
        throw new Error('away');
      },
    });
    expect(await find('INV-118')).toEqual([]);
    expect(problems).toEqual([new Error('away')]);
  });
});

/** Owns what answers tell of PROCESSING links: written in batches, beside the work, and never in its way. */

import { describe, expect, test, vi } from 'vitest';
import {
  createProcessingFeed,
  FORGOTTEN_AFTER_MS,
  FRESH_MS,
  KNOWN_AT_MOST,
  RELOAD_MS,
  WAITING_LINKS,
} from '../../../src/payouts/links/processing-feed.ts';
import { processingSince } from '../../../src/payouts/links/processing.ts';
import type { LinkStatus } from '../../../src/payouts/links/link.ts';
import { MINUTE_MS } from '../../../src/payouts/time.ts';
import { memoryStore, type Moment } from '../../fakes/memory-store.ts';
import { NOON } from '../setup.ts';

const linkOf = (index: number): string => index.toString(16).padStart(24, '0');

function setup(at?: (moment: Moment) => void) {
  const operations: string[] = [];
  const { processing } = memoryStore({
    at: (moment) => {
      if (moment.when === 'before') operations.push(moment.operation);
      at?.(moment);
    },
  });
  const time = { now: NOON };
  const problems: unknown[] = [];
  const pauses: number[] = [];
  const feed = createProcessingFeed({
    store: processing,
    clock: () => time.now,
    pause: async (durationMs) => void pauses.push(durationMs),
    onProblem: (error) => void problems.push(error),
  });
  const see = async (linkId: string, status: LinkStatus, claimedAt?: number): Promise<void> => {
    feed.see({ linkId, status, claimedAt });
    await feed.close();
  };
  return { processing, operations, time, problems, pauses, feed, see };
}

describe('what answers tell of PROCESSING links', () => {
  test('remembers the first sighting and the claim, and forgets both in another status', async () => {
    const { processing, time, see } = setup();
    await see('l1', 'PROCESSING');
    time.now += MINUTE_MS;
    await see('l1', 'PROCESSING');
    expect(await processing.find(['l1'])).toEqual(new Map([['l1', { since: NOON, from: 'seen' }]]));
    await see('l1', 'PROCESSING', NOON - MINUTE_MS);
    expect(await processing.find(['l1'])).toEqual(
      new Map([['l1', { since: NOON - MINUTE_MS, from: 'claim' }]]),
    );
    await see('l1', 'ISSUED');
    expect(await processing.find(['l1'])).toEqual(new Map());
    time.now += MINUTE_MS;
    await see('l1', 'PROCESSING');
    expect(await processing.find(['l1'])).toEqual(
      new Map([['l1', { since: NOON + 2 * MINUTE_MS, from: 'seen' }]]),
    );
  });

  test('writes nothing for links that are not PROCESSING and were not, nor for one just written', async () => {
    const { operations, time, feed, see } = setup();
    await see('l1', 'PROCESSING');
    operations.splice(0);
    for (let index = 0; index < 1_000; index += 1) feed.see({ linkId: linkOf(index), status: 'ISSUED' });
    await see('l1', 'PROCESSING');
    expect(operations).toEqual([]);
    time.now += FRESH_MS;
    await see('l1', 'PROCESSING');
    expect(operations.filter((name) => name === 'processing.seen')).toHaveLength(1);
  });

  test('of very many the longest seen are known no more, so that memory does not grow with the list', async () => {
    const { operations, feed } = setup();
    const most = KNOWN_AT_MOST + WAITING_LINKS;
    // A few batches at a time, so that none is dropped for want of room.
    for (let index = 0; index < most + 10; index += 1) {
      feed.see({ linkId: linkOf(index), status: 'PROCESSING' });
      if (index % 100 === 0) await feed.close();
    }
    await feed.close();
    operations.splice(0);
    for (let index = 0; index < 10; index += 1) feed.see({ linkId: linkOf(index), status: 'CLAIMED' });
    await feed.close();
    expect(operations).toEqual([]);
    feed.see({ linkId: linkOf(10), status: 'CLAIMED' });
    await feed.close();
    expect(operations).toContain('processing.seen');
  });

  test('what another replica remembers is forgotten here too, and what it forgets is written again', async () => {
    const { processing, time, see } = setup();
    await see('own', 'PROCESSING');
    await processing.seen([{ linkId: 'theirs', status: 'PROCESSING' }], NOON);
    await processing.seen([{ linkId: 'own', status: 'CLAIMED' }], NOON);
    await see('own', 'PROCESSING');
    expect(await processing.known(10)).toEqual(['theirs']);
    time.now += RELOAD_MS;
    await see('other', 'ISSUED');
    await see('theirs', 'EXPIRED');
    await see('own', 'PROCESSING');
    expect(await processing.known(10)).toEqual(['own']);
  });

  test('a store that fails is left alone for a minute, and nothing is thrown', async () => {
    let isAway = true;
    const { processing, problems, time, see, operations } = setup(() => {
      if (isAway) throw new Error('away');
    });
    await see('l1', 'PROCESSING');
    expect(problems).toHaveLength(1);
    operations.splice(0);
    await see('l1', 'PROCESSING');
    expect(operations).toEqual([]);
    isAway = false;
    time.now += MINUTE_MS;
    await see('l1', 'PROCESSING');
    expect(await processing.known(10)).toEqual(['l1']);
    expect(problems).toHaveLength(1);
  });

  test('what a page shows is written at once; while a walk shows more, there is a pause after each batch', async () => {
    const { processing, feed, pauses } = setup();
    const seeMany = async (from: number, count: number): Promise<void> => {
      for (let index = from; index < from + count; index += 1)
        feed.see({ linkId: linkOf(index), status: 'PROCESSING' });
      await vi.waitFor(async () => expect(await processing.known(1_000)).toHaveLength(from + count));
    };
    await seeMany(0, 200);
    expect(pauses).toEqual([]);
    await seeMany(200, 301);
    expect(pauses).toEqual([100, 100]);
  });

  test('what waits is bounded, and so is what a stop still writes', async () => {
    const { processing, feed } = setup();
    for (let index = 0; index < WAITING_LINKS + 100; index += 1) {
      feed.see({ linkId: linkOf(index), status: 'PROCESSING' });
    }
    await feed.close();
    const written = await processing.known(WAITING_LINKS);
    expect(written.length).toBeGreaterThan(0);
    expect(written.length).toBeLessThanOrEqual(200);
  });

  test('rows that were not seen for long are pruned', async () => {
    const { processing, time, see } = setup();
    await processing.seen([{ linkId: 'old', status: 'PROCESSING' }], NOON);
    time.now += FORGOTTEN_AFTER_MS + 1;
    await see('new', 'PROCESSING');
    expect(await processing.known(10)).toEqual(['new']);
  });
});

test.each([
  ['the claim', { since: NOON - 1, from: 'claim' }, { since: NOON - 1, from: 'claim' }],
  ['the first sighting', { since: NOON - 2, from: 'seen' }, { since: NOON - 2, from: 'seen' }],
  ['the creation when nothing else is known', undefined, { since: NOON - 9, from: 'created' }],
] as const)('R20: PROCESSING ages from %s', (_of, known, expected) => {
  expect(processingSince({ createdAt: NOON - 9 }, known)).toEqual(expected);
});

test('R20: without any of them nothing is said', () => {
  expect(processingSince({ createdAt: undefined }, undefined)).toBeUndefined();
});

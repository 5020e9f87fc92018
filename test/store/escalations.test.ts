/** Owns what was told of stuck links on both engines: once in each channel and stage, with its message, or not at all. */

import { describe, expect, test } from 'vitest';
import type { OutboxMessage } from '../../src/payouts/digest/port.ts';
import type { Telling, Tells } from '../../src/payouts/links/telling.ts';
import type { OpenStore } from '../../src/store/database.ts';
import { toInstant } from '../../src/store/instant.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { databases, ENGINES } from './engines.ts';
import { MINUTE, NOON } from './samples.ts';

const DAY = 24 * 60 * MINUTE;
const SINCE = NOON - DAY;
const first = (linkId: string, since = SINCE): Telling => ({ linkId, stage: 'first', since });
const again = (linkId: string): Telling => ({ linkId, stage: 'again', since: SINCE });

const telling = (
  at: number,
  links: readonly Telling[],
  more: Partial<OutboxMessage> = {},
): OutboxMessage & { tells: Tells } => ({
  scheduleId: 'stuck C1',
  dueAt: at,
  kind: 'stuck',
  channelId: 'C1',
  content: {},
  expiresAt: at + DAY,
  ...more,
  tells: { at, links },
});

const idOf = (at: number): string => `stuck C1 ${toInstant(at)} stuck`;

async function claim({ digests }: OpenStore, at: number) {
  const claimed = await digests.claimMessage(idOf(at), at, MINUTE);
  if (!claimed) throw new Error('the message was not to be had');
  return claimed;
}

describe.each(ENGINES)('what was told of stuck links on %s', (engine) => {
  const fresh = databases(engine);

  test('is stored with its message, by channel and stage', async () => {
    const store = await (await fresh()).open();
    expect(await store.escalations.told('C1', ['l1'])).toEqual(new Map());
    expect(await store.escalations.tell(telling(NOON, [first('l1'), again('l2')]))).toBe(true);
    expect(await store.escalations.told('C1', ['l2', 'l1', 'l3'])).toEqual(
      new Map([
        ['l1', { first: NOON, again: undefined }],
        ['l2', { first: undefined, again: NOON }],
      ]),
    );
    expect(await store.escalations.told('C2', ['l1', 'l2'])).toEqual(new Map());
    expect(await store.escalations.told('C1', [])).toEqual(new Map());
    expect(await store.digests.dueMessages(NOON, 10)).toEqual([idOf(NOON)]);
    const later = NOON + 2 * DAY;
    expect(await store.escalations.tell(telling(later, [again('l1')]))).toBe(true);
    expect((await store.escalations.told('C1', ['l1'])).get('l1')).toEqual({ first: NOON, again: later });
  });

  test('one of two replicas tells; a message of which one link was told meanwhile is not stored at all', async () => {
    const [one, other] = await (await fresh()).openTwo();
    const links = Array.from({ length: 30 }, (_none, index) => first(`l${index}`));
    const told = await Promise.all([
      one.escalations.tell(telling(NOON, links)),
      other.escalations.tell(telling(NOON + 1, links.toReversed())),
      one.escalations.tell(telling(NOON + 2, links.slice(10, 20))),
    ]);
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await other.digests.dueMessages(NOON + 9, 10)).toHaveLength(1);
    expect(await one.escalations.tell(telling(NOON + 3, [first('new'), first('l15')]))).toBe(false);
    expect(await one.escalations.told('C1', ['new'])).toEqual(new Map());
    expect(await one.digests.dueMessages(NOON + 9, 10)).toHaveLength(1);
  });

  test('a link that was claimed again is told of again', async () => {
    const store = await (await fresh()).open();
    await store.escalations.tell(telling(NOON, [first('l1')]));
    expect(await store.escalations.tell(telling(NOON + DAY, [first('l1', NOON)]))).toBe(false);
    expect(await store.escalations.tell(telling(NOON + DAY, [first('l1', NOON + 1)]))).toBe(true);
    expect((await store.escalations.told('C1', ['l1'])).get('l1')?.first).toBe(NOON + DAY);
  });

  test('of a message that was given up nothing was told; one that was posted, or is gone, was', async () => {
    const database = await fresh();
    const store = await database.open();
    await store.escalations.tell(telling(NOON, [first('l1')]));
    await store.digests.abandon(await claim(store, NOON), NOON, undefined);
    expect(await store.escalations.told('C1', ['l1'])).toEqual(new Map());
    const later = NOON + MINUTE;
    expect(await store.escalations.tell(telling(later, [first('l1')]))).toBe(true);
    const claimed = await claim(store, later);
    expect((await store.escalations.told('C1', ['l1'])).get('l1')?.first).toBe(later);
    await store.digests.posted(claimed, '1.2', later);
    expect(await store.escalations.tell(telling(later + 1, [first('l1')]))).toBe(false);
    await database.raw('delete from digest_messages');
    expect((await store.escalations.told('C1', ['l1'])).get('l1')?.first).toBe(later);
  });

  test('a digest tells of stuck links too; those that were told keep their time', async () => {
    const store = await (await fresh()).open();
    await store.escalations.tell(telling(NOON, [first('l1')]));
    const digest = telling(NOON + MINUTE, [first('l1'), first('l2')], { kind: 'digest', scheduleId: 's1' });
    const schedule = subscription({ markAt: NOON });
    await store.subscriptions.create(schedule, []);
    const outcome = { run: undefined, skipped: [], messages: [digest] };
    await store.digests.account(schedule, NOON + MINUTE, outcome);
    expect(await store.escalations.told('C1', ['l1', 'l2'])).toEqual(
      new Map([
        ['l1', { first: NOON, again: undefined }],
        ['l2', { first: NOON + MINUTE, again: undefined }],
      ]),
    );
  });

  test('one replica walks in ten minutes; a clock that was wrong holds up nobody', async () => {
    const stores = await (await fresh()).openTwo();
    const all = (at: number) =>
      Promise.all(
        Array.from({ length: 10 }, (_none, index) =>
          stores[index % 2 === 0 ? 0 : 1].escalations.claimWalk(at, 10 * MINUTE),
        ),
      );
    expect((await all(NOON)).filter(Boolean)).toHaveLength(1);
    expect(await all(NOON + 10 * MINUTE - 1)).not.toContain(true);
    expect((await all(NOON + 10 * MINUTE)).filter(Boolean)).toHaveLength(1);
    expect((await all(NOON + DAY)).filter(Boolean)).toHaveLength(1);
    expect((await all(NOON)).filter(Boolean)).toHaveLength(1);
  });

  test('what was told long ago is kept while the link is PROCESSING', async () => {
    const store = await (await fresh()).open();
    await store.escalations.tell(telling(NOON, [first('l1'), again('l1'), first('l2')]));
    await store.escalations.tell(telling(NOON + MINUTE, [first('l3')]));
    await store.processing.seen([{ linkId: 'l2', status: 'PROCESSING' }], NOON);
    await store.escalations.prune(NOON);
    expect([...(await store.escalations.told('C1', ['l1', 'l2', 'l3'])).keys()].sort()).toEqual([
      'l1',
      'l2',
      'l3',
    ]);
    await store.escalations.prune(NOON + MINUTE);
    expect([...(await store.escalations.told('C1', ['l1', 'l2', 'l3'])).keys()].sort()).toEqual(['l2', 'l3']);
  });
});

/** Owns which links expire soon: ISSUED, within the time, the soonest first, bounded, and incomplete when it is. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import { findExpiring, startExpiring } from '../../../src/payouts/links/expiring.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import type { WalkEnd } from '../../../src/payouts/links/page.ts';
import { REMINDED_AT_MOST } from '../../../src/payouts/links/reminder-run.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { countedSpills } from './spill.ts';
import { EVERY_STATUS, MAKER, makeDeps, NOON, page, record, STRANGER } from '../setup.ts';

const WITHIN = 48 * HOUR_MS;
const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };
const idOf = (index: number): string => index.toString(16).padStart(24, '0');
const expiring = (index: number, changes: Partial<PayoutLink> = {}): PayoutLink =>
  record({ linkId: idOf(index), expiresAt: NOON + index * MINUTE_MS, amountPaise: 100, ...changes });

describe('the fold', () => {
  test.each(EVERY_STATUS)('%s: only ISSUED is kept', (status) => {
    const fold = startExpiring(WITHIN, NOON);
    fold.add(expiring(1, { status }));
    expect(fold.links().count).toBe(status === 'ISSUED' ? 1 : 0);
  });

  test.each([
    [undefined, 0],
    [NOON - 1, 0],
    [NOON, 0],
    [NOON + 1, 1],
    [NOON + WITHIN, 1],
    [NOON + WITHIN + 1, 0],
  ])('an expiry at %s', (expiresAt, count) => {
    const fold = startExpiring(WITHIN, NOON);
    fold.add(expiring(1, { expiresAt }));
    expect(fold.links()).toMatchObject({ count, totalPaise: BigInt(100 * count), withinMs: WITHIN });
  });

  test('an amount that cannot be read is counted apart (R3)', () => {
    const fold = startExpiring(WITHIN, NOON);
    fold.add(expiring(1, { amountPaise: undefined }));
    fold.add(expiring(2));
    expect(fold.links()).toMatchObject({ count: 2, totalPaise: 100n, amountUnknown: 1 });
    fold.remove(idOf(1));
    expect(fold.links()).toMatchObject({ count: 1, totalPaise: 100n, amountUnknown: 0 });
    fold.remove('never added');
    expect(fold.links()).toMatchObject({ count: 1 });
  });

  test('of any records in any order: the last of each link counts, the soonest come first', () => {
    const seen = fc.record({
      index: fc.integer({ min: 1, max: 40 }),
      status: fc.constantFrom('ISSUED' as const, 'CLAIMED' as const),
      hours: fc.integer({ min: -2, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 120 }), (all) => {
        const fold = startExpiring(WITHIN, NOON);
        const last = new Map<string, PayoutLink>();
        for (const { index, status, hours } of all) {
          const link = expiring(index, { status, expiresAt: NOON + hours * HOUR_MS });
          fold.add(link);
          last.set(link.linkId, link);
        }
        const soon = [...last.values()].filter(
          ({ status, expiresAt = 0 }) =>
            status === 'ISSUED' && expiresAt > NOON && expiresAt <= NOON + WITHIN,
        );
        const links = fold.links();
        expect(links.count).toBe(soon.length);
        expect(links.totalPaise).toBe(BigInt(100 * soon.length));
        const times = links.soonest.map(({ expiresAt }) => expiresAt);
        expect(times).toEqual(
          soon.map(({ expiresAt }) => expiresAt).sort((one = 0, other = 0) => one - other),
        );
        expect(new Set(links.soonest)).toEqual(new Set(soon));
      }),
    );
  });

  test('of many, the soonest hundred are kept, and all are counted', () => {
    const fold = startExpiring(WITHIN, NOON);
    const all = Array.from({ length: 500 }, (_none, index) => expiring(1 + ((index * 7) % 500)));
    for (const link of all) fold.add(link);
    const { count, soonest } = fold.links();
    expect(count).toBe(500);
    expect(soonest.map(({ linkId }) => linkId)).toEqual(
      Array.from({ length: REMINDED_AT_MOST }, (_none, index) => idOf(index + 1)),
    );
  });
});

describe('/payout expiring', () => {
  const walk = (end: WalkEnd = COMPLETE) => ({
    pages: [page([expiring(3), expiring(1)]), page([expiring(2)], { mismatchedIds: [idOf(3)] })],
    end,
  });

  test('asks for ISSUED links alone, and tells of the last reminders', async () => {
    const deps = makeDeps({ script: { links: walk() } });
    const row = { actorId: 'U_SECOND', linkId: idOf(1) };
    await deps.store.audit.append({ ...row, at: NOON - 2, action: 'reminder.sent', actorId: 'U_MAKER' });
    await deps.store.audit.append({ ...row, at: NOON - 1, action: 'reminder.outcome_unknown' });
    await deps.store.audit.append({ ...row, at: NOON, action: 'reminder.not_sent' });
    const found = await findExpiring(deps, MAKER, WITHIN);
    expect(deps.gateway.calls.links).toEqual([{ statuses: ['ISSUED'] }]);
    expect(found.soonest.map(({ linkId }) => linkId)).toEqual([idOf(1), idOf(2)]);
    expect(found).toMatchObject({ count: 2, incomplete: undefined, environment: 'live', at: NOON });
    expect([...found.reminded]).toEqual([[idOf(1), { ...row, at: NOON - 1 }]]);
  });

  test('a walk that ends early, or fails, is incomplete and says why', async () => {
    const end = { ...COMPLETE, complete: false, reason: 'Page 2 failed.' };
    const deps = makeDeps({ script: { links: [walk(end), new Unavailable('InstantPay is away.')] } });
    expect(await findExpiring(deps, MAKER, WITHIN)).toMatchObject({ count: 2, incomplete: 'Page 2 failed.' });
    expect(await findExpiring(deps, MAKER, WITHIN)).toMatchObject({
      count: 0,
      incomplete: 'InstantPay is away.',
    });
  });

  test('without the store the list is shown all the same; a fault is none of its outcomes', async () => {
    const deps = makeDeps({
      script: { links: [walk(), new TypeError('a fault')] },
      at({ operation }) {
        if (operation === 'reminderRuns.lastReminders') throw new Unavailable('the store is away');
      },
    });
    expect((await findExpiring(deps, MAKER, WITHIN)).reminded.size).toBe(0);
    await expect(findExpiring(deps, MAKER, WITHIN)).rejects.toThrow(TypeError);
  });

  test('the file of its table is closed, whatever comes of the walk', async () => {
    const { count, openSpill } = countedSpills();
    const deps = makeDeps({
      script: { links: [walk(), new Unavailable('InstantPay is away.'), new TypeError('a fault')] },
    });
    deps.openSpill = openSpill;
    await findExpiring(deps, MAKER, WITHIN);
    await findExpiring(deps, MAKER, WITHIN);
    await expect(findExpiring(deps, MAKER, WITHIN)).rejects.toThrow(TypeError);
    expect(count).toEqual({ opened: 3, open: 0 });
  });

  test('for viewers alone', async () => {
    const deps = makeDeps();
    await expect(findExpiring(deps, STRANGER, WITHIN)).rejects.toThrow(Forbidden);
    expect(deps.gateway.calls.links).toEqual([]);
  });
});

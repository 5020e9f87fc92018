/** Owns settling a request: unknown outcomes, expiry, nudges and approved requests that nobody took up. */

import { describe, expect, test } from 'vitest';
import { NotFound, Unavailable } from '../../../src/errors.ts';
import type { Outcome } from '../../../src/payouts/cancel/outcome.ts';
import type { CancelRequest } from '../../../src/payouts/cancel/request.ts';
import { advance, settleUnknown } from '../../../src/payouts/cancel/settle.ts';
import type { LinkStatus } from '../../../src/payouts/links/link.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { describeStatus } from '../../../src/payouts/links/link.ts';
import {
  request,
  approvedAt,
  auditOf,
  keep,
  LINK,
  makeDeps,
  NOON,
  REVOKED,
  stored,
  type TestDeps,
  tracked,
  write,
} from '../setup.ts';
import { linkIs, NOT_REPORTED } from '../../../src/payouts/cancel/words.ts';

const executing = (changes: Partial<CancelRequest> = {}) =>
  request({ ...approvedAt(NOON), executingAt: NOON, wakeAt: NOON + 30_000, ...changes, status: 'executing' });

const unknown = (changes: Partial<CancelRequest> = {}) =>
  request({ ...executing(), problem: 'Timed out.', wakeAt: NOON + 5_000, ...changes, status: 'unknown' });

describe('settleCancel', () => {
  test.each<[LinkStatus, Outcome['kind'] | 'still unknown']>([
    ['CANCELLED', 'cancelled'],
    ['PROCESSING', 'recipient_won'],
    ['CLAIMED', 'recipient_won'],
    ['EXPIRED', 'link_expired'],
    ['ISSUED', 'still unknown'],
    ['UNKNOWN', 'still unknown'],
  ])('the link is %s: %s', async (status, ending) => {
    const link = status === 'UNKNOWN' ? REVOKED : tracked({ status });
    const deps = makeDeps({ script: { track: link } });
    deps.time.now = NOON + 5_000;
    const settled = await settleUnknown(deps, await keep(deps, unknown()));
    const message = linkIs(describeStatus(link));
    if (ending === 'still unknown') {
      expect(settled).toMatchObject({
        status: 'unknown',
        checks: 1,
        problem: message,
        wakeAt: NOON + 15_000,
      });
      expect(auditOf(deps)).toMatchObject([
        { action: 'cancel.rechecked', statusAfter: status, ipayUuid: 'uuid-track' },
      ]);
    } else {
      expect(settled).toMatchObject({
        status: ending === 'cancelled' ? 'executed' : 'refused',
        outcome: {
          kind: ending,
          linkStatus: status,
          message,
          ipayUuid: 'uuid-track',
          settledByTracking: true,
        },
      });
    }
    expect(stored(deps)).toEqual(settled);
    expect(deps.gateway.calls.track).toEqual([LINK]);
    expect(deps.gateway.calls.cancel).toEqual([]);
  });

  test('a call that was under way when Payout Desk stopped is lost first, then looked up', async () => {
    const deps = makeDeps({ script: { track: tracked({ status: 'CANCELLED' }) } });
    deps.time.now = NOON + 40_000;
    const settled = await settleUnknown(deps, await keep(deps, executing()));
    expect(settled).toMatchObject({ status: 'executed', version: 9, outcome: { settledByTracking: true } });
    expect(auditOf(deps)).toMatchObject([
      {
        action: 'cancel.outcome_unknown',
        detail: NOT_REPORTED,
      },
      { action: 'cancel.executed' },
    ]);
  });

  test('when the answer came meanwhile, that stands', async () => {
    const deps = makeDeps();
    const kept = await keep(deps, executing());
    const done = { ...kept, version: kept.version + 1, status: 'executed' as const };
    await deps.store.requests.save([{ before: kept, after: done, audit: [] }]);
    expect(await settleUnknown(deps, kept)).toEqual(done);
    expect(deps.gateway.calls.track).toEqual([]);
  });

  test('of two replicas that look at once, one stores what it saw', async () => {
    const deps = makeDeps({ script: { track: tracked({ status: 'CANCELLED' }) } });
    const kept = await keep(deps, unknown());
    const both = await Promise.all([settleUnknown(deps, kept), settleUnknown(deps, kept)]);
    expect(both[0]).toEqual(both[1]);
    expect(auditOf(deps)).toHaveLength(1);
  });

  test('a request in any other state is returned as it is', async () => {
    for (const status of ['pending', 'approved', 'executed', 'refused', 'unresolved'] as const) {
      const deps = makeDeps();
      expect(await settleUnknown(deps, request({ status }))).toEqual(request({ status }));
      expect(deps.gateway.calls.track).toEqual([]);
    }
  });

  test('while the link cannot be tracked it stays unknown, with why', async () => {
    const deps = makeDeps({ script: { track: new Unavailable('InstantPay is away.') } });
    deps.time.now = NOON + 5_000;
    expect(await settleUnknown(deps, await keep(deps, unknown()))).toMatchObject({
      status: 'unknown',
      checks: 1,
      problem: 'InstantPay is away.',
    });
    expect(auditOf(deps)[0]).toMatchObject({ action: 'cancel.rechecked' });
    expect(auditOf(deps)[0]?.statusAfter).toBeUndefined();
    expect(auditOf(deps)[0]?.ipayUuid).toBeUndefined();
  });

  test.each([
    ['ISSUED all day', tracked(), 'ISSUED', linkIs('ISSUED')],
    ['away all day', new Unavailable('InstantPay is away.'), undefined, 'InstantPay is away.'],
  ] as const)('%s: after a day of look-ups a person takes over', async (_, track, linkStatus, message) => {
    const deps = makeDeps({ script: { track } });
    let current: CancelRequest = await keep(deps, unknown());
    const lookedAt: number[] = [];
    while (current.wakeAt !== undefined) {
      deps.time.now = current.wakeAt;
      lookedAt.push(deps.time.now - NOON);
      current = await advance(deps, 'a1');
    }
    expect(lookedAt.slice(0, 5)).toEqual([5_000, 15_000, MINUTE_MS, 5 * MINUTE_MS, 5 * MINUTE_MS + HOUR_MS]);
    expect(lookedAt).toHaveLength(4 + 24);
    expect(current).toMatchObject({
      status: 'unresolved',
      outcome: { kind: 'still_unknown', linkStatus, message, settledByTracking: true },
    });
    expect(deps.time.now - NOON).toBeGreaterThanOrEqual(DAY_MS);
    expect(deps.gateway.calls.cancel).toEqual([]);
  });
});

describe('attend', () => {
  async function attended(kept: CancelRequest, at: number, deps: TestDeps): Promise<CancelRequest> {
    await keep(deps, kept);
    deps.time.now = at;
    return advance(deps, kept.id);
  }

  test('what is not due is left alone', async () => {
    const waiting = [request(), approvedAt(NOON), executing(), unknown()];
    for (const kept of waiting) {
      const deps = makeDeps();
      expect(await attended(kept, (kept.wakeAt ?? 0) - 1, deps)).toEqual(kept);
      expect(deps.gateway.calls.track).toEqual([]);
    }
  });

  test('what is due is done at that very moment', async () => {
    const cancelled = { track: [tracked({ status: 'CANCELLED' })] };
    const cases: [CancelRequest, CancelRequest['status'], Parameters<typeof makeDeps>[0]][] = [
      [request(), 'pending', {}],
      [request({ wakeAt: NOON + 24 * HOUR_MS }), 'expired', {}],
      [approvedAt(NOON), 'executed', { script: { cancel: [write('done')] } }],
      [executing(), 'executed', { script: cancelled }],
      [unknown(), 'executed', { script: { track: [tracked({ status: 'CANCELLED' })] } }],
    ];
    for (const [kept, status, options] of cases) {
      const deps = makeDeps(options);
      const after = await attended(kept, kept.wakeAt ?? 0, deps);
      expect(after.status).toBe(status);
      expect(after.version).toBeGreaterThan(kept.version);
      expect(stored(deps)).toEqual(after);
    }
  });

  test('approvers are reminded once, at half time; then it lapses', async () => {
    const deps = makeDeps();
    const reminded = await attended(request(), NOON + 12 * HOUR_MS, deps);
    expect(reminded).toMatchObject({ nudgedAt: NOON + 12 * HOUR_MS, wakeAt: NOON + 18 * HOUR_MS });
    deps.time.now = NOON + 13 * HOUR_MS;
    expect(await advance(deps, 'a1')).toEqual(reminded);
    deps.time.now = NOON + 24 * HOUR_MS;
    expect(await advance(deps, 'a1')).toMatchObject({ status: 'expired' });
    expect(auditOf(deps).map((row) => row.action)).toEqual(['approvers.nudged', 'cancel.expired']);
  });

  test('many replicas at once remind once', async () => {
    const deps = makeDeps();
    await keep(deps, request());
    deps.time.now = NOON + 12 * HOUR_MS;
    await Promise.all(Array.from({ length: 10 }, () => advance(deps, 'a1')));
    expect(auditOf(deps)).toHaveLength(1);
  });

  test('a pending request that is woken before anything is due stays as it is', async () => {
    const deps = makeDeps();
    const early = request({ wakeAt: NOON });
    expect(await attended(early, NOON, deps)).toEqual(early);
    expect(auditOf(deps)).toEqual([]);
  });

  test('a finished request is never touched, even with a time left in it', async () => {
    for (const status of ['executed', 'refused', 'unresolved', 'rejected', 'expired', 'withdrawn'] as const) {
      const deps = makeDeps();
      const finished = request({ status, wakeAt: NOON });
      expect(await attended(finished, NOON + DAY_MS, deps)).toEqual(finished);
    }
  });

  test('a request without a time to wake is left alone', async () => {
    const deps = makeDeps();
    const kept = unknown({ wakeAt: undefined });
    expect(await attended(kept, NOON + DAY_MS, deps)).toEqual(kept);
  });

  test('many replicas at once take an approved request up: one call', async () => {
    const deps = makeDeps({ script: { cancel: [write('done')] } });
    await keep(deps, approvedAt(NOON));
    deps.time.now = NOON + 30_000;
    await Promise.all(Array.from({ length: 20 }, () => advance(deps, 'a1')));
    expect(deps.gateway.calls.cancel).toEqual([LINK]);
  });

  test('a request nobody knows is not found', async () => {
    await expect(advance(makeDeps(), 'a9')).rejects.toThrow(NotFound);
  });
});

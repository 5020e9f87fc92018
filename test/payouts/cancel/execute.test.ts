/** Owns one execution from track to stored outcome, for every status and every answer of InstantPay. */

import { linkIs } from '../../../src/payouts/cancel/words.ts';
import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import type { Outcome } from '../../../src/payouts/cancel/outcome.ts';
import type { CancelRequest } from '../../../src/payouts/cancel/request.ts';
import { executeCancel } from '../../../src/payouts/cancel/execute.ts';
import type { LinkStatus, TrackedLink } from '../../../src/payouts/links/link.ts';
import { MINUTE_MS } from '../../../src/payouts/time.ts';
import { environmentProblem } from '../../../src/payouts/links/environment.ts';
import { describeStatus } from '../../../src/payouts/links/link.ts';
import {
  request,
  approvedDeps,
  auditOf,
  EVERY_STATUS,
  LINK,
  makeDeps,
  NOON,
  REVOKED,
  stored,
  tracked,
  write,
} from '../setup.ts';

const linkIn = (status: LinkStatus) => (status === 'UNKNOWN' ? REVOKED : tracked({ status }));

describe('executeCancel', () => {
  test('tracks again, stores that the call leaves, calls once and stores what was seen', async () => {
    let during: CancelRequest | undefined;
    const { deps, approved } = await approvedDeps({
      cancel: [
        () => {
          during = stored(deps);
          deps.time.now += 500;
          return write('done', 'Cancelled.');
        },
      ],
    });
    const executed = await executeCancel(deps, approved);
    expect(deps.gateway.calls).toMatchObject({ track: [LINK], cancel: [LINK] });
    expect(during).toMatchObject({
      status: 'executing',
      executingAt: NOON + 1_000,
      // The call's own time-out and ten seconds.
      wakeAt: NOON + 1_000 + 50_000,
    });
    expect(executed).toEqual(stored(deps));
    expect(executed).toMatchObject({
      status: 'executed',
      ipayUuid: 'uuid-done',
      wakeAt: undefined,
      outcome: {
        kind: 'cancelled',
        linkStatus: 'CANCELLED',
        message: 'Cancelled.',
        ipayUuid: 'uuid-done',
        settledByTracking: false,
      },
    });
    expect(auditOf(deps)).toMatchObject([
      { action: 'cancel.started', at: NOON + 1_000 },
      { action: 'cancel.executed', at: NOON + 1_500, ipayUuid: 'uuid-done' },
    ]);
  });

  test.each(EVERY_STATUS.filter((status) => status !== 'ISSUED'))(
    'a link that is %s by now is left alone',
    async (status) => {
      const { deps, approved } = await approvedDeps({ track: linkIn(status) });
      expect(await executeCancel(deps, approved)).toMatchObject({
        status: 'refused',
        outcome: {
          kind: 'link_changed',
          linkStatus: status,
          message: linkIs(describeStatus(linkIn(status))),
          ipayUuid: 'uuid-track',
          settledByTracking: true,
        },
      });
      expect(deps.gateway.calls.cancel).toEqual([]);
    },
  );

  test('an answer from another environment ends it, whatever the link is', async () => {
    for (const status of ['ISSUED', 'CLAIMED'] as const) {
      const { deps, approved } = await approvedDeps(
        { track: tracked({ status, environment: 'sandbox' }) },
        { settings: { environment: 'live' } },
      );
      expect(await executeCancel(deps, approved)).toMatchObject({
        status: 'refused',
        outcome: {
          kind: 'wrong_environment',
          linkStatus: status,
          message: environmentProblem(deps, 'sandbox'),
        },
      });
      expect(deps.gateway.calls.cancel).toEqual([]);
    }
  });

  test('a request in any other state is returned as it is', async () => {
    for (const status of ['pending', 'executing', 'unknown', 'executed', 'rejected', 'expired'] as const) {
      const deps = makeDeps();
      expect(await executeCancel(deps, request({ status }))).toEqual(request({ status }));
      expect(deps.gateway.calls.track).toEqual([]);
    }
  });

  test('while InstantPay is away it is put off, and after half an hour it is given up', async () => {
    const { deps, approved } = await approvedDeps({ track: new Unavailable('InstantPay is away.') });
    let current: CancelRequest = approved;
    const waits: number[] = [];
    while (current.status === 'approved') {
      current = await executeCancel(deps, current);
      if (current.wakeAt !== undefined) {
        waits.push(current.wakeAt - deps.time.now);
        deps.time.now = current.wakeAt;
      }
    }
    expect(waits.slice(0, 9).map((wait) => wait / 1000)).toEqual([15, 30, 45, 60, 75, 90, 105, 120, 120]);
    expect(deps.time.now - NOON).toBeGreaterThanOrEqual(30 * MINUTE_MS);
    expect(deps.time.now - NOON).toBeLessThan(32 * MINUTE_MS);
    expect(current).toMatchObject({
      status: 'refused',
      outcome: { kind: 'too_late', message: 'InstantPay is away.' },
    });
    expect(deps.gateway.calls.cancel).toEqual([]);
  });

  test('a fault that is none of InstantPay’s is not swallowed, and nothing was called', async () => {
    const { deps, approved } = await approvedDeps({ track: new TypeError('a bug') });
    await expect(executeCancel(deps, approved)).rejects.toThrow('a bug');
    expect(stored(deps)?.status).toBe('approved');
  });
});

describe('the answer of the call', () => {
  test.each<[string, TrackedLink | Unavailable, object]>([
    ['still ISSUED', tracked(), { status: 'refused', outcome: { linkStatus: 'ISSUED' } }],
    ['CANCELLED all the same', linkIn('CANCELLED'), { status: 'executed', outcome: { kind: 'cancelled' } }],
    ['CLAIMED', linkIn('CLAIMED'), { status: 'refused', outcome: { kind: 'recipient_won' } }],
    [
      'not to be seen',
      new Unavailable('InstantPay is away.'),
      { status: 'refused', outcome: { kind: 'instantpay_refused', linkStatus: undefined } },
    ],
  ])(
    'refused, and the link is %s: InstantPay’s words, and what was seen (R23)',
    async (_name, link, finish) => {
      const { deps, approved } = await approvedDeps({
        track: [tracked(), link],
        cancel: [write('refused', 'Not yours.')],
      });
      const after = await executeCancel(deps, approved);
      expect(after).toMatchObject(finish);
      expect(after.outcome).toMatchObject({ message: 'Not yours.', ipayUuid: 'uuid-refused' });
      expect(deps.gateway.calls.cancel).toHaveLength(1);
    },
  );

  test('not sent: it goes back to approved and may be called again', async () => {
    const { deps, approved } = await approvedDeps({
      cancel: [write('not_sent', 'No route.'), write('done')],
    });
    const reschedule = await executeCancel(deps, approved);
    expect(reschedule).toMatchObject({
      status: 'approved',
      executingAt: undefined,
      problem: 'No route.',
      wakeAt: NOON + 16_000,
    });
    expect(await executeCancel(deps, reschedule)).toMatchObject({ status: 'executed', problem: undefined });
    expect(deps.gateway.calls.cancel).toHaveLength(2);
    expect(deps.gateway.calls.track).toHaveLength(2);
  });

  test('unknown: it is looked up later, never called again', async () => {
    const { deps, approved } = await approvedDeps({ cancel: [write('unknown', 'Timed out.')] });
    const lost = await executeCancel(deps, approved);
    expect(lost).toMatchObject({
      status: 'unknown',
      problem: 'Timed out.',
      ipayUuid: 'uuid-unknown',
      wakeAt: NOON + 6_000,
    });
    expect(deps.gateway.calls.track).toHaveLength(1);
    expect(await executeCancel(deps, lost)).toEqual(lost);
    expect(deps.gateway.calls.cancel).toHaveLength(1);
  });

  test.each<[LinkStatus, Outcome['kind'] | 'unknown']>([
    ['CANCELLED', 'cancelled'],
    ['PROCESSING', 'recipient_won'],
    ['CLAIMED', 'recipient_won'],
    ['EXPIRED', 'link_expired'],
    ['ISSUED', 'instantpay_refused'],
    ['UNKNOWN', 'unknown'],
  ])('verify, and the link is %s: %s', async (status, ending) => {
    const { deps, approved } = await approvedDeps({
      track: [tracked(), linkIn(status)],
      cancel: [write('verify', 'Duplicate request.')],
    });
    const after = await executeCancel(deps, approved);
    if (ending === 'unknown') {
      expect(after).toMatchObject({
        status: 'unknown',
        problem: 'Duplicate request.',
        ipayUuid: 'uuid-verify',
      });
    } else {
      expect(after).toMatchObject({
        status: ending === 'cancelled' ? 'executed' : 'refused',
        outcome: {
          kind: ending,
          linkStatus: status,
          message: 'Duplicate request.',
          ipayUuid: 'uuid-verify',
          settledByTracking: true,
        },
      });
    }
    expect(deps.gateway.calls.cancel).toHaveLength(1);
  });

  test('verify, and the link cannot be tracked: unknown', async () => {
    const { deps, approved } = await approvedDeps({
      track: [
        tracked(),
        () => {
          deps.time.now += 7_000;
          return Promise.reject(new Unavailable('away'));
        },
      ],
      cancel: [write('verify', 'Duplicate request.')],
    });
    expect(await executeCancel(deps, approved)).toMatchObject({
      status: 'unknown',
      problem: 'Duplicate request.',
      wakeAt: NOON + 13_000,
    });
  });
});

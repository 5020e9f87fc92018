import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import type { Approval, Outcome } from '../../../src/payouts/cancel/request.ts';
import { executeCancel } from '../../../src/payouts/cancel/execute.ts';
import type { LinkStatus, TrackedLink } from '../../../src/payouts/links/link.ts';
import { MINUTE_MS } from '../../../src/payouts/time.ts';
import {
  approval,
  approvedDesk,
  auditOf,
  EVERY_STATUS,
  LINK,
  makeDesk,
  NOON,
  REVOKED,
  stored,
  tracked,
  write,
} from '../setup.ts';

const linkIn = (status: LinkStatus) => (status === 'UNKNOWN' ? REVOKED : tracked({ status }));

describe('executeCancel', () => {
  test('tracks again, stores that the call leaves, calls once and stores what was seen', async () => {
    let during: Approval | undefined;
    const { desk, approved } = await approvedDesk({
      cancel: [
        () => {
          during = stored(desk);
          desk.time.now += 500;
          return write('done', 'Cancelled.');
        },
      ],
    });
    const executed = await executeCancel(desk, approved);
    expect(desk.gateway.calls).toMatchObject({ track: [LINK], cancel: [LINK] });
    expect(during).toMatchObject({
      status: 'executing',
      executingAt: NOON + 1_000,
      // The call's own time-out and ten seconds.
      wakeAt: NOON + 1_000 + 50_000,
    });
    expect(executed).toEqual(stored(desk));
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
    expect(auditOf(desk)).toMatchObject([
      { action: 'cancel started', at: NOON + 1_000 },
      { action: 'cancel executed', at: NOON + 1_500, ipayUuid: 'uuid-done' },
    ]);
  });

  test.each(EVERY_STATUS.filter((status) => status !== 'ISSUED'))(
    'a link that is %s by now is left alone',
    async (status) => {
      const { desk, approved } = await approvedDesk({ track: linkIn(status) });
      expect(await executeCancel(desk, approved)).toMatchObject({
        status: 'refused',
        outcome: {
          kind: 'link_changed',
          linkStatus: status,
          message:
            status === 'UNKNOWN'
              ? 'The link is in a state this desk does not know (REVOKED).'
              : `The link is ${status}.`,
          ipayUuid: 'uuid-track',
          settledByTracking: true,
        },
      });
      expect(desk.gateway.calls.cancel).toEqual([]);
    },
  );

  test('an answer from another environment ends it, whatever the link is', async () => {
    for (const status of ['ISSUED', 'CLAIMED'] as const) {
      const { desk, approved } = await approvedDesk(
        { track: tracked({ status, environment: 'sandbox' }) },
        { settings: { environment: 'live' } },
      );
      expect(await executeCancel(desk, approved)).toMatchObject({
        status: 'refused',
        outcome: {
          kind: 'wrong_environment',
          linkStatus: status,
          message: expect.stringContaining('set up for LIVE, but InstantPay answered from SANDBOX'),
        },
      });
      expect(desk.gateway.calls.cancel).toEqual([]);
    }
  });

  test('a request in any other state is returned as it is', async () => {
    for (const status of ['pending', 'executing', 'unknown', 'executed', 'rejected', 'lapsed'] as const) {
      const desk = makeDesk();
      expect(await executeCancel(desk, approval({ status }))).toEqual(approval({ status }));
      expect(desk.gateway.calls.track).toEqual([]);
    }
  });

  test('while InstantPay is away it is put off, and after half an hour it is given up', async () => {
    const { desk, approved } = await approvedDesk({ track: new Unavailable('InstantPay is away.') });
    let request = approved;
    const waits: number[] = [];
    while (request.status === 'approved') {
      request = await executeCancel(desk, request);
      if (request.wakeAt !== undefined) {
        waits.push(request.wakeAt - desk.time.now);
        desk.time.now = request.wakeAt;
      }
    }
    expect(waits.slice(0, 9).map((wait) => wait / 1000)).toEqual([15, 30, 45, 60, 75, 90, 105, 120, 120]);
    expect(desk.time.now - NOON).toBeGreaterThanOrEqual(30 * MINUTE_MS);
    expect(desk.time.now - NOON).toBeLessThan(32 * MINUTE_MS);
    expect(request).toMatchObject({
      status: 'refused',
      outcome: { kind: 'too_late', message: 'InstantPay is away.' },
    });
    expect(desk.gateway.calls.cancel).toEqual([]);
  });

  test('a fault that is none of InstantPay’s is not swallowed, and nothing was called', async () => {
    const { desk, approved } = await approvedDesk({ track: new TypeError('a bug') });
    await expect(executeCancel(desk, approved)).rejects.toThrow('a bug');
    expect(stored(desk)?.status).toBe('approved');
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
  ])('refused, and the link is %s: InstantPay’s words, and what was seen (R23)', async (_name, link, end) => {
    const { desk, approved } = await approvedDesk({
      track: [tracked(), link],
      cancel: [write('refused', 'Not yours.')],
    });
    const after = await executeCancel(desk, approved);
    expect(after).toMatchObject(end);
    expect(after.outcome).toMatchObject({ message: 'Not yours.', ipayUuid: 'uuid-refused' });
    expect(desk.gateway.calls.cancel).toHaveLength(1);
  });

  test('not sent: it goes back to approved and may be called again', async () => {
    const { desk, approved } = await approvedDesk({
      cancel: [write('not_sent', 'No route.'), write('done')],
    });
    const putOff = await executeCancel(desk, approved);
    expect(putOff).toMatchObject({
      status: 'approved',
      executingAt: undefined,
      problem: 'No route.',
      wakeAt: NOON + 16_000,
    });
    expect(await executeCancel(desk, putOff)).toMatchObject({ status: 'executed', problem: undefined });
    expect(desk.gateway.calls.cancel).toHaveLength(2);
    expect(desk.gateway.calls.track).toHaveLength(2);
  });

  test('unknown: it is looked up later, never called again', async () => {
    const { desk, approved } = await approvedDesk({ cancel: [write('unknown', 'Timed out.')] });
    const lost = await executeCancel(desk, approved);
    expect(lost).toMatchObject({
      status: 'unknown',
      problem: 'Timed out.',
      ipayUuid: 'uuid-unknown',
      wakeAt: NOON + 6_000,
    });
    expect(desk.gateway.calls.track).toHaveLength(1);
    expect(await executeCancel(desk, lost)).toEqual(lost);
    expect(desk.gateway.calls.cancel).toHaveLength(1);
  });

  test.each<[LinkStatus, Outcome['kind'] | 'unknown']>([
    ['CANCELLED', 'cancelled'],
    ['PROCESSING', 'recipient_won'],
    ['CLAIMED', 'recipient_won'],
    ['EXPIRED', 'link_expired'],
    ['ISSUED', 'instantpay_refused'],
    ['UNKNOWN', 'unknown'],
  ])('verify, and the link is %s: %s', async (status, ending) => {
    const { desk, approved } = await approvedDesk({
      track: [tracked(), linkIn(status)],
      cancel: [write('verify', 'Duplicate request.')],
    });
    const after = await executeCancel(desk, approved);
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
    expect(desk.gateway.calls.cancel).toHaveLength(1);
  });

  test('verify, and the link cannot be tracked: unknown', async () => {
    const { desk, approved } = await approvedDesk({
      track: [
        tracked(),
        () => {
          desk.time.now += 7_000;
          return Promise.reject(new Unavailable('away'));
        },
      ],
      cancel: [write('verify', 'Duplicate request.')],
    });
    expect(await executeCancel(desk, approved)).toMatchObject({
      status: 'unknown',
      problem: 'Duplicate request.',
      wakeAt: NOON + 13_000,
    });
  });
});

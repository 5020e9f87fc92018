import { describe, expect, test } from 'vitest';
import { NotFound, Unavailable } from '../../../src/errors.ts';
import type { Approval, Outcome } from '../../../src/payouts/cancel/request.ts';
import { attend, settleCancel } from '../../../src/payouts/cancel/execute.ts';
import type { LinkStatus } from '../../../src/payouts/links/link.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import {
  approval,
  approvedAt,
  auditOf,
  keep,
  LINK,
  makeDesk,
  NOON,
  REVOKED,
  stored,
  type TestDesk,
  tracked,
  write,
} from '../setup.ts';

const executing = (changes: Partial<Approval> = {}) =>
  approvedAt(NOON, { status: 'executing', executingAt: NOON, wakeAt: NOON + 30_000, ...changes });

const unknown = (changes: Partial<Approval> = {}) =>
  executing({ status: 'unknown', problem: 'Timed out.', wakeAt: NOON + 5_000, ...changes });

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
    const desk = makeDesk({ script: { track: link } });
    desk.time.now = NOON + 5_000;
    const settled = await settleCancel(desk, await keep(desk, unknown()));
    const message =
      status === 'UNKNOWN'
        ? 'The link is in a state this desk does not know (REVOKED).'
        : `The link is ${status}.`;
    if (ending === 'still unknown') {
      expect(settled).toMatchObject({
        status: 'unknown',
        checks: 1,
        problem: message,
        wakeAt: NOON + 15_000,
      });
      expect(auditOf(desk)).toMatchObject([
        { action: 'cancel looked up', statusAfter: status, ipayUuid: 'uuid-track' },
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
    expect(stored(desk)).toEqual(settled);
    expect(desk.gateway.calls.track).toEqual([LINK]);
    expect(desk.gateway.calls.cancel).toEqual([]);
  });

  test('a call that was under way when the desk stopped is lost first, then looked up', async () => {
    const desk = makeDesk({ script: { track: tracked({ status: 'CANCELLED' }) } });
    desk.time.now = NOON + 40_000;
    const settled = await settleCancel(desk, await keep(desk, executing()));
    expect(settled).toMatchObject({ status: 'executed', version: 9, outcome: { settledByTracking: true } });
    expect(auditOf(desk)).toMatchObject([
      {
        action: 'cancel outcome unknown',
        reason: 'The replica that started the cancellation has not reported its outcome.',
      },
      { action: 'cancel executed' },
    ]);
  });

  test('when the answer came meanwhile, that stands', async () => {
    const desk = makeDesk();
    const kept = await keep(desk, executing());
    const done = { ...kept, version: kept.version + 1, status: 'executed' as const };
    await desk.store.approvals.save(kept, done, []);
    expect(await settleCancel(desk, kept)).toEqual(done);
    expect(desk.gateway.calls.track).toEqual([]);
  });

  test('of two desks that look at once, one stores what it saw', async () => {
    const desk = makeDesk({ script: { track: tracked({ status: 'CANCELLED' }) } });
    const kept = await keep(desk, unknown());
    const both = await Promise.all([settleCancel(desk, kept), settleCancel(desk, kept)]);
    expect(both[0]).toEqual(both[1]);
    expect(auditOf(desk)).toHaveLength(1);
  });

  test('a request in any other state is returned as it is', async () => {
    for (const status of ['pending', 'approved', 'executed', 'refused', 'unresolved'] as const) {
      const desk = makeDesk();
      expect(await settleCancel(desk, approval({ status }))).toEqual(approval({ status }));
      expect(desk.gateway.calls.track).toEqual([]);
    }
  });

  test('while the link cannot be tracked it stays unknown, with why', async () => {
    const desk = makeDesk({ script: { track: new Unavailable('InstantPay is away.') } });
    desk.time.now = NOON + 5_000;
    expect(await settleCancel(desk, await keep(desk, unknown()))).toMatchObject({
      status: 'unknown',
      checks: 1,
      problem: 'InstantPay is away.',
    });
    expect(auditOf(desk)[0]).toMatchObject({ action: 'cancel looked up' });
    expect(auditOf(desk)[0]?.statusAfter).toBeUndefined();
    expect(auditOf(desk)[0]?.ipayUuid).toBeUndefined();
  });

  test.each([
    ['ISSUED all day', tracked(), 'ISSUED', 'The link is ISSUED.'],
    ['away all day', new Unavailable('InstantPay is away.'), undefined, 'InstantPay is away.'],
  ] as const)('%s: after a day of look-ups a person takes over', async (_, track, linkStatus, message) => {
    const desk = makeDesk({ script: { track } });
    let request = await keep(desk, unknown());
    const lookedAt: number[] = [];
    while (request.wakeAt !== undefined) {
      desk.time.now = request.wakeAt;
      lookedAt.push(desk.time.now - NOON);
      request = await attend(desk, 'a1');
    }
    expect(lookedAt.slice(0, 5)).toEqual([5_000, 15_000, MINUTE_MS, 5 * MINUTE_MS, 5 * MINUTE_MS + HOUR_MS]);
    expect(lookedAt).toHaveLength(4 + 24);
    expect(request).toMatchObject({
      status: 'unresolved',
      outcome: { kind: 'still_unknown', linkStatus, message, settledByTracking: true },
    });
    expect(desk.time.now - NOON).toBeGreaterThanOrEqual(DAY_MS);
    expect(desk.gateway.calls.cancel).toEqual([]);
  });
});

describe('attend', () => {
  async function attended(kept: Approval, at: number, desk: TestDesk): Promise<Approval> {
    await keep(desk, kept);
    desk.time.now = at;
    return attend(desk, kept.id);
  }

  test('what is not due is left alone', async () => {
    const waiting = [approval(), approvedAt(NOON), executing(), unknown()];
    for (const kept of waiting) {
      const desk = makeDesk();
      expect(await attended(kept, (kept.wakeAt ?? 0) - 1, desk)).toEqual(kept);
      expect(desk.gateway.calls.track).toEqual([]);
    }
  });

  test('what is due is done at that very moment', async () => {
    const cancelled = { track: [tracked({ status: 'CANCELLED' })] };
    const cases: [Approval, Approval['status'], Parameters<typeof makeDesk>[0]][] = [
      [approval(), 'pending', {}],
      [approval({ wakeAt: NOON + 24 * HOUR_MS }), 'lapsed', {}],
      [approvedAt(NOON), 'executed', { script: { cancel: [write('done')] } }],
      [executing(), 'executed', { script: cancelled }],
      [unknown(), 'executed', { script: { track: [tracked({ status: 'CANCELLED' })] } }],
    ];
    for (const [kept, status, options] of cases) {
      const desk = makeDesk(options);
      const after = await attended(kept, kept.wakeAt ?? 0, desk);
      expect(after.status).toBe(status);
      expect(after.version).toBeGreaterThan(kept.version);
      expect(stored(desk)).toEqual(after);
    }
  });

  test('approvers are reminded once, at half time; then it lapses', async () => {
    const desk = makeDesk();
    const reminded = await attended(approval(), NOON + 12 * HOUR_MS, desk);
    expect(reminded).toMatchObject({ remindedAt: NOON + 12 * HOUR_MS, wakeAt: NOON + 24 * HOUR_MS });
    desk.time.now = NOON + 13 * HOUR_MS;
    expect(await attend(desk, 'a1')).toEqual(reminded);
    desk.time.now = NOON + 24 * HOUR_MS;
    expect(await attend(desk, 'a1')).toMatchObject({ status: 'lapsed' });
    expect(auditOf(desk).map((row) => row.action)).toEqual(['approvers reminded', 'cancel request lapsed']);
  });

  test('many desks at once remind once', async () => {
    const desk = makeDesk();
    await keep(desk, approval());
    desk.time.now = NOON + 12 * HOUR_MS;
    await Promise.all(Array.from({ length: 10 }, () => attend(desk, 'a1')));
    expect(auditOf(desk)).toHaveLength(1);
  });

  test('a pending request that is woken before anything is due stays as it is', async () => {
    const desk = makeDesk();
    const early = approval({ wakeAt: NOON });
    expect(await attended(early, NOON, desk)).toEqual(early);
    expect(auditOf(desk)).toEqual([]);
  });

  test('a finished request is never touched, even with a time left in it', async () => {
    for (const status of ['executed', 'refused', 'unresolved', 'rejected', 'lapsed', 'withdrawn'] as const) {
      const desk = makeDesk();
      const finished = approval({ status, wakeAt: NOON });
      expect(await attended(finished, NOON + DAY_MS, desk)).toEqual(finished);
    }
  });

  test('a request without a time to wake is left alone', async () => {
    const desk = makeDesk();
    const kept = unknown({ wakeAt: undefined });
    expect(await attended(kept, NOON + DAY_MS, desk)).toEqual(kept);
  });

  test('many desks at once take an approved request up: one call', async () => {
    const desk = makeDesk({ script: { cancel: [write('done')] } });
    await keep(desk, approvedAt(NOON));
    desk.time.now = NOON + 30_000;
    await Promise.all(Array.from({ length: 20 }, () => attend(desk, 'a1')));
    expect(desk.gateway.calls.cancel).toEqual([LINK]);
  });

  test('a request nobody knows is not found', async () => {
    await expect(attend(makeDesk(), 'a9')).rejects.toThrow(NotFound);
  });
});

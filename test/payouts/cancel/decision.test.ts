/** Owns the decision rules as tables: every state by every person, approvals, expiry and nudges. */

import { describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import type { CancelRequest, RequestStatus } from '../../../src/payouts/cancel/request.ts';
import type { NoDecision } from '../../../src/payouts/cancel/outcome.ts';
import { tick, type Decision, decide } from '../../../src/payouts/cancel/decision.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import { advance } from '../../../src/payouts/cancel/settle.ts';
import { request, CHECKER, keep, LINK, makeDeps, MAKER, NOON, SECOND } from '../setup.ts';

const LAPSE = request().expiresAt;

const FINISHED: RequestStatus[] = ['executed', 'refused', 'unresolved', 'rejected', 'expired', 'withdrawn'];
const DECIDED: RequestStatus[] = ['approved', 'executing', 'unknown', ...FINISHED];

const ACTORS = {
  requester: MAKER.userId,
  approver: CHECKER.userId,
  'second approver': SECOND.userId,
  'the approver who approved': 'U_VOTED',
};
type Who = keyof typeof ACTORS;
const WHO = Object.keys(ACTORS).filter((name): name is Who => name in ACTORS);

const KINDS = ['approve', 'reject', 'withdraw', 'emergency'] as const;
const MOMENTS = {
  'when asked': NOON,
  'just before it lapses': LAPSE - 1,
  'as it lapses': LAPSE,
  after: LAPSE + 1,
};

function decision(kind: Decision['kind'], by: string): Decision {
  return kind === 'reject' || kind === 'emergency' ? { kind, by, reason: 'Not ours' } : { kind, by };
}

/** The pending states there are: how many approvals are needed, and who has approved. */
const VOTED = [{ userId: 'U_VOTED', at: NOON + 1 }];
const PENDING: Record<string, Partial<CancelRequest>> = {
  'one approval needed': {},
  'two needed, none given': { approvalsRequired: 2 },
  'two needed, one given': { approvalsRequired: 2, approvals: VOTED },
  'three needed, one given': { approvalsRequired: 3, approvals: VOTED },
  'two needed, one may do': { approvalsRequired: 2, emergencyAllowed: true },
  'two needed, one given, one may do': { approvalsRequired: 2, approvals: VOTED, emergencyAllowed: true },
};

/** What the rule says, written down once more: the next status, or why there is none. */
function expected(
  state: Partial<CancelRequest>,
  who: Who,
  kind: Decision['kind'],
): RequestStatus | NoDecision {
  if (kind === 'withdraw') return who === 'requester' ? 'withdrawn' : 'not_requester';
  if (who === 'requester') return 'own_request';
  if (kind === 'reject') return 'rejected';
  if (kind === 'emergency') return state.emergencyAllowed ? 'approved' : 'no_emergency';
  const approvals = state.approvals?.length ?? 0;
  if (approvals > 0 && who === 'the approver who approved') return 'already_approved';
  return approvals + 1 >= (state.approvalsRequired ?? 1) ? 'approved' : 'pending';
}

describe('decide', () => {
  const table = Object.entries(PENDING).flatMap(([state, changes]) =>
    WHO.flatMap((who) => KINDS.map((kind) => ({ state, changes, who, kind }))),
  );

  test.each(table)('pending, $state: $who, $kind', ({ changes, who, kind }) => {
    const before = request(changes);
    for (const [moment, now] of Object.entries(MOMENTS)) {
      const decided = decide(before, decision(kind, ACTORS[who]), now);
      const outcome = decided.ok ? decided.next.status : decided.why;
      expect(outcome, moment).toBe(now < LAPSE ? expected(changes, who, kind) : 'expired');
    }
  });

  test.each(DECIDED)('%s: whoever decides whatever whenever changes nothing', (status) => {
    for (const who of WHO) {
      for (const kind of KINDS) {
        for (const now of Object.values(MOMENTS)) {
          expect(decide(request({ status }), decision(kind, ACTORS[who]), now)).toEqual({
            ok: false,
            why: 'finished',
          });
        }
      }
    }
  });

  test('the last approval needed decides it, and leaves a while before others take it up', () => {
    const before = request({ approvalsRequired: 2, approvals: VOTED });
    const now = NOON + 5_000;
    const decided = decide(before, decision('approve', SECOND.userId), now);
    expect(decided).toStrictEqual({
      ok: true,
      next: {
        ...before,
        version: 8,
        status: 'approved',
        approvals: [...VOTED, { userId: SECOND.userId, at: now }],
        decidedAt: now,
        wakeAt: now + 30_000,
      },
      audit: [
        {
          at: now,
          actorId: SECOND.userId,
          action: 'cancel.approved',
          linkId: LINK,
          cancelRequestId: 'a1',
          amountPaise: 12_345_678,
          decisionMs: 5_000,
          approvals: 2,
          approvalsRequired: 2,
        },
      ],
      messages: [],
    });
  });

  test('an approval before the last one counts and changes nothing else', () => {
    const before = request({ approvalsRequired: 2 });
    const now = NOON + 5_000;
    expect(decide(before, decision('approve', CHECKER.userId), now)).toMatchObject({
      next: { ...before, version: 8, approvals: [{ userId: CHECKER.userId, at: now }] },
      audit: [{ action: 'cancel.approved', approvals: 1, approvalsRequired: 2 }],
    });
  });

  test('a rejection says who and why, and Payout Desk has nothing left to do', () => {
    const before = request();
    const now = NOON + 60_000;
    expect(decide(before, decision('reject', CHECKER.userId), now)).toStrictEqual({
      ok: true,
      next: {
        ...before,
        version: 8,
        status: 'rejected',
        decidedAt: now,
        closedBy: CHECKER.userId,
        closedReason: 'Not ours',
        wakeAt: undefined,
      },
      audit: [
        {
          at: now,
          actorId: CHECKER.userId,
          action: 'cancel.rejected',
          linkId: LINK,
          cancelRequestId: 'a1',
          amountPaise: 12_345_678,
          decisionMs: 60_000,
          reason: 'Not ours',
        },
      ],
      messages: ['outcome'],
    });
  });

  test('a withdrawal is the requester’s own', () => {
    const now = NOON + 60_000;
    expect(decide(request(), decision('withdraw', MAKER.userId), now)).toMatchObject({
      next: { status: 'withdrawn', closedBy: MAKER.userId, closedReason: undefined, wakeAt: undefined },
      audit: [{ actorId: MAKER.userId, action: 'cancel.withdrawn', decisionMs: 60_000 }],
      messages: [],
    });
  });

  test('breaking the glass approves alone, counts a person once, and is marked for good', () => {
    const before = request({ approvalsRequired: 3, emergencyAllowed: true, approvals: VOTED });
    const now = NOON + 60_000;
    expect(decide(before, decision('emergency', 'U_VOTED'), now)).toStrictEqual({
      ok: true,
      next: {
        ...before,
        version: 8,
        status: 'approved',
        approvals: [{ userId: 'U_VOTED', at: now }],
        emergencyReason: 'Not ours',
        decidedAt: now,
        wakeAt: now + 30_000,
      },
      audit: [
        {
          at: now,
          actorId: 'U_VOTED',
          action: 'cancel.emergency_approved',
          linkId: LINK,
          cancelRequestId: 'a1',
          amountPaise: 12_345_678,
          decisionMs: 60_000,
          reason: 'Not ours',
          approvals: 1,
          approvalsRequired: 3,
        },
      ],
      messages: ['emergency'],
    });
    expect(decide(before, decision('emergency', CHECKER.userId), now)).toMatchObject({
      next: { approvals: [...VOTED, { userId: CHECKER.userId, at: now }] },
    });
  });

  test('leaves what it was given as it was', () => {
    const before = request({ approvals: [...VOTED] });
    Object.freeze(before.approvals);
    Object.freeze(before);
    for (const kind of KINDS) decide(before, decision(kind, CHECKER.userId), NOON);
    tick(before, LAPSE);
    expect(before).toEqual(request({ approvals: VOTED }));
  });
});

describe('tick', () => {
  const HALF = request().nudgeAt;

  test.each([
    { now: HALF - 1, becomes: undefined },
    { now: HALF, becomes: 'reminded' },
    { now: LAPSE - 1, becomes: 'reminded' },
    { now: LAPSE, becomes: 'expired' },
    { now: LAPSE + HOUR_MS, becomes: 'expired' },
  ])('not yet reminded, at $now: $becomes', ({ now, becomes }) => {
    const step = tick(request(), now);
    expect(step && (step.next.status === 'expired' ? 'expired' : 'reminded')).toBe(becomes);
  });

  test('a reminder is given once, and the next thing to wait for is three quarters of its time', () => {
    const before = request();
    const step = tick(before, HALF + 5);
    expect(step).toMatchObject({
      next: { ...before, version: 8, nudgedAt: HALF + 5, wakeAt: NOON + 18 * HOUR_MS },
      audit: [{ at: HALF + 5, actorId: SYSTEM_ACTOR, action: 'approvers.nudged', linkId: LINK }],
      messages: ['nudge'],
    });
    const nudged = request({ nudgedAt: HALF + 5 });
    expect(tick(nudged, NOON + 18 * HOUR_MS - 1)).toBeUndefined();
    expect(tick(nudged, LAPSE)?.next.status).toBe('expired');
  });

  test('a lapse is nobody’s decision', () => {
    expect(tick(request({ approvals: VOTED, approvalsRequired: 2 }), LAPSE + 5)).toMatchObject({
      next: {
        version: 8,
        status: 'expired',
        decidedAt: LAPSE + 5,
        closedBy: undefined,
        closedReason: undefined,
        wakeAt: undefined,
      },
      audit: [{ at: LAPSE + 5, actorId: SYSTEM_ACTOR, action: 'cancel.expired', cancelRequestId: 'a1' }],
      messages: ['outcome'],
    });
  });

  test.each(FINISHED)('%s: time changes nothing', async (status) => {
    const deps = makeDeps();
    const before = await keep(deps, request({ status }));
    for (deps.time.now of [HALF, LAPSE, LAPSE + HOUR_MS]) expect(await advance(deps, 'a1')).toEqual(before);
  });
});

describe('when consent was given', () => {
  const NOW = NOON + HOUR_MS;

  test.each([
    ['when it was pressed', NOW - 60_000, NOW - 60_000],
    ['at the request at the earliest', NOON, NOON],
    ['now, when the stamp lies before the request', NOON - 1, NOW],
    // A clock that was set back meanwhile: its age cannot be told, and `isTooLate` judges it.
    ['when it was pressed, also ahead', NOW + 60_000, NOW + 60_000],
    ['now, when nothing is known', undefined, NOW],
  ])('%s', (_, pressedAt, decidedAt) => {
    const before = request({ requestedAt: NOON, emergencyAllowed: true });
    for (const kind of ['approve', 'emergency'] as const) {
      const decided = decide(before, decision(kind, CHECKER.userId), NOW, pressedAt);
      expect(decided).toMatchObject({ ok: true, next: { decidedAt } });
    }
  });
});

/** Owns the transitions of an approved request as tables: start, outcome, rescheduling, lease and age. */

import { describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import type { Outcome } from '../../../src/payouts/cancel/outcome.ts';
import type { CancelRequest, In } from '../../../src/payouts/cancel/request.ts';
import {
  startExecution,
  finish,
  abandon,
  isTooLate,
  recheck,
  leaseMs,
  markUnknown,
  nextLookUp,
  reschedule,
  sendBefore,
  START_WITHIN_MS,
} from '../../../src/payouts/cancel/transitions.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { approvedAt, LINK, NOON, request } from '../setup.ts';
import { linkIs, NOT_SENT_IN_TIME } from '../../../src/payouts/cancel/words.ts';

const ROW = { actorId: SYSTEM_ACTOR, linkId: LINK, cancelRequestId: 'a1', amountPaise: 12_345_678 };
const DECIDED_AT = NOON + HOUR_MS;

function executing(changes: Partial<CancelRequest> = {}): In<'executing'> {
  return request({ ...approvedAt(DECIDED_AT), executingAt: DECIDED_AT, ...changes, status: 'executing' });
}

function unknown(changes: Partial<CancelRequest> = {}): In<'unknown'> {
  return request({ ...executing(), ...changes, status: 'unknown' });
}

describe('startExecution', () => {
  test('stores that the call leaves, for as long as a call may take', () => {
    const before = approvedAt(DECIDED_AT, { checks: 3, problem: 'InstantPay was away.' });
    const now = DECIDED_AT + 1_000;
    expect(startExecution(before, now, 30_000, 'holder-1')).toStrictEqual({
      next: {
        ...before,
        version: 8,
        status: 'executing',
        executingAt: now,
        holder: 'holder-1',
        checks: 0,
        problem: undefined,
        wakeAt: now + 30_000,
      },
      audit: [{ at: now, ...ROW, action: 'cancel.started', statusBefore: 'ISSUED' }],
      messages: [],
    });
  });
});

describe('the age of a decision', () => {
  test.each([
    { ageMs: 0, late: false },
    { ageMs: START_WITHIN_MS - 1, late: false },
    { ageMs: START_WITHIN_MS, late: true },
    { ageMs: START_WITHIN_MS + 1, late: true },
    { ageMs: -5 * MINUTE_MS, late: false },
    { ageMs: -5 * MINUTE_MS - 1, late: true },
  ])('$ageMs ms old: too late is $late', ({ ageMs, late }) => {
    expect(isTooLate(approvedAt(DECIDED_AT), DECIDED_AT + ageMs)).toBe(late);
  });

  test('no time of a decision is too late', () => {
    expect(isTooLate(approvedAt(DECIDED_AT, { decidedAt: undefined }), DECIDED_AT)).toBe(true);
  });
});

describe('the lease of a claim', () => {
  test('lasts for two time-outs and ten seconds; what may still leave ends one time-out before', () => {
    expect(leaseMs(20_000)).toBe(50_000);
    expect(sendBefore(executing(), 20_000)).toBe(DECIDED_AT + 30_000);
  });

  test.each([
    { claimedAfterMs: START_WITHIN_MS - 30_001, before: DECIDED_AT + START_WITHIN_MS - 1 },
    { claimedAfterMs: START_WITHIN_MS - 30_000, before: DECIDED_AT + START_WITHIN_MS },
    { claimedAfterMs: START_WITHIN_MS - 1, before: DECIDED_AT + START_WITHIN_MS },
  ])('claimed after $claimedAfterMs ms: the half hour bounds it', ({ claimedAfterMs, before }) => {
    expect(sendBefore(executing({ executingAt: DECIDED_AT + claimedAfterMs }), 20_000)).toBe(before);
  });

  test('without a claim or a decision nothing may leave', () => {
    expect(sendBefore(executing({ executingAt: undefined }), 20_000)).toBe(30_000);
    expect(sendBefore(executing({ decidedAt: undefined }), 20_000)).toBe(START_WITHIN_MS);
  });
});

describe('giveUp', () => {
  test.each([
    ['InstantPay was away.', 'InstantPay was away.'],
    [undefined, NOT_SENT_IN_TIME],
  ])('says the last problem: %s', (problem, message) => {
    const before = executing({ problem });
    const now = DECIDED_AT + START_WITHIN_MS;
    expect(abandon(before, now)).toStrictEqual(
      finish(before, now, {
        kind: 'too_late',
        linkStatus: undefined,
        message,
        ipayUuid: undefined,
        settledByTracking: false,
      }),
    );
  });
});

describe('reschedule', () => {
  test('goes back to approved with what went wrong', () => {
    const before = executing({ checks: 2 });
    const now = DECIDED_AT + 1_000;
    expect(reschedule(before, 'No connection.', now)).toStrictEqual({
      next: {
        ...before,
        version: 8,
        status: 'approved',
        executingAt: undefined,
        checks: 3,
        problem: 'No connection.',
        wakeAt: now + 45_000,
      },
      audit: [{ at: now, ...ROW, action: 'cancel.rescheduled', detail: 'No connection.' }],
      messages: [],
    });
  });

  test.each([
    { checks: 0, waitMs: 15_000 },
    { checks: 1, waitMs: 30_000 },
    { checks: 6, waitMs: 105_000 },
    { checks: 7, waitMs: 2 * MINUTE_MS },
    { checks: 50, waitMs: 2 * MINUTE_MS },
  ])('after $checks failures it waits $waitMs ms', ({ checks, waitMs }) => {
    expect(reschedule(approvedAt(NOON, { checks }), 'away', NOON).next.wakeAt).toBe(NOON + waitMs);
  });

  test('is given up half an hour after the decision, and not a moment before', () => {
    const before = approvedAt(DECIDED_AT);
    expect(START_WITHIN_MS).toBe(30 * MINUTE_MS);
    expect(reschedule(before, 'away', DECIDED_AT + START_WITHIN_MS - 1).next.status).toBe('approved');
    expect(reschedule(before, 'away', DECIDED_AT + START_WITHIN_MS)).toMatchObject({
      next: {
        status: 'refused',
        wakeAt: undefined,
        outcome: {
          kind: 'too_late',
          linkStatus: undefined,
          message: 'away',
          ipayUuid: undefined,
          settledByTracking: false,
        },
      },
    });
  });

  test('a record without a time of decision is given up: its age cannot be told', () => {
    expect(reschedule(approvedAt(NOON, { decidedAt: undefined }), 'away', NOON).next.status).toBe('refused');
  });

  test('the next try is no later than the moment it becomes too late', () => {
    const before = approvedAt(DECIDED_AT, { checks: 20 });
    const now = DECIDED_AT + START_WITHIN_MS - 1_000;
    expect(reschedule(before, 'away', now).next.wakeAt).toBe(DECIDED_AT + START_WITHIN_MS);
  });
});

describe('markUnknown', () => {
  test('the outcome is unknown, with InstantPay’s request id of the call', () => {
    const before = executing({ checks: 9 });
    const now = DECIDED_AT + 2_000;
    expect(markUnknown(before, 'Timed out.', now, 'uuid-call')).toStrictEqual({
      next: {
        ...before,
        version: 8,
        status: 'unknown',
        checks: 0,
        problem: 'Timed out.',
        ipayUuid: 'uuid-call',
        wakeAt: now + 5_000,
      },
      audit: [
        {
          at: now,
          ...ROW,
          action: 'cancel.outcome_unknown',
          detail: 'Timed out.',
          ipayUuid: 'uuid-call',
        },
      ],
      messages: ['outcome'],
    });
  });

  test('without a request id the earlier one stays', () => {
    expect(markUnknown(executing(), 'Timed out.', NOON).next.ipayUuid).toBe('uuid-request');
  });

  test('without a time of the call the first look-up is five seconds away', () => {
    expect(markUnknown(executing({ executingAt: undefined }), 'Timed out.', NOON).next.wakeAt).toBe(
      NOON + 5_000,
    );
  });
});

describe('look-ups', () => {
  test('come 5 s, 15 s, 1 min and 5 min after the call, then hourly for a day, then a person takes over', () => {
    const called = NOON;
    const dueAfter: number[] = [];
    let checks = 0;
    for (let at = nextLookUp(0, called, called); at !== undefined; at = nextLookUp(checks, called, at)) {
      dueAfter.push(at - called);
      checks += 1;
    }
    const hourly = Array.from({ length: 24 }, (_, hour) => 5 * MINUTE_MS + (hour + 1) * HOUR_MS);
    expect(dueAfter).toEqual([5_000, 15_000, MINUTE_MS, 5 * MINUTE_MS, ...hourly]);
  });

  test('the pauses count from when the outcome was lost, however long the call took', () => {
    expect(nextLookUp(0, NOON, NOON + 20_000)).toBe(NOON + 25_000);
    expect(nextLookUp(3, NOON, NOON + 2 * DAY_MS)).toBe(NOON + 2 * DAY_MS + 4 * MINUTE_MS);
  });

  test.each([
    { afterMs: DAY_MS - 1, next: NOON + DAY_MS - 1 + HOUR_MS },
    { afterMs: DAY_MS, next: undefined },
    { afterMs: DAY_MS + 1, next: undefined },
  ])('the day is over exactly a day after the call ($afterMs ms)', ({ afterMs, next }) => {
    expect(nextLookUp(4, NOON, NOON + afterMs)).toBe(next);
  });
});

describe('recheck', () => {
  const seen = { linkStatus: 'ISSUED' as const, problem: linkIs('ISSUED'), ipayUuid: 'uuid-look' };

  test('counts the look-up and waits for the next one', () => {
    const before = unknown({ checks: 1 });
    const now = DECIDED_AT + 15_000;
    expect(recheck(before, seen, now)).toStrictEqual({
      next: {
        ...before,
        version: 8,
        checks: 2,
        problem: linkIs('ISSUED'),
        wakeAt: DECIDED_AT + MINUTE_MS,
      },
      audit: [
        {
          at: now,
          ...ROW,
          action: 'cancel.rechecked',
          statusAfter: 'ISSUED',
          ipayUuid: 'uuid-look',
          outcome: 'still_unknown',
        },
      ],
      messages: [],
    });
  });

  test('after a day it is left to a person, with what was seen last', () => {
    const now = DECIDED_AT + DAY_MS;
    expect(recheck(unknown({ checks: 27 }), seen, now)).toMatchObject({
      next: {
        status: 'unresolved',
        wakeAt: undefined,
        problem: undefined,
        outcome: {
          kind: 'still_unknown',
          linkStatus: 'ISSUED',
          message: linkIs('ISSUED'),
          ipayUuid: 'uuid-look',
          settledByTracking: true,
        },
      },
      audit: [{ action: 'cancel.unresolved', outcome: 'still_unknown' }],
    });
  });

  test('without a time of the call the rhythm starts now', () => {
    expect(recheck(unknown({ executingAt: undefined, checks: 9 }), seen, NOON).next.wakeAt).toBe(
      NOON + HOUR_MS,
    );
  });
});

describe('finish', () => {
  const outcome: Outcome = {
    kind: 'cancelled',
    linkStatus: 'CANCELLED',
    message: 'Done.',
    ipayUuid: 'uuid-call',
    settledByTracking: false,
  };

  test('keeps the outcome and leaves nothing to do', () => {
    const before = executing({ problem: 'slow' });
    const now = DECIDED_AT + 2_000;
    expect(finish(before, now, outcome)).toStrictEqual({
      next: {
        ...before,
        version: 8,
        status: 'executed',
        outcome,
        problem: undefined,
        ipayUuid: 'uuid-call',
        wakeAt: undefined,
      },
      audit: [
        {
          at: now,
          ...ROW,
          action: 'cancel.executed',
          outcome: 'cancelled',
          detail: 'Done.',
          ipayUuid: 'uuid-call',
          statusBefore: 'ISSUED',
          statusAfter: 'CANCELLED',
          decisionMs: HOUR_MS,
        },
      ],
      messages: ['outcome'],
    });
  });

  test.each([
    ['cancelled', 'executed'],
    ['still_unknown', 'unresolved'],
    ['link_changed', 'refused'],
    ['instantpay_refused', 'refused'],
    ['recipient_won', 'refused'],
    ['link_expired', 'refused'],
    ['wrong_environment', 'refused'],
    ['too_late', 'refused'],
  ] as const)('%s is %s', (kind, status) => {
    const step = finish(executing(), NOON, { ...outcome, kind });
    expect(step.next.status).toBe(status);
    expect(step.audit[0]?.action).toBe(`cancel.${status}`);
  });

  test('without a request id the earlier one stays; without a decision the time since the request counts', () => {
    const step = finish(executing({ decidedAt: undefined }), NOON + 5, { ...outcome, ipayUuid: undefined });
    expect(step.next.ipayUuid).toBe('uuid-request');
    expect(step.audit[0]).toMatchObject({ ipayUuid: undefined, decisionMs: 5 });
  });
});

/** Owns the request itself: which states still move, what a new one holds, and the parts every step is made of. */

import { describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import {
  auditOf,
  change,
  isIn,
  isUnfinished,
  newRequest,
  REQUEST_STATUSES,
} from '../../../src/payouts/cancel/request.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import { LINK, NEW_REQUEST, NOON, request } from '../setup.ts';

describe('states', () => {
  test('a request blocks its link exactly while it still moves', () => {
    const moving = REQUEST_STATUSES.filter((status) => isUnfinished(request({ status })));
    expect(moving).toEqual(['pending', 'approved', 'executing', 'unknown']);
  });

  test('a guard knows the states it is given, and no other', () => {
    expect(REQUEST_STATUSES.filter((status) => isIn(request({ status }), 'unknown', 'expired'))).toEqual([
      'unknown',
      'expired',
    ]);
  });

  test('a new request waits, expires after its time, and is nudged at half of it', () => {
    expect(newRequest({ ...NEW_REQUEST, ttlMs: 3 * HOUR_MS + 1 })).toMatchObject({
      version: 1,
      status: 'pending',
      expiresAt: NOON + 3 * HOUR_MS + 1,
      nudgeAt: NOON + 1.5 * HOUR_MS,
      wakeAt: NOON + 1.5 * HOUR_MS,
      approvals: [],
      holder: undefined,
    });
  });

  test('a change is the next version', () => {
    expect(change(request(), 'pending', { checks: 3 })).toEqual({ ...request(), version: 8, checks: 3 });
  });

  test('an audit row carries what the request is about, and what is added', () => {
    expect(auditOf(request(), NOON, SYSTEM_ACTOR, 'cancel.expired', { outcome: 'expired' })).toEqual({
      at: NOON,
      actorId: SYSTEM_ACTOR,
      action: 'cancel.expired',
      linkId: LINK,
      cancelRequestId: 'a1',
      amountPaise: 12_345_678,
      outcome: 'expired',
    });
  });
});

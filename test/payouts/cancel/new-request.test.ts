/** Owns when a new request expires and when its approvers are nudged. */

import { expect, test } from 'vitest';
import { newRequest } from '../../../src/payouts/cancel/request.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import { NEW_REQUEST, NOON } from '../setup.ts';

test.each([
  ['the link expires later', NOON + 48 * HOUR_MS, 24],
  ['the link expires first', NOON + 3 * HOUR_MS, 3],
  ['at the same time', NOON + 24 * HOUR_MS, 24],
  ['the link has no expiry', undefined, 24],
  ['an ISSUED link is past its expiry', NOON - HOUR_MS, 24],
])('%s: it expires with the earlier, and the nudge is at half time', (_name, linkExpiresAt, hours) => {
  const request = newRequest({
    ...NEW_REQUEST,
    requestedAt: NOON,
    ttlMs: 24 * HOUR_MS,
    linkExpiresAt,
  });
  expect(request).toMatchObject({
    expiresAt: NOON + hours * HOUR_MS,
    nudgeAt: NOON + (hours / 2) * HOUR_MS,
    wakeAt: NOON + (hours / 2) * HOUR_MS,
  });
});

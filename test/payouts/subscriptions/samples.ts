/** Owns a schedule of a digest for tests: daily at ten in India, of one channel. */

import type { Subscription } from '../../../src/payouts/subscriptions/subscription.ts';

/** A minute before ten in India. */
const BEGUN = Date.parse('2026-11-20T09:59:00+05:30');

export function subscription(changes: Partial<Subscription> = {}): Subscription {
  return {
    id: 's1',
    version: 1,
    channelId: 'C_DIGESTS',
    cron: '0 10 * * *',
    timezone: 'Asia/Kolkata',
    statuses: ['EXPIRED'],
    purpose: undefined,
    createdBy: 'U_ADMIN',
    createdAt: BEGUN,
    paused: undefined,
    markAt: BEGUN,
    skipped: [],
    ...changes,
  };
}

/** Owns the table of digests' schedules as TypeScript sees it. */

import type { PauseReason } from '../payouts/subscriptions/subscription.ts';
import type { Instant } from './instant.ts';

/** A few for each channel, bounded by the rule of subscribing. */
export interface DigestSubscriptionTable {
  id: string;
  /** Grows with each change of people or settings. */
  version: number;
  channel_id: string;
  cron: string;
  timezone: string;
  /** "EXPIRED,PROCESSING". */
  statuses: string;
  purpose: string | null;
  created_by: string;
  created_at: Instant;
  paused_why: PauseReason | null;
  paused_at: Instant | null;
  paused_by: string | null;
  /** Up to when due times are accounted for. */
  mark_at: Instant;
  /** Due times without a digest that the next digest tells: instants, as JSON. */
  skipped: string;
}

/** Owns the tables of automatic reminders as TypeScript sees them. */

import type { AutoResult } from '../payouts/links/auto-remind-steps.ts';

/** One automatic reminder of a link. Bounded: the job that sends them prunes those of links that are over. */
export interface AutoReminderTable {
  link_id: string;
  /** 1, 2, 3 a link. */
  number: number;
  before_ms: number | string;
  expires_at: string;
  /** When it counts as sent or not confirmed: of a claim, when it is too late to hear of it. */
  counts_at: string;
  state: 'begun' | AutoResult;
}

/** Links whose automatic reminders somebody stopped. */
export interface AutoReminderStopTable {
  link_id: string;
  user_id: string;
  at: string;
}

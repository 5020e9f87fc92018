/** Owns what App Home holds for one person, and which of the requests that wait can be approved together. */

import { type Batch, pendingOf } from '../cancel/batch.ts';
import { isUnfinished } from '../cancel/request.ts';
import type { Counts } from './port.ts';

export interface HomeContents {
  /** What waits for this person's decision: what expires first comes first. */
  waiting: Batch[];
  /** The person's own: unfinished first, then the latest. */
  own: Batch[];
  /** What the person decided in the last day, the latest first. */
  decided: Batch[];
  today: Counts;
}

/** When the first of the links that wait expires; Infinity when InstantPay reported no expiry. */
export function firstExpiry(batch: Batch): number {
  return Math.min(...pendingOf(batch).map(({ linkExpiresAt }) => linkExpiresAt ?? Infinity));
}

/** Whether it can be approved together with others: where one approval is not enough, each approver looks at it by itself. */
export function isSelectable(batch: Batch): boolean {
  return pendingOf(batch).every(({ approvalsRequired }) => approvalsRequired === 1);
}

/** Whether something of it still moves. */
export function isOpen({ requests }: Batch): boolean {
  return requests.some(isUnfinished);
}

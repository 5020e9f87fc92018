/** Owns the audit's anchor in the log: a copy of its last row out of reach of those who can write to the database. */

import type { Log } from '../log.ts';
import type { Store } from '../payouts/store.ts';

/** Late in the Indian day, so that the log of a day holds the anchor of that day. */
export const ANCHOR_CRON = '45 23 * * *';
export const ANCHOR_TIMEZONE = 'Asia/Kolkata';

/** Logs the sequence and hash of the audit's last row, for `audit verify --expect`. */
export async function logAuditAnchor(store: Pick<Store, 'audit'>, log: Log): Promise<void> {
  const { sequence, hash } = await store.audit.anchor();
  log.info({ sequence, hash }, 'audit anchor');
}

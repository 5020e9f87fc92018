/** Owns the audit's anchor in the log: a copy of its end that whoever can write to the database cannot change. */

import type { Log } from '../log.ts';
import type { Store } from '../payouts/ports.ts';

/** Late in the Indian day, so that the line stands in the log of the day it is about. */
export const ANCHOR_CRON = '45 23 * * *';
export const ANCHOR_TIMEZONE = 'Asia/Kolkata';

/** Logs the sequence and hash of the audit's last row, for `audit verify --expect`. */
export async function logAuditAnchor(store: Pick<Store, 'audit'>, log: Log): Promise<void> {
  const { sequence, hash } = await store.audit.anchor();
  log.info({ sequence, hash }, 'audit anchor');
}

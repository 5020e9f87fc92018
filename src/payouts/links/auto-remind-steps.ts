/** Owns when an automatic reminder is due: REMIND_BEFORE, REMIND_QUIET, and what was sent by hand. Pure. */

import { SYSTEM_ACTOR } from '../audit-entry.ts';
import { istMinuteOfDay, MINUTE_MS } from '../time.ts';
import type { PayoutLink } from './link.ts';
import type { LastReminder } from './remind-port.ts';

/** Automatic reminders of one link. */
export const AUTO_AT_MOST = 3;

/** A claim of which nothing was heard for so long counts as not confirmed: longer than any call takes. */
export const AUTO_HEARD_WITHIN_MS = 10 * MINUTE_MS;

/** What became of one whose call was made. `not_sent`: InstantPay declined. */
export const AUTO_RESULTS = ['sent', 'not_sent', 'unknown'] as const;
export type AutoResult = (typeof AUTO_RESULTS)[number];

/** Hours in which nobody is reminded: minutes since midnight in IST, `to` excluded; over midnight when `from` is later. */
export interface QuietHours {
  fromMinute: number;
  toMinute: number;
}

export interface AutoSettings {
  /** How long before the expiry; the longest first. None: automatic reminders are off. */
  beforeMs: readonly number[];
  /** Undefined: none. */
  quiet: QuietHours | undefined;
}

export function isQuiet(quiet: QuietHours | undefined, now: number): boolean {
  if (!quiet) return false;
  const { fromMinute, toMinute } = quiet;
  const minute = istMinuteOfDay(now);
  return fromMinute <= toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute;
}

/** What of a link says when its reminders are due. */
export type Due = Pick<PayoutLink, 'createdAt' | 'expiresAt'>;

/**
 * Returns the step that is due now, as its time before the expiry: the last one whose time has come, so that one that the
 * next has overtaken is never sent. Undefined before the first, once the link expired, and when the link is younger.
 */
export function stepAt(
  { beforeMs }: AutoSettings,
  { createdAt, expiresAt }: Due,
  now: number,
): number | undefined {
  if (expiresAt === undefined || now >= expiresAt) return undefined;
  const step = beforeMs.findLast((before) => now >= expiresAt - before);
  if (step === undefined || (createdAt !== undefined && createdAt > expiresAt - step)) return undefined;
  return step;
}

/** Whether a person reminded the recipient within this step, or within the cooldown before it: then it is not repeated. */
export function isRemindedByHand(
  last: LastReminder | undefined,
  { expiresAt, beforeMs }: { expiresAt: number; beforeMs: number },
  cooldownMs: number,
): boolean {
  if (!last || last.actorId === SYSTEM_ACTOR) return false;
  return last.at >= expiresAt - beforeMs - cooldownMs;
}

/** Owns parsing `notify`, for one link or several, and `expiring`, with the time that is meant. */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../payouts/time.ts';
import type { Parsed } from './command.ts';
import { leadingLinks } from './parse-cancel.ts';
import { parseLink } from './parse-link.ts';
import { PROBLEMS } from './problems.ts';
import { no, quote, suggest, yes } from './words.ts';

export function parseNotify(rest: string): Parsed {
  const { targets, rest: more } = leadingLinks(rest);
  const [first, ...others] = targets;
  if (!first || others.length === 0) return parseLink('notify', rest);
  // Whatever is no link could be a mistyped one: nothing is sent to the others then.
  if (more !== '') return no(PROBLEMS.textAfterLink, 'notify');
  return yes({ name: 'notify', targets: [first, ...others] });
}

/** Returns what "48h", "6 hours" or "90 minutes" is in milliseconds; undefined for anything else, and past 90 days. */
export function readLength(text: string): number | undefined {
  const [, amount = '', unit = ''] = LENGTH.exec(text.trim()) ?? [];
  const lengthMs = Number(amount) * (UNIT_MS[unit.slice(0, 1).toLowerCase()] ?? 0);
  return lengthMs > 0 && lengthMs <= LONGEST_MS ? lengthMs : undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
const LONGEST_MS = 90 * DAY_MS;
const LENGTH = /^(\d{1,5})\s*(m|min|mins|minutes?|h|hrs?|hours?|d|days?)$/i;

export function parseExpiring(rest: string): Parsed {
  const text = rest.trim();
  if (text === '') return yes({ name: 'expiring', withinMs: undefined });
  const withinMs = readLength(text.replace(/^(with)?in\s+/i, ''));
  return withinMs !== undefined
    ? yes({ name: 'expiring', withinMs })
    : no(PROBLEMS.unknownWithin(quote(text)), 'expiring', suggest('expiring'));
}

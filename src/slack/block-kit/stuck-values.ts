/** Owns what the buttons of stuck links carry: for how long, or since which day, and which page. */

import type { StuckFor } from '../../payouts/links/stuck.ts';
import { DAY_MS, MINUTE_MS } from '../../payouts/time.ts';

/** Every time that can be typed or set fits. */
const LONGEST_MS = 90 * DAY_MS;
const VALUE = /^(?:m(\d{1,6})|d(\d{4}-\d{2}-\d{2}))\.(\d{1,3})$/;

export interface StuckPage {
  for: StuckFor;
  /** From 1. */
  pageNumber: number;
}

/** "m1440.2": PROCESSING for 1,440 minutes, page 2; "d2026-11-16.1": since this day. */
export function encodeStuck({ for: wanted, pageNumber }: StuckPage): string {
  const length = 'forMs' in wanted ? `m${Math.round(wanted.forMs / MINUTE_MS)}` : `d${wanted.sinceDay}`;
  return `${length}.${pageNumber}`;
}

export function decodeStuck(value: unknown): StuckPage | undefined {
  const [, minutes, sinceDay, page] = (typeof value === 'string' ? VALUE.exec(value) : null) ?? [];
  const pageNumber = Number(page);
  if (!(pageNumber >= 1)) return undefined;
  if (sinceDay !== undefined) {
    return Number.isNaN(Date.parse(sinceDay)) ? undefined : { for: { sinceDay }, pageNumber };
  }
  const forMs = Number(minutes) * MINUTE_MS;
  return forMs >= MINUTE_MS && forMs <= LONGEST_MS ? { for: { forMs }, pageNumber } : undefined;
}

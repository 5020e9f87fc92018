/** Owns moving the demo's clock: by a step, or to tomorrow 10:00 without leaving out the digest of today. */

import { addDays, HOUR_MS, istDay, istInstant, MINUTE_MS } from '../../src/payouts/time.ts';
import type { Stage } from '../stage.ts';

export type ClockStep = 'minute' | 'hour' | 'tomorrow';

/** A Monday, two minutes before the first digest. */
export const MONDAY_MORNING = istInstant('2026-11-23', '09:58');

const DIGEST_TIME = '10:00';
/** Past the second in which the digest is due. */
const JUST_AFTER_MS = 1_000;

/** How far to go, stop by stop: a digest that is due on the way is posted at its time, as it would be. */
export function stopsTo(step: ClockStep, now: number): number[] {
  if (step === 'minute') return [MINUTE_MS];
  if (step === 'hour') return stopsAt([now + HOUR_MS], now);
  const tomorrow = istInstant(addDays(istDay(now), 1), DIGEST_TIME) + JUST_AFTER_MS;
  return stopsAt([tomorrow], now);
}

function stopsAt(ends: readonly number[], now: number): number[] {
  const today = istInstant(istDay(now), DIGEST_TIME) + JUST_AFTER_MS;
  const last = ends.at(-1) ?? now;
  const stops = [...(today > now && today < last ? [today] : []), ...ends];
  return stops.map((stop, index) => stop - (stops[index - 1] ?? now));
}

/** Resolves when every job ran after each stop. */
export async function moveClock(stage: Pick<Stage, 'advance' | 'clock'>, step: ClockStep): Promise<void> {
  for (const durationMs of stopsTo(step, stage.clock())) await stage.advance(durationMs);
}

/** Owns moving the demo's clock: by a step, or to tomorrow 10:00 without leaving out what is due before. */

import { addDays, DAY_MS, HOUR_MS, istDay, istInstant, MINUTE_MS } from '../../src/payouts/time.ts';
import type { Stage } from '../stage.ts';

export type ClockStep = 'minute' | 'hour' | 'tomorrow';

export interface DemoClock {
  /** By a step or so many milliseconds. Resolves when the clock shows it and every job ran. One move after the other. */
  move(step: ClockStep | number): Promise<void>;
}

/** A Monday, two minutes before the first digest. */
export const MONDAY_MORNING = istInstant('2026-11-23', '09:58');

const DIGEST_TIME = '10:00';
const QUARTER_MS = 6 * HOUR_MS;
/** A longer way has a stop a day. */
const LONG_MS = 2 * DAY_MS;
/** Past the second in which the digest is due. */
const JUST_AFTER_MS = 1_000;

/** `onMove`: the clock shows another time now. */
export function createDemoClock(stage: Pick<Stage, 'advance' | 'clock'>, onMove: () => void): DemoClock {
  let moving: Promise<void> = Promise.resolve();
  const go = async (step: ClockStep | number): Promise<void> => {
    for (const stop of stopsTo(step, stage.clock())) {
      const ran = stage.advance(Math.max(0, stop - stage.clock()));
      onMove();
      // What a job could not do is in the log and in what Slack shows; the clock has moved.
      await ran.catch(() => {});
    }
  };
  return {
    move(step) {
      moving = moving.then(() => go(step));
      return moving;
    },
  };
}

/**
 * Where it stops: what is due now is done first, a digest on the way is posted at its time, and a nudge comes before the
 * request it is about has expired.
 */
export function stopsTo(step: ClockStep | number, now: number): number[] {
  const end = typeof step === 'number' ? now + step : endOf(step, now);
  if (end - now <= MINUTE_MS) return [end];
  const stops = [now];
  const everyMs = end - now <= LONG_MS ? QUARTER_MS : DAY_MS;
  let due = istInstant(istDay(now), DIGEST_TIME) + JUST_AFTER_MS;
  for (let last = now; last < end; ) {
    if (due <= last) due += DAY_MS;
    last = Math.min(due, last + everyMs, end);
    stops.push(last);
  }
  return stops;
}

function endOf(step: ClockStep, now: number): number {
  if (step === 'minute') return now + MINUTE_MS;
  if (step === 'hour') return now + HOUR_MS;
  return istInstant(addDays(istDay(now), 1), DIGEST_TIME) + JUST_AFTER_MS;
}

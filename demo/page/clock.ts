/** Owns moving the demo's clock: by a step, or to tomorrow 10:00 without leaving out what is due before. */

import { addDays, HOUR_MS, istDay, istInstant, MINUTE_MS } from '../../src/payouts/time.ts';
import type { Stage } from '../stage.ts';

export type ClockStep = 'minute' | 'hour' | 'tomorrow';

export interface DemoClock {
  /** Resolves when the clock shows it and every job ran. One move after the other. */
  move(step: ClockStep): Promise<void>;
}

/** A Monday, two minutes before the first digest. */
export const MONDAY_MORNING = istInstant('2026-11-23', '09:58');

const DIGEST_TIME = '10:00';
/** Past the second in which the digest is due. */
const JUST_AFTER_MS = 1_000;

/** `onMove`: the clock shows another time now. */
export function createDemoClock(stage: Pick<Stage, 'advance' | 'clock'>, onMove: () => void): DemoClock {
  let moving: Promise<void> = Promise.resolve();
  const go = async (step: ClockStep): Promise<void> => {
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

/** Where it stops: what is due now is done first, and a digest on the way is posted at its time, as it would be. */
export function stopsTo(step: ClockStep, now: number): number[] {
  if (step === 'minute') return [now + MINUTE_MS];
  const today = istInstant(istDay(now), DIGEST_TIME) + JUST_AFTER_MS;
  const tomorrow = istInstant(addDays(istDay(now), 1), DIGEST_TIME) + JUST_AFTER_MS;
  const end = step === 'hour' ? now + HOUR_MS : tomorrow;
  return [now, ...(today > now && today < end ? [today] : []), end];
}

/** Owns what is recorded after a call was made. */

import { isPayoutDeskError } from '../errors.ts';

/**
 * Records it if the records can be reached. What became of a call must not turn into "nothing was done" because it
 * could not be written down: that the call was made was recorded before it, and the asker is told its outcome.
 */
export async function bestEffort(recording: Promise<unknown>): Promise<void> {
  try {
    await recording;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
  }
}

/** Owns writes to the store that must not fail the call they follow. */

import { isPayoutDeskError } from '../errors.ts';

/**
 * Best effort: a failed write must not hide the outcome of a call that was made. The call itself was recorded before it.
 * Rejects only for faults in the code.
 */
export async function bestEffort(recording: Promise<unknown>): Promise<void> {
  try {
    await recording;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
  }
}

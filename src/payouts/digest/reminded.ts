/** Owns what a digest says of automatic reminders: those since the last one, each told once. */

import { isPayoutDeskError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import type { ToldState } from './told.ts';

export interface Reminded {
  sent: number;
  /** May have been sent (R9). */
  notConfirmed: number;
}

/** Undefined when there were none, there is no last digest, or the store does not answer. */
export async function remindedFor(
  { store }: Deps,
  previous: ToldState | undefined,
  until: number,
): Promise<Reminded | undefined> {
  if (previous === undefined) return undefined;
  try {
    const reminded = await store.autoReminders.remindedSince(previous.at, until);
    return reminded.sent + reminded.notConfirmed > 0 ? reminded : undefined;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return undefined;
  }
}

/** Owns the reasons people give: how long they may be and how they are kept. */

import { UsageError } from '../../errors.ts';
import { maskText } from '../mask.ts';

export const REASON_LENGTH = 500;
/** A shorter reason tells approvers and auditors nothing. */
export const REASON_AT_LEAST = 3;

export const REASON_MISSING = 'Enter a reason. Approvers and auditors will see it.';

/** A reason as it is kept: trimmed, numbers and addresses masked (R17), link IDs left readable. */
export function readReason(text: string): string {
  const reason = text.trim();
  if (reason.length < REASON_AT_LEAST) throw new UsageError(REASON_MISSING);
  if (reason.length > REASON_LENGTH) {
    throw new UsageError(`Enter a reason of at most ${REASON_LENGTH} characters.`);
  }
  return maskText(reason);
}

/** Owns the reasons people give: how long they may be and how they are kept. */

import { UsageError } from '../../errors.ts';
import { maskText } from '../mask.ts';

export const REASON_LENGTH = 500;
/** Shorter than this says nothing to an approver or an auditor. */
export const REASON_AT_LEAST = 3;

/** A reason as it is kept: trimmed, numbers and addresses masked (R17), link IDs left readable. */
export function readReason(text: string): string {
  const reason = text.trim();
  if (reason.length < REASON_AT_LEAST)
    throw new UsageError('Please say why, in a few words: approvers and the audit need it.');
  if (reason.length > REASON_LENGTH) {
    throw new UsageError(`Please keep the reason under ${REASON_LENGTH} characters.`);
  }
  return maskText(reason);
}

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

/** The reasons that are offered; approvers see their words. */
export const PRESET_REASONS = {
  duplicate: 'Duplicate',
  wrong_amount: 'Wrong amount',
  wrong_person: 'Wrong person',
  not_needed: 'No longer needed',
  other: 'Other',
} as const;
export type PresetReason = keyof typeof PRESET_REASONS;

export function isPresetReason(text: string): text is PresetReason {
  return Object.hasOwn(PRESET_REASONS, text);
}

/** Longest text that fits behind every offered reason. */
export const REASON_TEXT_LENGTH =
  REASON_LENGTH - Math.max(...Object.values(PRESET_REASONS).map((words) => `${words}: `.length));

/** "Duplicate: invoice 118"; with `other` the text alone. */
export function composeReason(preset: PresetReason, text: string): string {
  const more = text.trim();
  if (preset === 'other') return more;
  return more === '' ? PRESET_REASONS[preset] : `${PRESET_REASONS[preset]}: ${more}`;
}

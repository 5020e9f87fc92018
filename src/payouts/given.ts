/** Owns the reading of "nothing": what InstantPay writes where it has no value (R21). */

const NOTHING = /^(?:na|n\/a|nil|null|none|[-–—.\s]*|0+(?:\.0+)?)$/i;

/**
 * Returns the text, trimmed, or undefined when it means "not given": NA, N/A, a dash, null, nil, none, zeros and
 * blanks (R21). For names, references, ids and addresses; an amount of zero is an amount and is not read by this.
 */
export function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || NOTHING.test(trimmed) ? undefined : trimmed;
}

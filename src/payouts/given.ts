/** Owns the reading of "nothing": what InstantPay writes where it has no value (R21). */

const NOTHING = /^(?:na|n\/a|nil|null|none|[-–—.\s]*|0+(?:\.0+)?)$/i;

/**
 * Returns the text, trimmed, or undefined when it means "not given": NA, N/A, a dash, null, nil, none, zeros and
 * blanks (R21). For names, references, ids and addresses; an amount of zero is an amount and is not read by this.
 */
export function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  if (trimmed !== undefined && beginsWithSomething(trimmed.charCodeAt(0))) return trimmed;
  return trimmed === undefined || NOTHING.test(trimmed) ? undefined : trimmed;
}

/** A letter but N, or a digit but 0: nothing that NOTHING means begins so, and a walk asks it of several texts of each link. */
function beginsWithSomething(code: number): boolean {
  const letter = code | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return letter !== 0x6e;
  return code >= 0x31 && code <= 0x39;
}

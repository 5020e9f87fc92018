/** Owns Unicode normalisation of text from outside: its cost is linear in the text, whatever the text is. */

// Normalising sorts a run of combining marks in quadratic time; no script stacks more than a few on one letter.
const STACKED_MARKS = /(\p{M}{6})\p{M}+/gu;

/** Returns the text in NFKC: fullwidth and other compatibility forms are the plain ones. */
export function toNfkc(text: string): string {
  return text.replace(STACKED_MARKS, '$1').normalize('NFKC');
}

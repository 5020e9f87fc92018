/** Owns masking (R17): what may be shown of a number or an address. */

/** "******5742": the last four digits; shorter values are hidden whole. */
export function maskNumber(value: string): string {
  const compact = value.replace(/\s/g, '');
  if (compact.length <= 4) return '*'.repeat(compact.length);
  return '*'.repeat(compact.length - 4) + compact.slice(-4);
}

/** "a***@example.in" for an e-mail address or a VPA: first letter and what follows the @. */
export function maskAddress(value: string): string {
  const at = value.lastIndexOf('@');
  if (at <= 0) return maskNumber(value);
  return `${Array.from(value)[0]}***${value.slice(at)}`;
}

// The local part is bounded (RFC 5321): unbounded, a long run of letters would be tried from each of its letters.
// Several @ in a row are one address: taken apart, the second half would stay whole.
const ADDRESS = /[\p{L}\p{N}._%+'-]{1,64}(?:@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*)+/gu;
// Runs of digits as people and banks write them: spaces, dots, brackets and dashes between groups make one number.
const NUMBER = /\+?\p{Nd}(?:[\s.()\p{Pd}]{0,3}\p{Nd}){6,}/gu;
/** An amount in rupees and paise: "12500.50" is no number of anybody's. */
const AMOUNT = /^\d{1,7}\.\d{2}$/;

/**
 * Free text with every e-mail address, VPA and run of seven or more digits masked. Dates such as
 * 2026-11-20 (eight digits) are masked too: better a hidden date than a shown account number.
 */
export function maskText(text: string): string {
  return text.replace(ADDRESS, maskAddress).replace(NUMBER, (run) => {
    if (AMOUNT.test(run)) return run;
    const digits = run.replace(/\P{Nd}/gu, '');
    return '*'.repeat(digits.length - 4) + digits.slice(-4);
  });
}

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
  // A field that should hold an address alone may hold a number behind it.
  return `${Array.from(value)[0]}***${maskText(value.slice(at))}`;
}

// The local part is bounded (RFC 5321): unbounded, a long run of letters would be tried from each of its letters.
// Several @ in a row are one address: taken apart, the second half would stay whole. Marks are the vowels of Indian
// scripts, which may hold joiners too.
const ADDRESS =
  // oxlint-disable-next-line no-misleading-character-class
  /[\p{L}\p{M}\p{N}\u200c\u200d._%+'-]{1,64}(?:@[\p{L}\p{M}\p{N}\u200c\u200d-]+(?:\.[\p{L}\p{M}\p{N}\u200c\u200d-]+)*)+/gu;
// Runs of digits as people and banks write them: space of any length, which is shown as one, and up to three signs
// between groups make one number. No two parts of it match the same character, so it takes linear time.
const NUMBER =
  // oxlint-disable-next-line no-misleading-character-class
  /\+?\p{Nd}(?:[\s\p{Cc}\u200c\u200d]*(?:[.()/,_|:\p{Pd}\p{M}][\s\p{Cc}\u200c\u200d]*){0,3}\p{Nd}){6,}/gu;

// What is not seen when it is shown; joiners are looked at one by one.
const UNSEEN = /(?![\u200c\u200d])[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const JOINERS = /[\u200c\u200d]+/g;
const BESIDE_JOINER = /[\p{Nd}@]/u;

/** As it is read once shown: fullwidth forms are the plain ones, and nothing invisible parts a number or an address. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(JOINERS, (joiners: string, at: number, whole: string) => {
      const besides =
        whole.slice(Math.max(0, at - 2), at) + whole.slice(at + joiners.length, at + joiners.length + 2);
      return BESIDE_JOINER.test(besides) ? '' : joiners;
    });
}

/** Amounts in rupees and paise: "12500.50" and "12,34,567.50" are no number of anybody's. */
const AMOUNTS = [/^\d{1,6}\.\d{2}$/, /^\d{1,3}(?:,\d{2,3}){0,3}\.\d{2}$/];
/** After a currency sign the paise may be missing. */
const RUPEES = [/^\d{1,9}(?:\.\d{1,2})?$/, /^\d{1,3}(?:,\d{2,3}){0,3}(?:\.\d{1,2})?$/];
const CURRENCY = /(?:₹|\bRs\.?|\bINR)\s{0,2}$/i;

/** Ten digits before the point are a mobile number, whatever stands around them. */
function isAmount(run: string, before: string): boolean {
  if ((run.split('.')[0] ?? '').replaceAll(',', '').length > 9) return false;
  return (CURRENCY.test(before) ? RUPEES : AMOUNTS).some((amount) => amount.test(run));
}

/**
 * Free text with every e-mail address, VPA and run of seven or more digits masked. Dates such as
 * 2026-11-20 (eight digits) are masked too: better a hidden date than a shown account number.
 * Text with nothing to mask comes back as it was.
 */
export function maskText(text: string): string {
  const looked = plain(text);
  const masked = looked
    .replace(ADDRESS, maskAddress)
    .replace(NUMBER, (run: string, at: number, whole: string) => {
      if (isAmount(run, whole.slice(Math.max(0, at - 8), at))) return run;
      const digits = run.replace(/\P{Nd}/gu, '');
      return '*'.repeat(digits.length - 4) + digits.slice(-4);
    });
  return masked === looked ? text : masked;
}

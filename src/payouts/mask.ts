/** Owns masking (R17): what may be shown of a number or an address. Its cost is linear in the text, and bounded. */

import { toNfkc } from './normalize.ts';

/** Longer than every text that is shown or logged; what is longer is cut before any work is done on it. */
const TEXT_MAX = 20_000;
/** As long as the longest local part of an address: what a cut may have torn apart. */
const CUT_MARGIN = 64;
/** Longer than every account, card and mobile number. */
const NUMBER_MAX = 64;
/** From this many digits on, a number may be private. */
const PRIVATE_DIGITS = 7;
const SHOWN_DIGITS = 4;

/** "******5742": the last four digits; shorter values are hidden whole. What InstantPay masked in part is, too. */
export function maskNumber(value: string): string {
  const compact = value
    .slice(-4 * NUMBER_MAX)
    .replace(/\s/g, '')
    .slice(-NUMBER_MAX);
  const hidden = /[xX*•]{2}/.test(compact) ? compact.replace(/[xX•]/g, '*') : compact;
  const shown = hidden.length > SHOWN_DIGITS ? hidden.slice(-SHOWN_DIGITS) : '';
  return '*'.repeat(hidden.length - shown.length) + shown;
}

/** "a***@example.in" for an email address or a VPA: first letter and what follows the @. */
export function maskAddress(value: string): string {
  const at = value.lastIndexOf('@');
  if (at <= 0) return maskNumber(value);
  const [first = ''] = value.slice(0, CUT_MARGIN).replace(/^["\s]+(?=[^"\s@])/, '');
  // A field that should hold an address alone may hold a number behind it.
  const domain = value.slice(at + 1).trimStart();
  // With nothing before the @ it is no address: only what is behind it could be masked.
  return `${first}***${hasNothingToMask(domain) ? `@${domain}` : maskText(`@${domain}`)}`;
}

// Ids of InstantPay's making are long and of digits as well, and nothing private: a link's, with a letter in it so that
// it is no account number; an order's, which begins with its time; a request's.
const ID = [
  String.raw`(?=\d{0,23}[a-f])[0-9a-f]{24}`,
  String.raw`1\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d[A-Z]{5}`,
  String.raw`h[0-9a-f]{11}-(?:[0-9a-fX]{4}-){3}[0-9a-f]{12}(?:-[0-9a-z]{12})?`,
].join('|');
// Joined to anything else it is not one, but part of an address or a longer number.
const IDS = new RegExp(String.raw`(?<![\p{L}\p{N}.@_%+-])(${ID})(?![\p{L}\p{N}@_%+-]|\s?@)`, 'iu');

// The local part is bounded (RFC 5321): unbounded, a long run of letters would be tried from each of its letters.
// Several @ in a row are one address: taken apart, the second half would stay whole. Marks are the vowels of Indian
// scripts, which may hold joiners too.
const LOCAL = String.raw`(?:"[^"\n]{1,64}"|[\p{L}\p{M}\p{N}\u200c\u200d._%+'*!#$&=?^{}~-]{1,64})`;
const LABEL = String.raw`[\p{L}\p{M}\p{N}\u200c\u200d-]`;
const ADDRESS = new RegExp(String.raw`${LOCAL}(?:@+${LABEL}+(?:\.${LABEL}+)*)+`, 'gu');
// With a space beside the @ it may be a mention: it is an address when what follows is a domain or a bank's handle.
const BANK = 'axis|axisb|bank|icici|hdfc|idfc|indus|kotak|paytm|pnb|sbi|upi|yes';
const HANDLE = String.raw`(?:\p{L}{0,12}(?:${BANK})|[yrj]?apl|[yi]bl|axl|airtel|barodampay|boi|cnrb|fam|fbl|federal|freecharge|ikwik|kbl|rbl|slice)(?!${LABEL})`;
const PARTED_ADDRESS = new RegExp(
  String.raw`${LOCAL}(?: {1,3}@+ {0,3}|@+ {1,3})(?:${HANDLE}|${LABEL}{1,63}(?:\.${LABEL}{1,63})+)`,
  'giu',
);

/** InstantPay hides the local part whole in its own words. */
const MASKED_LOCAL = /^\*+@[^@]*$/;

// Digits and whatever parts them but letters make one number; an x counts as a sign. No two parts match the same
// character, and each stretch of text is looked at once, so it takes linear time.
const SIGN = String.raw`(?:[^\p{L}\p{Nd}]|[xX](?!\p{L}(?<![xX])))`;
const NUMBER = new RegExp(String.raw`\+?\p{Nd}(?:${SIGN}*\p{Nd})*`, 'gu');
const DIGIT = /\p{Nd}/gu;

// What is not seen when it is shown; joiners are looked at one by one.
const UNSEEN = /(?![\u200c\u200d])[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const JOINERS = /[\u200c\u200d]+/g;
const BESIDE_JOINER = /[\p{Nd}@]/u;

/** As it is read once shown: fullwidth forms are the plain ones, and nothing invisible parts a number or an address. */
function plain(text: string): string {
  return toNfkc(text)
    .replace(UNSEEN, '')
    .replace(JOINERS, (joiners: string, at: number, whole: string) => {
      const besides =
        whole.slice(Math.max(0, at - 2), at) + whole.slice(at + joiners.length, at + joiners.length + 2);
      return BESIDE_JOINER.test(besides) ? '' : joiners;
    });
}

// Rupees as they are grouped in India and elsewhere. Ungrouped, nine digits may be an account unless paise follow.
const GROUPED = String.raw`\d{1,2}(?:,\d{2}){0,3},\d{3}|\d{1,3}(?:,\d{3}){1,2}`;
const AMOUNT = new RegExp(String.raw`^(?:\d{1,6}|${GROUPED})\.\d{2}$`);
const RUPEES = new RegExp(String.raw`^(?:\d{1,8}|\d{9}(?=\.\d{2}$)|${GROUPED})(?:\.\d{1,2})?$`);
const CURRENCY = /(?:₹|\bRs\.?|\bINR)\s{0,2}$/i;

const YEAR = String.raw`(?:19|20)\d\d`;
const MONTH = '(?:0[1-9]|1[0-2])';
const DAY = String.raw`(?:0[1-9]|[12]\d|3[01])`;
const DATE = String.raw`(?:${YEAR}[-/.]${MONTH}[-/.]${DAY}|${DAY}[-/.]${MONTH}[-/.]${YEAR})`;
const TIME = String.raw`(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{3})?)?(?:\+\d\d:?[03]0)?`;
// After the name of a month comes the year with its time; a day may be written without its zero or its century.
const LOOSE_DATE = String.raw`(?:${DATE}|(?:[1-9]|${DAY})[-/.](?:[1-9]|${MONTH})[-/.](?:${YEAR}|\d\d)|(?:(?:[1-9]|${DAY}),?\s)?${YEAR})`;
const MOMENT = String.raw`(?:${DATE}|[1-9][-/.]${MONTH}[-/.]${YEAR}|${LOOSE_DATE},?\s{1,2}${TIME}|${TIME})`;
const MOMENTS = new RegExp(String.raw`^${MOMENT}(?:[\s,;()/\u2013-]{1,5}${MOMENT})*$`);
const BESIDE_DATE = new RegExp(String.raw`^(${DATE}[\s,;:()]{1,3})?(.*?)([\s,;:()]{1,3}${DATE})?$`, 's');
/** Behind the stars of a number that is masked already; others like it may follow. */
const MASKED_BEFORE = /\*{2}$/;
const MASKED = new RegExp(String.raw`^\d{1,4}(?:[^\p{L}\p{Nd}*]+\*{2,}\d{1,4})*$`, 'u');
/** Masked in part before it came here, such as "411111XXXXXX1111". */
const PARTLY = /\p{Nd}\s?(?:[xX]{2,}|\*{2,}|•{2,})\s?(?=\p{Nd})/u;

const digitsOf = (text: string): string[] => text.match(DIGIT) ?? [];

/** Hides every digit but the last four; other characters stay. */
function hide(piece: string): string {
  const [, before = '', , after = ''] = /^([^\p{Nd}]*)(.*\p{Nd})([^\p{Nd}]*)$/su.exec(piece) ?? [];
  const digits = digitsOf(piece);
  const shown = digits.slice(-SHOWN_DIGITS).join('');
  return `${before.replace('+', '')}${'*'.repeat(Math.max(0, digits.length - SHOWN_DIGITS))}${shown}${after}`;
}

function maskRun(run: string, before: string): string {
  if (MASKED_BEFORE.test(before) && MASKED.test(run)) return run;
  const count = digitsOf(run).length;
  if (PARTLY.test(run) && count > SHOWN_DIGITS) return hidePartly(run);
  if (count < PRIVATE_DIGITS || MOMENTS.test(run)) return run;
  // Right behind a digit the sign parts a number; else it begins an amount.
  const pieces = run.split(/(?<!\p{Nd})(?=₹)/u);
  const unknown = pieces.map((piece, index) => {
    const amount = piece.replace(/^₹\s{0,2}/, '').replace(/[^\p{Nd}]+$/u, '');
    if (index > 0 || CURRENCY.test(before)) return !RUPEES.test(amount);
    return pieces.length > 1 || !AMOUNT.test(amount);
  });
  if (digitsOf(pieces.filter((_, index) => unknown[index]).join('')).length < PRIVATE_DIGITS) return run;
  return pieces.map((piece, index) => (unknown[index] ? hideBesideDates(piece) : piece)).join('');
}

/** The digits behind the last sign of masking, four of them at most: what is before it was hidden for a reason. */
function hidePartly(run: string): string {
  const tail = run.slice(run.search(/[^xX*•]*$/));
  const shown = digitsOf(tail).slice(-SHOWN_DIGITS).join('');
  const length = (run.match(/[\p{Nd}xX*•]/gu) ?? []).length;
  return '*'.repeat(length - shown.length) + shown;
}

/** A date before or behind a number that is masked anyway stays readable. */
function hideBesideDates(piece: string): string {
  const [, head = '', rest = piece, tail = ''] = BESIDE_DATE.exec(piece) ?? [];
  return digitsOf(rest).length < PRIVATE_DIGITS ? hide(piece) : head + hide(rest) + tail;
}

function maskPart(text: string): string {
  // Without a letter (an x is a sign) it is a number whose digits are parted by an @.
  const address = (found: string): string =>
    !/(?![xX])\p{L}/u.test(found) || MASKED_LOCAL.test(found) ? found : maskAddress(found);
  return text
    .replace(ADDRESS, address)
    .replace(PARTED_ADDRESS, address)
    .replace(NUMBER, (run: string, at: number, whole: string) =>
      maskRun(run, whole.slice(Math.max(0, at - 8), at)),
    );
}

/** Cut where nothing private can be torn in two: a half would no longer be known for what it is. */
function bounded(text: string): string {
  if (text.length <= TEXT_MAX) return text;
  const kept = text.slice(0, TEXT_MAX - CUT_MARGIN).trimEnd();
  let end = kept.length;
  while (end > 0 && !/\p{L}/u.test(kept.charAt(end - 1))) end -= 1;
  return `${kept.slice(0, end)}…`;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isMaskingSign = (code: number): boolean => code === 0x2a || code === 0x58 || code === 0x78; // * X x
const isPlainAscii = (code: number): boolean => code >= 0x20 && code <= 0x7e && code !== 0x40; // @

/** What no rule above touches: plain ASCII without an @, few digits, no two signs of masking in a row. */
function hasNothingToMask(text: string): boolean {
  if (text.length > TEXT_MAX) return false;
  let digits = 0;
  let signs = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    digits += isDigit(code) ? 1 : 0;
    signs = isMaskingSign(code) ? signs + 1 : 0;
    if (!isPlainAscii(code) || digits >= PRIVATE_DIGITS || signs > 1) return false;
  }
  return true;
}

/**
 * Free text with every email address, VPA and number of seven or more digits masked, however its digits are parted.
 * Dates, times, amounts and InstantPay's ids stay. Text with nothing to mask comes back as it was.
 */
export function maskText(text: string): string {
  // So it is with most texts, and a walk masks several of each link.
  if (hasNothingToMask(text)) return text;
  const given = bounded(text);
  const looked = plain(given);
  const masked = looked
    .split(IDS)
    .map((part, index) => (index % 2 === 1 ? part : maskPart(part)))
    .join('');
  return masked === looked ? given : masked;
}

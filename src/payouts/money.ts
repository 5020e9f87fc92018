/** Owns money: integer paise inside, rupees with Indian grouping outside (R3). */

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;
/** Western and Indian grouping: "1,234,567.50", "12,34,567.50". */
const GROUPED = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3})(?:\.\d+)?$/;
const LONGEST_AMOUNT = 40;

/**
 * Paise from an amount in rupees as InstantPay writes it: a number, a decimal string ("10000.00") or one with
 * grouping commas ("12,34,567.50", R3).
 * A fraction of a paisa is rounded half away from zero. Undefined when it is not a finite amount that fits.
 */
export function paiseFromRupees(amount: number | string): number | undefined {
  const written = typeof amount === 'number' ? plainDecimal(amount) : amount.trim();
  if (written === undefined || written.length > LONGEST_AMOUNT) return undefined;
  const text = GROUPED.test(written) ? written.replaceAll(',', '') : written;
  if (!DECIMAL.test(text)) return undefined;
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const cents = Number(`${fraction}00`.slice(0, 2));
  const roundUp = (fraction[2] ?? '0') >= '5' ? 1 : 0;
  const paise = Number(whole) * 100 + cents + roundUp;
  if (!Number.isSafeInteger(paise)) return undefined;
  return negative && paise !== 0 ? -paise : paise;
}

/** Fifteen digits: so many are the same in a double and in the decimal it was read from. */
const EXACT_PAISE = 1e15;

/** Paise of an amount with two decimals at most, as nearly all have; undefined for any other, which takes `paiseFromRupees`. */
export function wholePaise(amount: number): number | undefined {
  const paise = Math.round(amount * 100);
  if (paise / 100 !== amount || Math.abs(paise) >= EXACT_PAISE) return undefined;
  return paise === 0 ? 0 : paise;
}

const UNITS: Readonly<Record<string, number>> = {
  k: 1_000,
  thousand: 1_000,
  l: 100_000,
  lac: 100_000,
  lakh: 100_000,
  cr: 10_000_000,
  crore: 10_000_000,
};
const TYPED = /^(?:₹|rs\.?|inr)?\s*([\d,]+(?:\.\d{1,4})?)\s*(?:(k|thousand|l|lac|lakh|cr|crore)s?)?$/;

/** Paise from an amount as people type it: "50000", "₹1,00,000.50", "Rs 2 lakh", "1.5cr", "50k". Undefined when it is none. */
export function parseRupees(text: string): number | undefined {
  const [, number = '', unit] = TYPED.exec(text.trim().toLowerCase()) ?? [];
  const paise = paiseFromRupees(number);
  // Four decimals at most, so that 1.2345 crore is exact.
  if (paise === undefined || unit === undefined) return paise;
  const exact = (Math.round(Number(number.replaceAll(',', '')) * 10_000) * (UNITS[unit] ?? 1)) / 100;
  return Number.isSafeInteger(exact) ? exact : undefined;
}

function plainDecimal(amount: number): string | undefined {
  if (!Number.isFinite(amount)) return undefined;
  const text = String(amount);
  return text.includes('e') ? amount.toFixed(4) : text;
}

/** "₹1,23,456.78". */
export function formatRupees(amountPaise: number | bigint): string {
  const { sign, whole, paise } = partsOf(amountPaise);
  return `${sign}₹${grouped(whole)}.${paise}`;
}

/** "1,23,456": the last three digits, then pairs. By hand: Intl takes most of the time of a line. */
function grouped(digits: string): string {
  if (digits.length <= 3) return digits;
  return `${digits.slice(0, -3).replace(/\B(?=(?:\d\d)+$)/g, ',')},${digits.slice(-3)}`;
}

/** "123456.78", for a file. */
export function decimalRupees(amountPaise: number | bigint): string {
  const { sign, whole, paise } = partsOf(amountPaise);
  return `${sign}${whole}.${paise}`;
}

/** Whole rupees and paise apart: a division in floating point is off by a paisa for very large amounts. */
function partsOf(amountPaise: number | bigint): { sign: string; whole: string; paise: string } {
  const digits = String(amountPaise).replace('-', '').padStart(3, '0');
  return { sign: amountPaise < 0 ? '-' : '', whole: digits.slice(0, -2), paise: digits.slice(-2) };
}

/** "₹12,500": rounded to whole rupees, half of one up; below one rupee with its paise. For a digest's lines alone. */
export function formatWholeRupees(amountPaise: number | bigint): string {
  const paise = BigInt(amountPaise);
  const size = paise < 0n ? -paise : paise;
  if (size < 100n) return formatRupees(amountPaise);
  return formatRupees(((size + 50n) / 100n) * (paise < 0n ? -100n : 100n)).slice(0, -'.00'.length);
}

export interface ExactSum {
  /** A negative amount takes back. */
  add(amountPaise: number): void;
  total(): bigint;
}

/** Adds amounts exactly (R3), as numbers for as long as that is exact: BigInt costs a walk of 100,000 links its speed. */
export function exactSum(): ExactSum {
  let high = 0n;
  let low = 0;
  return {
    add(amountPaise) {
      const sum = low + amountPaise;
      if (Number.isSafeInteger(sum)) {
        low = sum;
        return;
      }
      high += BigInt(low) + BigInt(amountPaise);
      low = 0;
    },
    total: () => high + BigInt(low),
  };
}

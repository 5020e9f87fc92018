/** Owns money: integer paise inside, rupees with Indian grouping outside (R3). */

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

/**
 * Paise from an amount in rupees as InstantPay writes it, a number or a decimal string ("10000.00").
 * A fraction of a paisa is rounded half away from zero. Undefined when it is not a finite amount that fits.
 */
export function paiseFromRupees(amount: number | string): number | undefined {
  const text = typeof amount === 'number' ? plainDecimal(amount) : amount.trim();
  if (text === undefined || !DECIMAL.test(text)) return undefined;
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const cents = Number(`${fraction}00`.slice(0, 2));
  const roundUp = (fraction[2] ?? '0') >= '5' ? 1 : 0;
  const paise = Number(whole) * 100 + cents + roundUp;
  if (!Number.isSafeInteger(paise)) return undefined;
  return negative && paise !== 0 ? -paise : paise;
}

function plainDecimal(amount: number): string | undefined {
  if (!Number.isFinite(amount)) return undefined;
  const text = String(amount);
  return text.includes('e') ? amount.toFixed(4) : text;
}

const rupees = new Intl.NumberFormat('en-IN', {
  style: 'currency',
  currency: 'INR',
  minimumFractionDigits: 2,
});

/** "₹1,23,456.78". */
export function formatRupees(amountPaise: number): string {
  // Whole rupees and paise apart: a division in floating point is off by a paisa for very large amounts.
  const digits = String(Math.abs(amountPaise)).padStart(3, '0');
  const whole = rupees.format(BigInt(digits.slice(0, -2)));
  return `${amountPaise < 0 ? '-' : ''}${whole.slice(0, -2)}${digits.slice(-2)}`;
}

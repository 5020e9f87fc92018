/** Owns the shapes InstantPay sends: zod schemas as loose as the wire is (R3). What they yield is not masked yet. */

import { z } from 'zod';
import { parseLinkId } from '../payouts/links/link.ts';
import { paiseFromRupees } from '../payouts/money.ts';
import { parseIst } from '../payouts/time.ts';

/**
 * Longer than any field InstantPay publishes, and than what is shown of one: before it is shown such a text is cut again,
 * away from a number that this cut may have split.
 */
const FIELD_MAX = 2_000;
/** More marks on one letter than any script has: normalising a long run of them takes time that grows with its square. */
const MARKS = /(\p{M}{8})\p{M}+/gu;

/** Text, bounded before anything else is done with it. */
function asText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return String(value).replace(MARKS, '$1').trim().slice(0, FIELD_MAX) || undefined;
}

/** `optional` allows the key itself to be missing. */
const anything = z.unknown().optional();

/** Text that may be missing, null, empty or a number; whatever else it is counts as missing. */
const optionalText = z.unknown().transform(asText).optional();

const requiredText = z.unknown().transform((value, context) => {
  const text = asText(value);
  if (text !== undefined) return text;
  context.addIssue({ code: 'custom', message: 'expected text' });
  return z.NEVER;
});

/** An amount that cannot be read hides nothing but itself (R3). */
const optionalPaise = z
  .unknown()
  .transform((value) => {
    const text = asText(value);
    return text === undefined ? undefined : paiseFromRupees(text);
  })
  .optional();

const optionalTime = z
  .unknown()
  .transform((value) => (typeof value === 'string' ? parseIst(value) : undefined))
  .optional();

/** A count in `meta`, where numbers come as text as well (R2). */
const optionalCount = z
  .unknown()
  .transform((value) => {
    const text = asText(value);
    return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  })
  .optional();

/** True and false as PHP writes them too: 1, "true", 0, "". */
const optionalFlag = z
  .unknown()
  .transform((value) => {
    const text = typeof value === 'boolean' ? String(value) : asText(value)?.toLowerCase();
    if (text === 'true' || text === '1') return true;
    return text === 'false' || text === '0' ? false : undefined;
  })
  .optional();

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object, or `{}` for everything InstantPay writes when there is none: null, "", [], nothing at all (R3). */
function objectOrEmpty<Shape extends z.ZodRawShape>(shape: Shape) {
  return anything
    .transform((value) => {
      const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
      return isObject(only) ? only : {};
    })
    .pipe(z.object(shape));
}

/** PHP writes an array with gaps in it as an object: {"1": ..., "2": ...}. */
const arrayOrEmpty = anything.transform((value): unknown[] => {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
});

/**
 * The records of a page. Undefined when there is no such field, which is not the same as a list with nothing in it;
 * what is there and can be no list is a fault, so that records are never dropped in silence.
 */
const recordList = anything.transform((value, context): unknown[] | undefined => {
  if (value === undefined || Array.isArray(value)) return value;
  if (value === null || value === '') return [];
  const entries: unknown[] | undefined = isObject(value) ? Object.values(value) : undefined;
  if (entries?.every(isObject)) return entries;
  context.addIssue({ code: 'custom', message: 'expected a list' });
  return z.NEVER;
});

export const envelopeSchema = z.object({
  statuscode: requiredText.transform((code) => code.toUpperCase()),
  status: optionalText,
  data: anything,
  pool: anything,
  reversal: anything,
  ipay_uuid: optionalText,
  environment: optionalText,
  timestamp: optionalTime,
});

export const trackSchema = objectOrEmpty({
  status: requiredText,
  amount: optionalPaise,
  linkActivity: arrayOrEmpty,
});

export const activitySchema = objectOrEmpty({
  status: optionalText,
  activityAt: optionalTime,
  orderId: optionalText,
  accountType: optionalText,
  accountNumber: optionalText,
  accountIfsc: optionalText,
});

export const listSchema = objectOrEmpty({
  meta: objectOrEmpty({
    totalPages: optionalCount,
    totalRecords: optionalCount,
    currentPage: optionalCount,
    recordFrom: optionalCount,
    recordTo: optionalCount,
  }),
  records: recordList,
});

/** Text or a number where a list should be; "" is how PHP writes an empty one (R3). */
export function isNoList(data: unknown): boolean {
  return data !== undefined && data !== null && typeof data !== 'object' && data !== '';
}

/** One record at a time: a single unreadable one must not hide the rest of its page. */
export const recordSchema = z.object({
  linkId: requiredText.transform((text, context) => {
    const linkId = parseLinkId(text); // R18
    if (linkId !== undefined) return linkId;
    context.addIssue({ code: 'custom', message: 'expected a link ID' });
    return z.NEVER;
  }),
  status: requiredText,
  amount: optionalPaise,
  purpose: optionalText,
  description: optionalText,
  contactDetails: objectOrEmpty({ name: optionalText, email: optionalText, mobile: optionalText }),
  referenceNo: optionalText,
  orderId: optionalText,
  url: optionalText,
  qrUrl: optionalText,
  paymentModes: arrayOrEmpty,
  verifyBene: optionalFlag,
  activatedAt: optionalTime,
  expiredAt: optionalTime,
});

export type WireRecord = z.infer<typeof recordSchema>;

const booking = {
  referenceId: optionalText,
  openingBalance: optionalPaise,
  paymentAmount: optionalPaise,
  mode: optionalText,
  closingBalance: optionalPaise,
};

export const reversalSchema = objectOrEmpty(booking);

export const bookingSchema = objectOrEmpty({
  ...booking,
  convenienceFee: optionalPaise,
  surcharge: optionalPaise,
  cashback: optionalPaise,
  tds: optionalPaise,
});

export const poolSchema = objectOrEmpty({ transaction: anything, reversal: anything });

export const tagSchema = objectOrEmpty({ desc: optionalText, value: optionalText });

/** Of `optional1` to `optional9` the bank alone is read: the others hold an Aadhaar number and a person's balance. */
export const transactionSchema = objectOrEmpty({
  transactionDateTime: optionalTime,
  transactionStatusCode: optionalText,
  transactionStatus: optionalText,
  transactionAmount: optionalText,
  transactionReferenceId: optionalText,
  order: objectOrEmpty({
    referenceId: optionalText,
    externalRef: optionalText,
    spKey: optionalText,
    spName: optionalText,
    sspKey: optionalText,
    sspName: optionalText,
    account: optionalText,
    optional3Label: optionalText,
    optional3: optionalText,
  }),
  pool: anything,
  reversal: anything,
  tag: arrayOrEmpty,
});

/** Owns the shapes InstantPay sends: zod schemas as loose as the wire is (R3). What they yield is not masked yet. */

import { z } from 'zod';
import { readArray, readObject, readPaise, readText, readTime } from './fields.ts';

/** `optional` allows the key itself to be missing. */
const anything = z.unknown().optional();

/** Text that may be missing, null, empty or a number; whatever else it is counts as missing. */
const optionalText = z.unknown().transform(readText).optional();

const requiredText = z.unknown().transform((value, context) => {
  const text = readText(value);
  if (text !== undefined) return text;
  context.addIssue({ code: 'custom', message: 'expected text' });
  return z.NEVER;
});

const optionalPaise = z.unknown().transform(readPaise).optional();
const optionalTime = z.unknown().transform(readTime).optional();

function objectOrEmpty<Shape extends z.ZodRawShape>(shape: Shape) {
  return anything.transform(readObject).pipe(z.object(shape));
}

const arrayOrEmpty = anything.transform(readArray);

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

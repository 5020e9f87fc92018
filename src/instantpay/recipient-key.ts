/** Owns telling whether two links have the same recipient, without showing who it is. */

import { given } from '../payouts/given.ts';
import type { KeyedHash } from '../payouts/links/index-port.ts';
import { readStatus } from '../payouts/links/link.ts';
import { fold, mobileOf } from '../payouts/links/match.ts';
import type { WireRecord } from './read-record.ts';

/** As InstantPay writes most of them: they need no reading. */
const PLAIN_MOBILE = /^\d{10}$/;

/** Of the unmasked mobile number, else the address, of an open link: only those are compared, and hashing takes time. */
export function recipientKeyOf(record: WireRecord, hash: KeyedHash | undefined): string | undefined {
  const status = readStatus(record.status);
  if (hash === undefined || (status !== 'ISSUED' && status !== 'PROCESSING')) return undefined;
  const { mobile, email } = record.contactDetails;
  const number = mobile === undefined || PLAIN_MOBILE.test(mobile) ? mobile : mobileOf(mobile);
  if (number !== undefined) return hash(number);
  const address = given(email);
  return address?.includes('@') && !address.includes('*') ? hash(fold(address)) : undefined;
}

/** Owns telling whether two links have the same recipient, without showing who it is. */

import { given } from '../payouts/given.ts';
import type { KeyedHash } from '../payouts/links/index-port.ts';
import { readStatus } from '../payouts/links/link.ts';
import { fold, mobileOf } from '../payouts/links/match.ts';
import type { WireRecord } from './read-record.ts';

/** Of the unmasked mobile number, else the address, of an open link: only those are compared, and hashing takes time. */
export function recipientKeyOf(record: WireRecord, hash: KeyedHash | undefined): string | undefined {
  const status = readStatus(record.status);
  if (hash === undefined || (status !== 'ISSUED' && status !== 'PROCESSING')) return undefined;
  const { mobile, email } = record.contactDetails;
  const number = mobile === undefined ? undefined : mobileOf(mobile);
  if (number !== undefined) return hash(`recipient mobile ${number}`);
  const address = given(email);
  return address?.includes('@') && !address.includes('*')
    ? hash(`recipient email ${fold(address)}`)
    : undefined;
}

/** Owns filtering again on our side: which records InstantPay sent that do not match the filter (R1). */

import { type LinkStatus, parseLinkId, readStatus } from '../payouts/links/link.ts';
import { fold, linkAddress, mobileOf } from '../payouts/links/match.ts';
import type { LinkFilter } from '../payouts/links/page.ts';
import { invalid } from './errors.ts';
import type { WireRecord } from './read-record.ts';

export type Mismatch = 'status' | 'linkId' | 'contact' | 'url' | 'reference';

/** A filter that was understood. */
export interface ReadFilter {
  /** What is sent as `filters`. */
  wire: { status?: string[]; contact?: string; linkId?: string };
  /** Returns the part of the filter that a record does not match, or undefined. Compares unmasked values. */
  mismatch(record: WireRecord): Mismatch | undefined;
}

/** Throws `invalid` for a filter that would match everything, or that cannot be checked on our side. */
export function readFilter(filter: LinkFilter): ReadFilter {
  const wire: ReadFilter['wire'] = {};
  const checks: [Mismatch, (record: WireRecord) => boolean][] = [];

  if (filter.statuses !== undefined && filter.statuses.length > 0) {
    const wanted = new Set<LinkStatus>(filter.statuses);
    wire.status = [...wanted];
    checks.push(['status', (record) => wanted.has(readStatus(record.status))]);
  }
  if (filter.linkId !== undefined) {
    const linkId = parseLinkId(filter.linkId);
    if (linkId === undefined) throw invalid('list', 'A link ID has 24 hex digits.'); // R18
    wire.linkId = linkId;
    checks.push(['linkId', (record) => record.linkId === linkId]);
  }
  if (filter.contact !== undefined) {
    const contact = filter.contact.trim();
    // An empty contact would match everybody, and a reminder or cancellation could reach the wrong person.
    if (contact === '') throw invalid('list', 'Enter a name, a mobile number or an email address.');
    // As InstantPay stores it: it would search for "+91 98200 12345" character by character.
    wire.contact = mobileOf(contact) ?? contact;
    checks.push(['contact', contactCheck(contact)]);
  }
  if (filter.url !== undefined) {
    const wanted = linkAddress(filter.url);
    if (wanted === undefined) throw invalid('list', 'Enter an address such as https://instant.pe/AB12CD.');
    checks.push(['url', (record) => record.url !== undefined && linkAddress(record.url) === wanted]);
  }
  if (filter.reference !== undefined) {
    const wanted = fold(filter.reference);
    if (wanted === '') throw invalid('list', 'Enter an order ID or a reference.');
    checks.push([
      'reference',
      ({ orderId, referenceNo }) =>
        [orderId, referenceNo].some((value) => value !== undefined && fold(value) === wanted),
    ]);
  }

  return {
    wire,
    mismatch: (record) => checks.find(([, answers]) => !answers(record))?.[0],
  };
}

/** Matches an address whole, a mobile number by its last ten digits (+91, 0 and spaces differ), a name by a part of it. */
function contactCheck(contact: string): (record: WireRecord) => boolean {
  if (contact.includes('@')) {
    const wanted = fold(contact);
    return ({ contactDetails }) =>
      contactDetails.email !== undefined && fold(contactDetails.email) === wanted;
  }
  const wanted = mobileOf(contact);
  if (wanted !== undefined) {
    return ({ contactDetails }) =>
      contactDetails.mobile !== undefined && mobileOf(contactDetails.mobile) === wanted;
  }
  const part = fold(contact);
  return ({ contactDetails }) =>
    contactDetails.name !== undefined && fold(contactDetails.name).includes(part);
}

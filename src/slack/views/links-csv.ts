/** Owns links as a CSV file: one line a link, masked as everywhere (R17). It is written in parts, as pages are read. */

import type { Environment, PayoutLink } from '../../payouts/links/link.ts';
import { decimalRupees } from '../../payouts/money.ts';
import { cell, csvHeader, csvRows } from './csv-cell.ts';

const COLUMNS = [
  'link_id',
  'reference',
  'order_id',
  'recipient',
  'mobile',
  'email',
  'purpose',
  'description',
  'amount_rupees',
  'status',
  'created_ist',
  'activated_ist',
  'expires_ist',
  'expired_ist',
  'environment',
] as const;

/** The first line of the file. */
export const linksCsvHeader = (): string => csvHeader(COLUMNS);

/** One line for each link, in their order. `now` tells an expiry that has passed. */
export function linksCsvRows(
  links: readonly PayoutLink[],
  environment: Environment | undefined,
  now: number,
): string {
  return csvRows(
    COLUMNS,
    links.map((link) => recordOf(link, environment, now)),
  );
}

function recordOf(
  link: PayoutLink,
  environment: Environment | undefined,
  now: number,
): Record<(typeof COLUMNS)[number], string> {
  const { status, statusText, expiresAt } = link;
  // "Expired" is said of EXPIRED links alone, and not before its time; CLAIMED and CANCELLED have no expiry to speak of (R20).
  const expired = status === 'EXPIRED' && expiresAt !== undefined && expiresAt <= now ? expiresAt : undefined;
  const expires = status === 'ISSUED' || status === 'PROCESSING' ? expiresAt : undefined;
  return {
    link_id: link.linkId,
    reference: cell(link.referenceNo),
    order_id: cell(link.orderId),
    recipient: cell(link.contact.name),
    mobile: cell(link.contact.mobile),
    email: cell(link.contact.email),
    purpose: cell(link.purpose),
    description: cell(link.description),
    amount_rupees: link.amountPaise === undefined ? '' : decimalRupees(link.amountPaise),
    status: status === 'UNKNOWN' ? cell(statusText) : status,
    created_ist: istTime(link.createdAt),
    activated_ist: istTime(link.activatedAt),
    expires_ist: istTime(expires),
    expired_ist: istTime(expired),
    environment: environment?.toUpperCase() ?? '',
  };
}

/** IST is UTC+5:30 all year (R6); plain arithmetic, since a file may hold 100,000 links. */
const IST_AHEAD_MS = 330 * 60_000;

/** "2026-11-20 14:05:09", which sorts and which a spreadsheet reads as a time. */
function istTime(at: number | undefined): string {
  const shifted = new Date((at ?? NaN) + IST_AHEAD_MS);
  return Number.isNaN(shifted.getTime()) ? '' : shifted.toISOString().slice(0, 19).replace('T', ' ');
}

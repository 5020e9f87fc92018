/**
 * Owns reading the list and one record of it. By hand: a walk reads a thousand pages of a hundred records, and with schemas
 * it takes twice the time and memory.
 */

import { parseLinkId } from '../payouts/links/link.ts';
import {
  isObject,
  readArray,
  readCount,
  readFlag,
  readObject,
  readPaise,
  readText,
  readTime,
} from './fields.ts';

type Text = string | undefined;
type Count = number | undefined;

/** A page of the list as InstantPay sent it. */
export interface WireList {
  meta: {
    totalPages: Count;
    totalRecords: Count;
    currentPage: Count;
    recordFrom: Count;
    recordTo: Count;
  };
  /** Undefined when there is no such field, which is not the same as a list with nothing in it. */
  records: unknown[] | undefined;
}

/** Undefined for what is there and can be no list, so that records are never dropped in silence. */
export function readList(data: unknown): WireList | undefined {
  // Text or a number where a list should be; "" is how PHP writes an empty one (R3).
  if (data !== undefined && data !== null && typeof data !== 'object' && data !== '') return undefined;
  const list = readObject(data);
  const records = readRecords(list['records']);
  if (records === 'unreadable') return undefined;
  const meta = readObject(list['meta']);
  return {
    meta: {
      totalPages: readCount(meta['totalPages']),
      totalRecords: readCount(meta['totalRecords']),
      currentPage: readCount(meta['currentPage']),
      recordFrom: readCount(meta['recordFrom']),
      recordTo: readCount(meta['recordTo']),
    },
    records,
  };
}

function readRecords(value: unknown): unknown[] | undefined | 'unreadable' {
  if (value === undefined || Array.isArray(value)) return value;
  if (value === null || value === '') return [];
  const entries: unknown[] = isObject(value) ? Object.values(value) : [];
  return isObject(value) && entries.every(isObject) ? entries : 'unreadable';
}

/** A record as InstantPay sent it, not masked yet. */
export interface WireRecord {
  linkId: string;
  status: string;
  amount: number | undefined;
  purpose: Text;
  description: Text;
  contactDetails: { name: Text; email: Text; mobile: Text };
  referenceNo: Text;
  orderId: Text;
  url: Text;
  qrUrl: Text;
  paymentModes: unknown[];
  verifyBene: boolean | undefined;
  activatedAt: number | undefined;
  expiredAt: number | undefined;
}

/** Undefined without a link ID (R18) or a status: a single unreadable record must not hide the rest of its page. */
export function readRecord(entry: unknown): WireRecord | undefined {
  if (!isObject(entry)) return undefined;
  const linkId = parseLinkId(readText(entry['linkId']) ?? '');
  const status = readText(entry['status']);
  if (linkId === undefined || status === undefined) return undefined;
  const contact = readObject(entry['contactDetails']);
  return {
    linkId,
    status,
    amount: readPaise(entry['amount']),
    purpose: readText(entry['purpose']),
    description: readText(entry['description']),
    contactDetails: {
      name: readText(contact['name']),
      email: readText(contact['email']),
      mobile: readText(contact['mobile']),
    },
    referenceNo: readText(entry['referenceNo']),
    orderId: readText(entry['orderId']),
    url: readText(entry['url']),
    qrUrl: readText(entry['qrUrl']),
    paymentModes: readArray(entry['paymentModes']),
    verifyBene: readFlag(entry['verifyBene']),
    activatedAt: readTime(entry['activatedAt']),
    expiredAt: readTime(entry['expiredAt']),
  };
}

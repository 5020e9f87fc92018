/** Owns the step from wire data to links: everything private is masked here (R7, R17). */

import { given } from '../payouts/given.ts';
import {
  creationOf,
  type LinkActivity,
  type PayoutLink,
  readStatus,
  type TrackedLink,
} from '../payouts/links/link.ts';
import type { KeyedHash, SeenLink, OnLink } from '../payouts/links/index-port.ts';
import type { SeenStatus } from '../payouts/links/processing-port.ts';
import { maskAddress, maskNumber } from '../payouts/mask.ts';
import type { LinkPage } from '../payouts/links/page.ts';
import { type Answer, shown, shownId, unreadable } from './answer.ts';
import type { Mismatch, ReadFilter } from './filter.ts';
import { readList, readRecord, type WireRecord } from './read-record.ts';
import { recipientKeyOf } from './recipient-key.ts';
import { activitySchema, trackSchema } from './schemas.ts';

const STATUS_MAX = 40;
const WORD_MAX = 60;
/** Longer than every account number and address. */
const IDENTIFIER_MAX = 400;
/** Of a history: its first entry, which is the creation, and the newest ones. */
const ACTIVITIES_MAX = 200;
const MODES_MAX = 20;
/** How much of an unreadable record is kept to recognise it when it comes again. */
const KEY_MAX = 200;

/** An account, mobile or card number: the last four, also of what InstantPay masked in part ("841XXXX786"). */
export function maskIdentifier(value: string): string {
  if (value.length > IDENTIFIER_MAX) return '***';
  return value.includes('@') ? maskAddress(value) : maskNumber(value);
}

/** InstantPay's pages show addresses as "[email protected]"; with no @ in it, there is nothing safe to show. */
function maskEmail(value: string): string {
  if (value.length > IDENTIFIER_MAX) return '***';
  return value.includes('@') ? maskAddress(value) : '***';
}

/** R21: InstantPay writes "NA" where it has nothing. */
function words(text: string | undefined, max?: number): string | undefined {
  return shown(given(text), max);
}

function id(text: string | undefined): string | undefined {
  return shownId(given(text), WORD_MAX);
}

function masked(text: string | undefined, mask: (value: string) => string): string | undefined {
  const value = given(text);
  return value === undefined ? undefined : mask(value);
}

function readActivity(entry: unknown): LinkActivity {
  const activity = activitySchema.parse(entry); // no field of it is required: it cannot fail
  return {
    text: words(activity.status) ?? '',
    at: activity.activityAt,
    orderId: id(activity.orderId),
    accountType: words(activity.accountType, WORD_MAX),
    accountNumber: masked(activity.accountNumber, maskIdentifier),
    accountIfsc: id(activity.accountIfsc),
  };
}

/** The link id is the asker's: the answer has none (R18). */
export function readTracked(linkId: string, answer: Answer): TrackedLink {
  const parsed = trackSchema.safeParse(answer.data);
  if (!parsed.success) throw unreadable('track', answer);
  const { status, amount, linkActivity } = parsed.data;
  const activityLeftOut = Math.max(0, linkActivity.length - ACTIVITIES_MAX);
  const kept = activityLeftOut === 0 ? linkActivity : linkActivity.toSpliced(1, activityLeftOut);
  return {
    linkId,
    status: readStatus(status),
    statusText: shown(status, STATUS_MAX) ?? '',
    amountPaise: amount,
    activity: kept.map(readActivity),
    activityLeftOut,
    environment: answer.environment,
    ipayUuid: answer.ipayUuid,
  };
}

/** A word such as ACCOUNT or VPA; anything else is masked like any text. */
function readMode(mode: unknown): string[] {
  if (typeof mode !== 'string') return [];
  const word = given(mode.slice(0, IDENTIFIER_MAX));
  if (word === undefined) return [];
  return /^[A-Za-z_ -]{1,40}$/.test(word) ? [word] : [shown(word, WORD_MAX) ?? ''];
}

function readLink(record: WireRecord, now: number, hash: KeyedHash | undefined): PayoutLink {
  const { name, email, mobile } = record.contactDetails;
  return {
    linkId: record.linkId,
    status: readStatus(record.status),
    statusText: shown(record.status, STATUS_MAX) ?? '',
    amountPaise: record.amount,
    purpose: words(record.purpose),
    description: words(record.description),
    contact: {
      name: words(name),
      email: masked(email, maskEmail),
      mobile: masked(mobile, maskIdentifier),
    },
    recipientKey: recipientKeyOf(record, hash),
    referenceNo: words(record.referenceNo),
    orderId: id(record.orderId),
    paymentModes: record.paymentModes.slice(0, MODES_MAX).flatMap(readMode),
    verifyBene: record.verifyBene,
    createdAt: creationOf(record.linkId, record.expiredAt, now),
    activatedAt: record.activatedAt,
    expiresAt: record.expiredAt,
  };
}

/** Its status, and what the local index can find it by, unmasked. */
function factsOf({
  linkId,
  status,
  url,
  contactDetails,
  referenceNo,
  orderId,
}: WireRecord): SeenLink & SeenStatus {
  const { name, email, mobile } = contactDetails;
  return { linkId, status: readStatus(status), url, name, email, mobile, referenceNo, orderIds: [orderId] };
}

/** A page and what the walk needs to know about it beyond what the rules see. */
export interface ReadPage {
  page: LinkPage;
  /** The ids of all readable records, those that do not answer the filter too. */
  linkIds: string[];
  /** A key for each record that cannot be read; private, since it is the record's own text. */
  unreadableKeys: string[];
  mismatches: Record<Mismatch, number>;
}

/** R1: filtered again, on the unmasked values, before they are masked. */
export function readPage(
  filter: ReadFilter,
  pageNumber: number,
  answer: Answer,
  now: number,
  { onLink, recipientHash }: { onLink?: OnLink; recipientHash?: KeyedHash | undefined },
): ReadPage {
  const list = readList(answer.data);
  if (!list) throw unreadable('list', answer);
  const { meta, records } = list;
  // R3: nothing at all is an empty list, but not where InstantPay counts links.
  if (records === undefined && (meta.totalRecords ?? 0) > 0) throw unreadable('list', answer);
  const mismatches: Record<Mismatch, number> = { status: 0, linkId: 0, contact: 0, url: 0, reference: 0 };
  const links: PayoutLink[] = [];
  const linkIds: string[] = [];
  const mismatchedIds: string[] = [];
  const unreadableKeys: string[] = [];
  for (const entry of records ?? []) {
    const record = readRecord(entry);
    if (!record) {
      // Numbered, so that two broken records that look the same count as two.
      const text = JSON.stringify(entry) ?? '';
      unreadableKeys.push(`${unreadableKeys.length} ${text.length} ${text.slice(0, KEY_MAX)}`);
      continue;
    }
    linkIds.push(record.linkId);
    onLink?.(factsOf(record));
    const mismatch = filter.mismatch(record);
    if (mismatch) {
      mismatches[mismatch] += 1;
      mismatchedIds.push(record.linkId);
    } else links.push(readLink(record, now, recipientHash));
  }
  return {
    page: {
      pageNumber,
      links,
      recordsReceived: records?.length ?? 0,
      mismatched: mismatchedIds.length,
      mismatchedIds,
      unreadable: unreadableKeys.length,
      currentPage: meta.currentPage,
      totalRecords: meta.totalRecords,
      totalPages: meta.totalPages,
      recordFrom: meta.recordFrom,
      recordTo: meta.recordTo,
      environment: answer.environment,
      ipayUuid: answer.ipayUuid,
    },
    linkIds,
    unreadableKeys,
    mismatches,
  };
}

/** Owns the step from wire data to the desk's links: behind it nothing is unmasked (R7, R17). */

import type { LinkActivity, PayoutLink, TrackedLink } from '../payouts/link.ts';
import { readStatus } from '../payouts/link.ts';
import { maskAddress, maskNumber, maskText } from '../payouts/mask.ts';
import type { LinkPage } from '../payouts/ports.ts';
import { type Answer, shown, shownId, unreadable } from './answer.ts';
import type { Mismatch, ReadFilter } from './filter.ts';
import { activitySchema, listSchema, recordSchema, trackSchema, type WireRecord } from './schemas.ts';

const STATUS_MAX = 40;
const WORD_MAX = 60;
/** Longer than every account number and address. */
const IDENTIFIER_MAX = 400;

/** An account, mobile or card number: the last four. What InstantPay masked itself ("841XXXX786") stays as it is. */
export function maskIdentifier(value: string): string {
  if (value.length > IDENTIFIER_MAX) return '***';
  if (value.includes('@')) return maskAddress(value);
  return /[xX*]{2}/.test(value) ? maskText(value) : maskNumber(value);
}

/** InstantPay's pages show addresses as "[email protected]"; with no @ in it, there is nothing safe to show. */
function maskEmail(value: string): string {
  return value.includes('@') ? maskAddress(value) : '***';
}

function readActivity(entry: unknown): LinkActivity {
  const activity = activitySchema.parse(entry); // no field of it is required: it cannot fail
  return {
    text: shown(activity.status) ?? '',
    at: activity.activityAt,
    orderId: shownId(activity.orderId, WORD_MAX),
    accountType: shown(activity.accountType, WORD_MAX),
    accountNumber: activity.accountNumber && maskIdentifier(activity.accountNumber),
    accountIfsc: shownId(activity.accountIfsc, WORD_MAX),
  };
}

/** The link id is the asker's: the answer has none (R18). */
export function readTracked(linkId: string, answer: Answer): TrackedLink {
  const parsed = trackSchema.safeParse(answer.data);
  if (!parsed.success) throw unreadable('track', answer);
  const { status, amount, linkActivity } = parsed.data;
  return {
    linkId,
    status: readStatus(status),
    statusText: shown(status, STATUS_MAX) ?? '',
    amountPaise: amount,
    activity: linkActivity.map(readActivity),
    environment: answer.environment,
    ipayUuid: answer.ipayUuid,
  };
}

/** A word such as ACCOUNT or VPA; whatever else stands there is masked like any text. */
function readMode(mode: unknown): string[] {
  if (typeof mode !== 'string') return [];
  return /^[A-Za-z_ -]{1,40}$/.test(mode) ? [mode] : [shown(mode, WORD_MAX) ?? ''];
}

function readLink(record: WireRecord): PayoutLink {
  const { name, email, mobile } = record.contactDetails;
  return {
    linkId: record.linkId,
    status: readStatus(record.status),
    statusText: shown(record.status, STATUS_MAX) ?? '',
    amountPaise: record.amount,
    purpose: shown(record.purpose),
    description: shown(record.description),
    contact: {
      name: shown(name),
      email: email && maskEmail(email),
      mobile: mobile && maskIdentifier(mobile),
    },
    referenceNo: shown(record.referenceNo),
    orderId: shownId(record.orderId, WORD_MAX),
    paymentModes: record.paymentModes.flatMap(readMode),
    activatedAt: record.activatedAt,
    expiresAt: record.expiredAt,
  };
}

/** A page and what the walk needs to know about it beyond what the rules see. */
export interface ReadPage {
  page: LinkPage;
  /** The ids of all readable records, those that do not answer the filter too. */
  linkIds: string[];
  /** There was a list, if an empty one. Without it an empty page says nothing about the end. */
  hasList: boolean;
  /** Records too broken to be shown. `page.mismatched` counts them as well: they were left out. */
  unreadable: number;
  mismatches: Record<Mismatch, number>;
}

/** R1: filtered again, on the unmasked values, before they are masked. */
export function readPage(filter: ReadFilter, pageNumber: number, answer: Answer): ReadPage {
  const parsed = listSchema.safeParse(answer.data); // every shape of `data` is a page, if an empty one (R3)
  if (!parsed.success) throw unreadable('list', answer); // but for `records` that are no list
  const { meta, records = [] } = parsed.data;
  const mismatches: Record<Mismatch, number> = { status: 0, linkId: 0, contact: 0, url: 0 };
  const links: PayoutLink[] = [];
  const linkIds: string[] = [];
  for (const entry of records) {
    const record = recordSchema.safeParse(entry);
    if (!record.success) continue;
    linkIds.push(record.data.linkId);
    const mismatch = filter.mismatch(record.data);
    if (mismatch) mismatches[mismatch] += 1;
    else links.push(readLink(record.data));
  }
  return {
    page: {
      pageNumber,
      links,
      recordsReceived: records.length,
      mismatched: records.length - links.length,
      totalRecordsHint: meta.totalRecords,
      totalPagesHint: meta.totalPages,
      environment: answer.environment,
      ipayUuid: answer.ipayUuid,
    },
    linkIds,
    hasList: parsed.data.records !== undefined,
    unreadable: records.length - linkIds.length,
    mismatches,
  };
}

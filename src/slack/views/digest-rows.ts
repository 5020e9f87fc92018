/** Owns a digest's lines: one row a link that fits a phone, in whole rupees, and the same in the fallback text. */

import type { PlainTextElement, SectionBlock } from '@slack/web-api';
import type { Contact, PayoutLink } from '../../payouts/links/link.ts';
import type { AgeStart, ProcessingSince } from '../../payouts/links/processing-port.ts';
import { formatWholeRupees } from '../../payouts/money.ts';
import { plain, type Row, section } from '../block-kit/blocks.ts';
import {
  clean,
  clockTime,
  constant,
  count,
  fallback,
  type FallbackText,
  fallbackText,
  type Mrkdwn,
  md,
  shortDay,
  wholeRupees,
} from '../block-kit/text.ts';
import type { Offers } from './offers.ts';
import { fallbackWho, rowMenu, who } from './parts.ts';

/** From here on an amount is marked: ₹1,00,000. */
const LARGE_PAISE = 1_00_000_00;
const LARGE = '❗';
/** With an amount and a time beside it, a row of a phone holds about so many letters. */
const NAME_LENGTH = 22;

/** "❗₹4,82,850 to Suresh Agarwal": a Latin word keeps the row from left to right also with an Arabic name. */
export function amountAndName(amountPaise: number | undefined, contact: Contact): string {
  return `${amountWords(amountPaise)} to ${clean(who(contact), NAME_LENGTH)}`;
}

function amountWords(amountPaise: number | undefined): string {
  if (amountPaise === undefined) return 'Amount not readable';
  return `${amountPaise >= LARGE_PAISE ? LARGE : ''}${formatWholeRupees(amountPaise)}`;
}

/** One line: amount, recipient and what matters, with what can be done in its menu. */
export function digestRow(link: PayoutLink, detail: string, offers: Offers): Row {
  return {
    blocks: [rowBlock(link, detail, offers)],
    fallback: fallback`${amountOf(link.amountPaise)} to ${fallbackWho(link.contact)}, ${fallbackText(detail, 60)}`,
  };
}

const amountOf = (amountPaise: number | undefined): Mrkdwn =>
  amountPaise === undefined ? md`amount not readable` : wholeRupees(amountPaise);

function rowBlock(link: PayoutLink, detail: string, offers: Offers): SectionBlock {
  return section(rowText(link, detail), rowMenu(link, offers));
}

function rowText({ amountPaise, contact }: PayoutLink, detail: string): PlainTextElement {
  // A comma and not a dot: the line is read as a sentence.
  return plain(`${amountAndName(amountPaise, contact)}, ${detail}`);
}

/** "Sat 08:51", "28 Nov". */
export function expiryDetail({ expiresAt }: PayoutLink, now: number): string {
  if (expiresAt === undefined) return 'expiry unknown';
  const day = shortDay(expiresAt, now);
  return /^\d/.test(day) ? day : `${day} ${clockTime(expiresAt)}`;
}

/** Where an age counts from, since they mean different things (R20). */
const AGE_WORDS: Readonly<Record<AgeStart, string>> = {
  claim: 'claimed',
  seen: 'first seen',
  created: 'created',
};

/** "claimed Tue", "created 12 Nov". */
export function ageDetail(age: ProcessingSince | undefined, now: number): string {
  return age === undefined ? 'age unknown' : `${AGE_WORDS[age.from]} ${shortDay(age.since, now)}`;
}

/** "10 · ₹5,31,400 and 1 amount not readable". */
export function countAndTotal({
  count: amount,
  totalPaise,
  amountUnknown,
}: {
  count: number;
  totalPaise: bigint;
  amountUnknown: number;
}): Mrkdwn {
  const unknown = amountUnknown === 0 ? md`` : md` and ${count(amountUnknown, 'amount')} not readable`;
  return md`${constant(amount.toLocaleString('en-IN'))} · ${wholeRupees(totalPaise)}${unknown}`;
}

/** The name in a fallback text: "₹12,500 to Suresh Agarwal". */
export function fallbackAmount(amountPaise: number | undefined, contact: Contact): FallbackText {
  return fallback`${amountOf(amountPaise)} to ${fallbackWho(contact)}`;
}

/**
 * Owns the digest’s message, one screen of a phone: what to do, what changed, what expires soon, what is stuck, and a line a
 * status; “all clear”; or incomplete and without totals.
 */

import type { Button, KnownBlock, PlainTextElement } from '@slack/web-api';
import { type Digest, statusesRead } from '../../payouts/digest/digest.ts';
import type { Duplicate } from '../../payouts/digest/duplicates.ts';
import type { StatusTotals } from '../../payouts/digest/totals.ts';
import type { AuditAnchor } from '../../payouts/audit-port.ts';
import type { KnownStatus } from '../../payouts/links/link.ts';
import {
  button,
  context,
  header,
  type Message,
  message,
  type Part,
  pairs,
  plain,
  section,
} from '../block-kit/blocks.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { LIMITS } from '../block-kit/limits.ts';
import {
  asOf,
  clean,
  clockTime,
  constant,
  count,
  day,
  fallback,
  type FallbackText,
  joinMd,
  type Mrkdwn,
  md,
  relative,
  shortLasting,
  weekday,
  when,
} from '../block-kit/text.ts';
import { encodeStatusQuery } from '../block-kit/digest-values.ts';
import { encodeLinkIds } from '../block-kit/values.ts';
import { changesFallback, changesText } from './digest-changes.ts';
import { amountAndName, countAndTotal, ageDetail, digestRow, fallbackAmount } from './digest-rows.ts';
import { remindedWords } from './digest-reminded.ts';
import { expiringParts, expiringTitle } from './digest-expiring.ts';
import { type Offers, OFFER_ALL } from './offers.ts';
import { badge, dotted, environmentTag, environmentWord, requestId, sandboxFirst } from './parts.ts';
import { showStuckButton } from './stuck-list.ts';

export interface DigestOptions {
  now: number;
  /** Default: everything, since a channel reads it. */
  offers?: Offers;
  /** The whole list follows as a file in the thread. */
  file?: boolean | undefined;
  /** Next attempt on an incomplete list, and the end of all attempts; undefined: no further attempt. */
  retry?: { at: number; until: number } | undefined;
  /** Due time of a digest whose last attempt was incomplete. */
  missedDueAt?: number | undefined;
  /** The last audit row; shown in the channel, it reveals rows that are removed later. */
  audit?: AuditAnchor | undefined;
  /** "Sun 22 Nov was skipped"; '' or undefined: nothing was. */
  skipped?: string | undefined;
}

/** Beside a digest whose first post was cut off. */
export const MAY_APPEAR_TWICE = md`Payout Desk was interrupted while posting this message, so it may appear twice.`;

/** Adds that the message may appear twice: Slack did not report whether it took an earlier post. */
export function perhapsAgain({ text, blocks }: Message): Message {
  const doubt = context(MAY_APPEAR_TWICE);
  return { text, blocks: [...blocks.slice(0, LIMITS.blocksInMessage - 1), doubt] };
}

/** "Audit 1234:ab12cd34": enough of the hash for `audit verify --expect`. */
function auditWords({ audit }: DigestOptions): Mrkdwn | undefined {
  return audit && md`Audit ${constant(`${audit.sequence}:${audit.hash.slice(0, ANCHOR_DIGITS)}`)}`;
}

const ANCHOR_DIGITS = 8;
/** The longest stuck; the rest is behind `Show`, so that all of it is one screen of a phone. */
const STUCK_ROWS = 1;

export const FILE_IN_THREAD = md`Whole list: CSV in the thread`;

export function digestMessage(digest: Digest, options: DigestOptions): Message {
  if (!digest.complete) return incompleteMessage(digest, options);
  if (isQuiet(digest)) return allClear(digest, options);
  const { at, environment, changes, duplicates } = digest;
  const offers = options.offers ?? OFFER_ALL;
  const title = titleOf(digest);
  const changed = changesText(changes, at);
  const statuses = otherStatuses(digest);
  return message(lead(digest, title, statuses), [
    header(md`${sandboxFirst(environment)}${title}`),
    ...(changed === undefined ? [] : [context(changed)]),
    ...(digest.reminded ? [context(remindedWords(digest.reminded))] : []),
    ...skippedParts(options),
    ...expiringParts(digest.expiring, at, offers),
    ...stuckParts(digest, offers),
    ...duplicateParts(duplicates.named[0], duplicates.count),
    ...statuses.map((status) => section(statusLine(status), showButton(status.status, digest.purpose))),
    footer(digest, options),
  ]);
}

/** Due times without a digest since the last one. */
function skippedParts({ skipped }: DigestOptions): KnownBlock[] {
  return skipped ? [context(plain(`${skipped}; this digest covers it.`))] : [];
}

/** "Fri 20 Nov · 10 to remind · 5 stuck". */
function titleOf({ at, expiring, stuck }: Digest): Mrkdwn {
  const todo = [
    ...(expiring.count > 0 ? [md`${expiring.count} to remind`] : []),
    ...(stuck.count > 0 ? [md`${stuck.count} stuck`] : []),
  ];
  return joinMd([weekday(at), ...(todo.length > 0 ? todo : [md`nothing to do`])], ' · ');
}

/** Nobody has anything to do, and nothing changed. */
function isQuiet({ expiring, stuck, duplicates, changes }: Digest): boolean {
  const isUnchanged = changes?.kind !== 'since' || changes.of.length === 0;
  return expiring.count === 0 && stuck.count === 0 && duplicates.count === 0 && isUnchanged;
}

function allClear(digest: Digest, options: DigestOptions): Message {
  const { at, environment, expiring } = digest;
  const words = md`no link expires within ${shortLasting(expiring.withinMs)}, none is stuck`;
  const statuses = otherStatuses(digest).map(statusLine);
  const reminded = digest.reminded && remindedWords(digest.reminded);
  const facts = [...statuses, reminded, environmentTag(environment), asOf(at), auditWords(options)];
  const purpose = purposeWords(digest);
  const counted = statuses.length > 0 ? md` ${joinMd(statuses, '. ')}.` : md``;
  const sent = reminded ? md` ${reminded}.` : md``;
  return message(
    fallback`All clear: ${words}.${counted}${sent} ${environmentWord(environment)}. ${asOf(at)}.`,
    [
      section(dotted(md`${sandboxFirst(environment)}✅ *All clear:* ${words}`, ...facts)),
      ...(purpose ? [context(purpose)] : []),
      ...skippedParts(options),
    ],
  );
}

function lead(digest: Digest, title: Mrkdwn, statuses: readonly StatusTotals[]): FallbackText {
  const { at, environment, expiring, stuck, changes, duplicates } = digest;
  const changed = changesFallback(changes, at);
  const soon = expiring.count > 0 ? md` ${expiringTitle(expiring)}.` : md``;
  const old = stuck.count > 0 ? md` ${stuckTitle(digest)}.` : md``;
  const [twice] = duplicates.named;
  const same = twice
    ? fallback` ${duplicateTitle(duplicates.count)}: ${fallbackAmount(twice.amountPaise, twice.contact)}.`
    : fallback``;
  const lines = joinMd(statuses.map(statusLine), '. ');
  const rest = statuses.length > 0 ? md` ${lines}.` : md``;
  const sent = digest.reminded ? md` ${remindedWords(digest.reminded)}.` : md``;
  return fallback`Payout digest ${title}. ${changed ?? fallback``}${sent}${soon}${old}${same}${rest} ${environmentWord(environment)}. ${asOf(at)}.`;
}

function stuckTitle({ stuck }: Digest): Mrkdwn {
  return md`Stuck over ${shortLasting(stuck.afterMs)}: ${stuck.isAtLeast ? md`at least ` : md``}${countAndTotal(stuck)}`;
}

function stuckParts(digest: Digest, offers: Offers): Part[] {
  const { stuck, at, purpose } = digest;
  if (stuck.count === 0) return [];
  // The list of stuck links knows no purposes.
  const show = purpose === undefined ? showStuckButton(stuck.afterMs) : showButton('PROCESSING', purpose);
  const rows = stuck.longest
    .slice(0, STUCK_ROWS)
    .map(({ link, age }) => digestRow(link, ageDetail(age, at), offers));
  return [section(md`🟡 *${stuckTitle(digest)}*`, show), { rows, further: stuck.count - rows.length }];
}

const duplicateTitle = (amount: number): Mrkdwn =>
  amount === 1 ? md`Possible duplicate` : md`${amount} possible duplicates, the largest`;

/** The largest one by name; `Show` lists its links. */
function duplicateParts(duplicate: Duplicate | undefined, amount: number): KnownBlock[] {
  if (!duplicate) return [];
  const { amountPaise, contact, linkIds, count: links } = duplicate;
  const words = `👥 ${duplicateTitle(amount)}: ${amountAndName(amountPaise, contact)}, ${links} open links`;
  const show = button({
    label: 'Show',
    action: ACTION_IDS.digestLinks,
    value: encodeLinkIds(linkIds),
    accessibilityLabel: `Show ${linkIds.length} links with the same recipient and amount`,
  });
  return [section(plain(words), show)];
}

/** Statuses that have no part of their own: PROCESSING only when some of its links are not stuck. */
function otherStatuses({ statuses, stuck }: Digest): StatusTotals[] {
  return statuses.filter(({ status, count: amount }) =>
    status === 'PROCESSING' ? amount > stuck.count : amount > 0,
  );
}

/** "🟠 EXPIRED: 39 · ₹13,96,877". */
function statusLine(status: StatusTotals): Mrkdwn {
  return md`${badge(status.status)}: ${countAndTotal(status)}`;
}

function showButton(status: KnownStatus, purpose: string | undefined): Button {
  return button({
    label: 'Show',
    action: ACTION_IDS.digestShow,
    value: encodeStatusQuery({ status, purpose, pageNumber: 1 }),
    accessibilityLabel: `Show the links that are ${status}`,
  });
}

/** One grey line: how whole it is, of when, and what is left out of it. */
function footer(digest: Digest, options: DigestOptions): KnownBlock {
  const { at, environment } = digest;
  return context(
    dotted(
      options.file ? FILE_IN_THREAD : undefined,
      md`Complete`,
      environmentTag(environment),
      md`as of ${clockTime(at)} IST`,
      auditWords(options),
    ),
    purposeWords(digest),
  );
}

/** Plain: an administrator typed it. */
function purposeWords({ purpose }: Digest): PlainTextElement | undefined {
  return purpose === undefined ? undefined : plain(`Purpose contains “${clean(purpose, 60)}”`);
}

function incompleteMessage(digest: Digest, options: DigestOptions): Message {
  const read = md`${count(digest.pagesRead, 'page')} with ${count(digest.recordsRead, 'link')}`;
  const statuses = constant(statusesRead(digest.statuses.map(({ status }) => status)).join(', '));
  const next = nextStep(options);
  return message(
    fallback`Payout digest incomplete (${statuses}): ${read} read. ${next} ${environmentWord(digest.environment)}. ${asOf(digest.at)}.`,
    [
      header(md`${sandboxFirst(digest.environment)}⚠️ Payout digest incomplete · ${day(digest.at)}`),
      section(
        md`*Totals are not shown:* InstantPay’s list of ${statuses} links could not be read completely.`,
      ),
      ...pairs([
        [md`Read so far`, read],
        [md`Reason`, plain(digest.reason)],
      ]),
      section(next),
      context(
        dotted(environmentTag(digest.environment), asOf(digest.at), auditWords(options)),
        requestId(digest.ipayUuid),
      ),
    ],
  );
}

export const NO_MORE_RETRIES = md`No more automatic retries. Run \`/payout digest\`.`;

/** When an incomplete digest is tried again, and until when. */
export function retryTimes({ at, until }: { at: number; until: number }, now: number): Mrkdwn {
  return md`Next attempt: ${when(at, now)} (${relative(at, now)}). Last attempt: by ${when(until, now)}.`;
}

/** No attempt is left, and the due time has passed. */
export function digestMissed(dueAt: number, now: number): Mrkdwn {
  return md`The digest due ${when(dueAt, now)} was missed. ${NO_MORE_RETRIES}`;
}

function nextStep({ now, retry, missedDueAt }: DigestOptions): Mrkdwn {
  if (retry) return retryTimes(retry, now);
  return missedDueAt === undefined ? NO_MORE_RETRIES : digestMissed(missedDueAt, now);
}

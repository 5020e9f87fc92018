/** Owns the card of a transaction: status, facts and account movement, without claiming a refund (R10, R11, R22). */

import type { Button, KnownBlock } from '@slack/web-api';
import { maskText } from '../../payouts/mask.ts';
import { formatIstDay, formatIstTime, istInstant } from '../../payouts/time.ts';
import { isFinalOutcome, type TransactionAnswer } from '../../payouts/transactions/transaction.ts';
import type { TransactionReport } from '../../payouts/transactions/check.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { encodeTransaction } from '../block-kit/values.ts';
import type { Seal } from '../block-kit/seal.ts';
import {
  actions,
  button,
  context,
  header,
  type Message,
  message,
  type Pair,
  pairs,
  plain,
  section,
} from '../block-kit/blocks.ts';
import {
  asOf,
  day,
  type Mrkdwn,
  md,
  person,
  rupees,
  fallback,
  fallbackText,
  when,
} from '../block-kit/text.ts';
import {
  dotted,
  environmentTag,
  environmentWord,
  requestId,
  sandboxFirst,
  stopWatchingButton,
} from './parts.ts';
import { movement, reversalPairs } from './transaction-bookings.ts';
import { TITLES, verdict } from './transaction-words.ts';

/** When InstantPay was asked, and when it may be asked again (R12). */
export const RHYTHM = {
  nextFrom: (at: number, now: number) => md`Next check from ${when(at, now)}`,
  savedAt: (at: number, now: number) => md`Saved answer of ${when(at, now)}`,
  statusAsOf: (at: number, now: number) => md`Status as of ${when(at, now)}`,
};

/** Past what InstantPay keeps. */
export const FAR_BACK = md`InstantPay keeps results for 30 days. This day is further back.`;

export interface TransactionCardOptions {
  now: number;
  seal: Seal;
  /** Who shared the card in the channel; undefined on a private card. */
  sharedBy?: string | undefined;
  /** Whether the reader of a private card watches the transaction. */
  watching?: boolean | undefined;
  /** The link that has this reference, as the local index knows it. */
  linkId?: string | undefined;
  /** Why it is shown, above the status. */
  lead?: Mrkdwn | undefined;
}

export function transactionCard(report: TransactionReport, options: TransactionCardOptions): Message {
  const { now, sharedBy, lead } = options;
  const { answer, query } = report;
  const { title, meaning } = verdict(report, now);
  const amount = amountOf(answer);
  const environment = answer?.environment;
  const rhythm = whenAsked(report, now);
  const blocks: KnownBlock[] = [
    header(md`${sandboxFirst(environment)}${title}${amount}`),
    ...(sharedBy ? [context(md`Shared by ${person(sharedBy)}`)] : []),
    ...(lead ? [section(lead)] : []),
    section(meaning),
    ...subject(answer),
    ...lastAttempt(report, now),
    ...(answer && answer.outcome !== 'unknown'
      ? [context(md`InstantPay’s message:`, plain(answer.message))]
      : []),
    ...(answer && answer.query !== 'answered' ? [context(md`Reason:`, plain(answer.message))] : []),
    ...pairs(facts(report, now)),
    ...reversalPairs(answer, sharedBy === undefined),
    ...movement(answer, sharedBy === undefined),
    ...(report.old ? [context(md`⚠️ ${FAR_BACK}`)] : []),
    ...(sharedBy ? [] : actions(buttons(report, options))),
    context(
      dotted(answer && environmentTag(environment), rhythm, asOf(now)),
      isPlainSuccess(answer) ? undefined : requestId(answer?.ipayUuid),
    ),
  ];
  return message(
    fallback`${title}${amount}. ${lead ? md`${lead} ` : md``}Transaction ${fallbackText(shownReference(query.externalRef), 100)} of ${day(istInstant(query.date))}. ${meaning} ${environmentWord(environment)}. ${rhythm}. ${asOf(now)}.`,
    blocks,
  );
}

/** R19: the request ID is for InstantPay's support, so a plain success goes without it. */
function isPlainSuccess(answer: TransactionAnswer | undefined): boolean {
  return answer?.query === 'answered' && answer.outcome === 'successful' && !answer.reversal;
}

function amountOf(answer: TransactionAnswer | undefined): Mrkdwn {
  if (answer?.amountUnreadable) return md` · ${rupees(undefined)}`;
  return answer?.amountPaise === undefined ? md`` : md` · ${rupees(answer.amountPaise)}`;
}

/** R14: a reference may be somebody's mobile or account number. */
export const shownReference = (reference: string): string => maskText(reference);

function buttons(report: TransactionReport, { now, seal, watching, linkId }: TransactionCardOptions) {
  const { query, answer, nextAt, kind } = report;
  const value = encodeTransaction(query, seal);
  const isOver = answer !== undefined && isFinalOutcome(answer.outcome);
  const isLater = kind === 'closed' && watching !== true;
  return [
    ...(nextAt <= now ? [button({ label: 'Check now', action: ACTION_IDS.txnCheck, value })] : []),
    ...(isLater ? [button({ label: `Ask at ${clock(nextAt)}`, action: ACTION_IDS.txnLater, value })] : []),
    ...(isOver ? [] : [watching ? stopWatchingButton(value) : watchTransactionButton(value)]),
    ...(linkId ? [button({ label: 'Show link', action: ACTION_IDS.linkTrack, value: linkId })] : []),
    ...(answer && !isPlainSuccess(answer)
      ? [button({ label: 'Copy for support', action: ACTION_IDS.txnSupport, value })]
      : []),
    ...(answer ? [button({ label: 'Share here', action: ACTION_IDS.txnShare, value })] : []),
  ];
}

const watchTransactionButton = (value: string): Button =>
  button({ label: 'Watch', action: ACTION_IDS.watch, value });

/** "00:30". */
const clock = (at: number): string => formatIstTime(at).replace(' IST', '');

/** R22: what InstantPay answered about instead, before anything else. */
function subject(answer: TransactionAnswer | undefined): KnownBlock[] {
  const about = answer?.answeredAbout;
  if (!about) return [];
  const date = about.date === undefined ? 'an unknown day' : formatIstDay(istInstant(about.date));
  return [section(plain(answeredInstead(about.externalRef ?? 'an unknown reference', date)))];
}

/** R22: another transaction than the one that was asked about. */
export const answeredInstead = (reference: string, date: string): string =>
  `InstantPay answered about ${reference} of ${date}.`;

/** A check without an outcome does not hide the known one (R12). */
function lastAttempt(
  { lastAttempt: attempt, askedAt, answeredAt }: TransactionReport,
  now: number,
): KnownBlock[] {
  if (!attempt || askedAt === undefined || answeredAt === undefined) return [];
  return [
    context(
      md`⚠️ ${RHYTHM.statusAsOf(answeredAt, now)}. The check ${when(askedAt, now)} returned none:`,
      plain(attempt.message),
    ),
  ];
}

function facts({ answer, query }: TransactionReport, now: number): (Pair | undefined)[] {
  const asked = istInstant(query.date);
  const answeredDay = answer && answer.date !== query.date ? istInstant(answer.date) : undefined;
  return [
    [md`Your reference (externalRef)`, plain(shownReference(query.externalRef))],
    [
      md`Day`,
      md`${day(asked)}${query.aeps ? md`, AePS` : md``}${answeredDay === undefined ? md`` : md`; found on ${day(answeredDay)}`}`,
    ],
    ...(answer ? answerFacts(answer, now) : []),
  ];
}

function answerFacts(answer: TransactionAnswer, now: number): (Pair | undefined)[] {
  const ifGiven = (label: Mrkdwn, text: string | undefined): Pair | undefined =>
    text ? [label, plain(text)] : undefined;
  return [
    answer.at === undefined ? undefined : [md`Made`, when(answer.at, now)],
    ifGiven(md`Bank reference (RRN)`, answer.referenceId),
    answer.service.length > 0 ? [md`Service`, plain(answer.service)] : undefined,
    ifGiven(md`Account`, answer.account),
    ifGiven(md`Bank`, answer.bank),
    ifGiven(md`Order reference`, answer.orderReferenceId),
    answer.tags.length > 0 ? [md`Tags`, plain(answer.tags)] : undefined,
    answer.query === 'not_sent'
      ? undefined
      : [md`InstantPay codes`, plain([answer.statuscode, answer.transactionStatusCode])],
  ];
}

/** R12: how fresh the answer is and when InstantPay may be asked again. */
function whenAsked(report: TransactionReport, now: number): Mrkdwn {
  const { kind, askedAt, answeredAt, nextAt, answer, lastAttempt: attempt } = report;
  if (askedAt === undefined) return TITLES.notChecked;
  if ((attempt ?? answer)?.query === 'not_sent') return md`Not sent`;
  const again = nextAt > now ? RHYTHM.nextFrom(nextAt, now) : md`Can be checked again`;
  if (kind === 'fresh') return md`Checked now. ${again}`;
  return answeredAt === undefined
    ? md`Checked ${when(askedAt, now)}. ${again}`
    : md`${RHYTHM.savedAt(answeredAt, now)}. ${again}`;
}

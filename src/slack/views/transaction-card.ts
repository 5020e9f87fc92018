/** Owns the card of a transaction: what InstantPay answered, what moved, and what that does not tell (R10, R11, R22). */

import type { KnownBlock } from '@slack/web-api';
import { maskText } from '../../payouts/mask.ts';
import { formatRupees } from '../../payouts/money.ts';
import { istInstant } from '../../payouts/time.ts';
import type {
  Booking,
  PoolBooking,
  QueryProblem,
  TransactionAnswer,
} from '../../payouts/transactions/transaction.ts';
import type { TransactionReport } from '../../payouts/transactions/check.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { encodeTransaction } from '../block-kit/values.ts';
import type { Seal } from '../block-kit/seal.ts';
import {
  actions,
  button,
  context,
  header,
  type Line,
  type Message,
  message,
  type Pair,
  pairs,
  plain,
  section,
} from '../block-kit/blocks.ts';
import {
  at,
  day,
  type Mrkdwn,
  md,
  person,
  relative,
  rupees,
  fallback,
  spokenText,
} from '../block-kit/text.ts';
import { dotted, environmentTag, environmentWord } from './parts.ts';

export interface TransactionCardOptions {
  now: number;
  seal: Seal;
  /** Who shared the card with the channel; undefined for the asker's own. */
  sharedBy?: string | undefined;
}

interface Verdict {
  title: Mrkdwn;
  /** What it means, in one or two sentences. */
  meaning: Mrkdwn;
}

export function transactionCard(report: TransactionReport, options: TransactionCardOptions): Message {
  const { now, sharedBy } = options;
  const { answer, query } = report;
  const { title, meaning } = verdict(report);
  const amount = amountOf(answer);
  const environment = answer?.environment;
  const rhythm = whenAsked(report, now);
  const blocks: KnownBlock[] = [
    header(md`${title}${amount}`),
    ...(sharedBy ? [context(md`Shared by ${person(sharedBy)}`)] : []),
    section(meaning),
    ...subject(answer),
    ...lastAttempt(report),
    ...(answer && answer.outcome !== 'unknown' ? [context(md`InstantPay says:`, plain(answer.message))] : []),
    ...(answer && answer.query !== 'answered' ? [context(md`What went wrong:`, plain(answer.message))] : []),
    ...pairs(facts(report)),
    ...reversalPairs(answer, sharedBy === undefined),
    ...moved(answer, sharedBy === undefined),
    ...(report.old
      ? [context(md`⚠️ InstantPay keeps results for 30 days. This day is more than 30 days back.`)]
      : []),
    ...(sharedBy ? [] : actions(buttons(report, options))),
    context(
      dotted(environmentTag(environment), rhythm),
      answer?.ipayUuid ? plain(`Request ${answer.ipayUuid}`) : undefined,
    ),
  ];
  return message(
    fallback`Transaction ${spokenText(shownReference(query.externalRef), 100)} of ${day(istInstant(query.date))}: ${title}${amount}. ${meaning} ${environmentWord(environment)}, ${rhythm}`,
    blocks,
  );
}

function amountOf(answer: TransactionAnswer | undefined): Mrkdwn {
  if (answer?.amountUnreadable) return md` · amount not readable`;
  return answer?.amountPaise === undefined ? md`` : md` · ${rupees(answer.amountPaise)}`;
}

/** R14: a reference may be somebody's mobile or account number. */
const shownReference = (reference: string): string => maskText(reference);

function buttons({ query, answer, nextAt }: TransactionReport, { now, seal }: TransactionCardOptions) {
  const value = encodeTransaction(query, seal);
  return [
    ...(nextAt <= now ? [button({ label: 'Check now', action: ACTION_IDS.txnCheck, value })] : []),
    ...(answer ? [button({ label: 'Share here', action: ACTION_IDS.txnShare, value })] : []),
  ];
}

const UNKNOWN = md`❔ Status not known`;

function verdict({ kind, answer, query }: TransactionReport): Verdict {
  if (kind === 'too_soon_perhaps') {
    return {
      title: md`Not checked yet`,
      meaning: md`InstantPay reports a transaction’s status 30 minutes after it was made at the earliest. If this one is older than that, press *Check now*.`,
    };
  }
  if (!answer) {
    return { title: UNKNOWN, meaning: md`InstantPay was asked, but its answer was not kept.` };
  }
  switch (answer.query) {
    case 'failed':
      return {
        title: UNKNOWN,
        meaning: md`*The query failed; the transaction’s status is not known.* ${advice(answer.problem, query.aeps)}`,
      };
    case 'unreachable':
      return {
        title: UNKNOWN,
        meaning: md`*The query got no usable answer; the transaction’s status is not known.* Do not send the payment again yet.`,
      };
    case 'not_sent':
      return {
        title: UNKNOWN,
        meaning: md`*The query could not be sent; the transaction’s status is not known.* You can check again at once.`,
      };
    case 'answered':
      return answeredVerdict(answer);
  }
}

/** R23: the code of a failed query chooses the next step, and is never a statement about the money. */
function advice(problem: QueryProblem | undefined, aeps: boolean): Mrkdwn {
  switch (problem) {
    case 'access':
      return md`InstantPay refused the access. Contact your administrator. Nothing was looked up, so you can check again at any time.`;
    case 'malformed':
      return md`InstantPay did not accept the reference or the day. Check both, then check again. Nothing was looked up.`;
    case 'try_again':
      return md`InstantPay could not answer at the moment. Do not send the payment again yet.`;
    case 'declined':
    case 'unrecognised':
    case undefined:
      return aeps
        ? md`Check the reference, exactly as it was sent, and the day.`
        : md`Check the reference, exactly as it was sent, and the day. For an AePS transaction add “aeps”.`;
  }
}

function answeredVerdict({ outcome, reversal, answeredAbout }: TransactionAnswer): Verdict {
  if (answeredAbout) {
    return {
      title: md`⚠️ Another transaction`,
      meaning: md`*InstantPay answered about another transaction; the status of this one is not known.* Contact InstantPay support with the request ID.`,
    };
  }
  switch (outcome) {
    case 'successful':
      // R11: a contradiction is shown as one.
      if (reversal) {
        return {
          title: md`⚠️ Successful, and reversed`,
          meaning: md`InstantPay reports the transaction as successful and a reversal as well. Check the account statement.`,
        };
      }
      return { title: md`✅ Successful`, meaning: md`InstantPay reports the transaction as successful.` };
    case 'under_process':
      return {
        title: md`🟡 Under process`,
        meaning: md`Neither successful nor failed yet. Do not send it again: it may still go through.`,
      };
    case 'failed':
      return {
        title: md`🔴 Failed`,
        meaning: md`InstantPay reports the transaction as failed. Check the account statement before you send it again.`,
      };
    case 'unknown':
      return { title: UNKNOWN, meaning: md`InstantPay returned no status. Do not send it again yet.` };
  }
}

/** R22: what InstantPay answered about instead, before anything else. */
function subject(answer: TransactionAnswer | undefined): KnownBlock[] {
  const about = answer?.answeredAbout;
  if (!about) return [];
  const date = about.date === undefined ? 'a day it did not give' : about.date;
  return [
    section(
      plain(`InstantPay answered about ${about.externalRef ?? 'a reference it did not give'} of ${date}.`),
    ),
  ];
}

/** A query that brought no outcome does not hide the one that is known (R12). */
function lastAttempt({ lastAttempt: attempt, askedAt, answeredAt }: TransactionReport): KnownBlock[] {
  if (!attempt || askedAt === undefined || answeredAt === undefined) return [];
  return [
    context(
      md`⚠️ This is the status of ${at(answeredAt)}. The check on ${at(askedAt)} brought none:`,
      plain(attempt.message),
    ),
  ];
}

function facts({ answer, query }: TransactionReport): (Pair | undefined)[] {
  const asked = istInstant(query.date);
  const answeredDay = answer && answer.date !== query.date ? istInstant(answer.date) : undefined;
  return [
    [md`Your reference`, plain(shownReference(query.externalRef))],
    [
      md`Day asked for`,
      md`${day(asked)}${query.aeps ? md`, AePS` : md``}${answeredDay === undefined ? md`` : md`; answered for ${day(answeredDay)}`}`,
    ],
    answer?.at === undefined ? undefined : [md`Made`, at(answer.at)],
    answer?.referenceId ? [md`Bank reference (RRN)`, plain(answer.referenceId)] : undefined,
    answer && answer.service.length > 0 ? [md`Service`, plain(answer.service)] : undefined,
    answer?.account ? [md`Account`, plain(answer.account)] : undefined,
    answer?.bank ? [md`Bank`, plain(answer.bank)] : undefined,
    answer?.orderReferenceId ? [md`Order reference`, plain(answer.orderReferenceId)] : undefined,
    answer && answer.tags.length > 0 ? [md`Tags`, plain(answer.tags)] : undefined,
    answer && answer.query !== 'not_sent'
      ? [md`InstantPay’s codes`, plain([answer.statuscode, answer.transactionStatusCode])]
      : undefined,
  ];
}

/** Only a reversal with a reference is shown (R11). */
function reversalPairs(answer: TransactionAnswer | undefined, isPrivate: boolean): KnownBlock[] {
  if (!answer?.reversal) return [];
  const booking = answer.reversal;
  return [
    section(md`↩️ *InstantPay reports a reversal:*`),
    ...pairs([[md`Reversal`, plain(bookingLine(booking))], isPrivate ? balances(booking) : undefined]),
  ];
}

/** What moved on the InstantPay account. Its balances are for the asker alone, not for a channel. */
function moved(answer: TransactionAnswer | undefined, isPrivate: boolean): KnownBlock[] {
  const pool = answer?.pool;
  if (!pool) return [];
  return pairs([
    [md`What moved`, plain(bookingLine(pool), fees(pool))],
    isPrivate ? balances(pool) : undefined,
  ]);
}

function bookingLine({ amountPaise, mode, referenceId }: Booking): Line {
  return [amountPaise === undefined ? undefined : formatRupees(amountPaise), mode, referenceId];
}

function fees({ feePaise, surchargePaise, cashbackPaise, tdsPaise }: PoolBooking): Line {
  const named: [string, number | undefined][] = [
    ['fee', feePaise],
    ['surcharge', surchargePaise],
    ['cashback', cashbackPaise],
    ['TDS', tdsPaise],
  ];
  // Zero is what InstantPay writes where there is no fee.
  return named.map(([name, paise]) => (paise ? `${name} ${formatRupees(paise)}` : undefined));
}

function balances({ openingBalancePaise, closingBalancePaise }: Booking): Pair | undefined {
  if (openingBalancePaise === undefined || closingBalancePaise === undefined) return undefined;
  return [md`Balance before and after`, md`${rupees(openingBalancePaise)} → ${rupees(closingBalancePaise)}`];
}

/** R12: how fresh the answer is and when InstantPay may be asked again. */
function whenAsked(report: TransactionReport, now: number): Mrkdwn {
  const { kind, askedAt, answeredAt, nextAt, answer, lastAttempt: attempt } = report;
  if (askedAt === undefined) return md`not asked`;
  if ((attempt ?? answer)?.query === 'not_sent') return md`not asked on ${at(askedAt)}`;
  const again = nextAt > now ? md`can be asked again on ${at(nextAt)}` : md`can be asked again now`;
  if (kind === 'fresh') return md`asked on ${at(askedAt)}; ${again}`;
  return answeredAt === undefined
    ? md`asked ${relative(askedAt, now)} (${at(askedAt)}); ${again}`
    : md`kept answer from ${relative(answeredAt, now)} (${at(answeredAt)}); ${again}`;
}

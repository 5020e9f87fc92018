/** Owns the card of a transaction's state: what InstantPay answered, and what that does not tell (R10, R11). */

import type { KnownBlock } from '@slack/web-api';
import { formatRupees } from '../../payouts/money.ts';
import { istInstant } from '../../payouts/time.ts';
import type { TransactionAnswer, TransactionReport } from '../../payouts/transaction.ts';
import { ACTIONS, encodeTransaction } from '../actions.ts';
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
} from '../blocks.ts';
import { at, day, type Mrkdwn, md, person, relative, rupees, say, spokenText } from '../text.ts';
import { dotted, environmentTag, environmentWord } from './parts.ts';

export interface TransactionCardOptions {
  now: number;
  /** Who shared the card with the channel; undefined for the asker's own. */
  sharedBy?: string | undefined;
}

interface Verdict {
  title: Mrkdwn;
  /** What it means, in one or two sentences. */
  meaning: Mrkdwn;
}

export function transactionCard(
  report: TransactionReport,
  { now, sharedBy }: TransactionCardOptions,
): Message {
  const { answer, query } = report;
  const { title, meaning } = verdict(answer);
  const amount = answer?.amountPaise === undefined ? md`` : md` · ${rupees(answer.amountPaise)}`;
  const environment = answer?.environment;
  const rhythm = whenAsked(report, now);
  const share = button({ label: 'Share here', action: ACTIONS.txnShare, value: encodeTransaction(query) });
  const blocks: KnownBlock[] = [
    header(md`${title}${amount}`),
    ...(sharedBy ? [context(md`Shared by ${person(sharedBy)}`)] : []),
    section(meaning),
    ...(answer && answer.outcome !== 'unknown' ? [context(md`InstantPay says:`, plain(answer.message))] : []),
    ...(answer && answer.query !== 'answered' ? [context(md`What went wrong:`, plain(answer.message))] : []),
    ...pairs(facts(report)),
    ...reversal(answer),
    ...(report.old
      ? [
          context(
            md`⚠️ This day is more than 30 days back. InstantPay keeps results for 30 days, so it may know nothing of it.`,
          ),
        ]
      : []),
    ...(sharedBy ? [] : actions([share])),
    context(
      dotted(environmentTag(environment), rhythm),
      answer?.ipayUuid ? plain(`Request ${answer.ipayUuid}`) : undefined,
    ),
  ];
  return message(
    say`Transaction ${spokenText(query.externalRef, 100)} of ${day(istInstant(query.date))}: ${title}${amount}. ${meaning} ${environmentWord(environment)}, ${rhythm}`,
    blocks,
  );
}

function verdict(answer: TransactionAnswer | undefined): Verdict {
  const unknown = md`❔ State not known`;
  if (!answer) {
    return {
      title: unknown,
      meaning: md`InstantPay was asked, but no answer was kept. The transaction’s state is not known.`,
    };
  }
  switch (answer.query) {
    case 'failed':
      return {
        title: unknown,
        meaning: md`*The query failed; the transaction’s state is not known.* Check the reference, exactly as it was sent, the day, and whether it was an AePS transaction (then add aeps).`,
      };
    case 'unreachable':
      return {
        title: unknown,
        meaning: md`*The query got no usable answer; the transaction’s state is not known.*`,
      };
    case 'not_sent':
      return {
        title: unknown,
        meaning: md`*The query could not be sent; the transaction’s state is not known.* You can ask again at once.`,
      };
    case 'answered':
      return answeredVerdict(answer);
  }
}

function answeredVerdict({ outcome }: TransactionAnswer): Verdict {
  switch (outcome) {
    case 'successful':
      return { title: md`✅ Successful`, meaning: md`InstantPay reports the transaction as successful.` };
    case 'under_process':
      return {
        title: md`🟡 Under process`,
        meaning: md`Neither successful nor failed yet. Do not send it again: it may still go through.`,
      };
    case 'failed':
      return {
        title: md`🔴 Failed`,
        meaning: md`InstantPay reports the transaction as failed. Look at the account’s statement before it is sent again.`,
      };
    case 'unknown':
      return {
        title: md`❔ State not known`,
        meaning: md`InstantPay knows this transaction but did not say what became of it. Do not send it again before its state is known.`,
      };
  }
}

function facts({ answer, query }: TransactionReport): (Pair | undefined)[] {
  const asked = istInstant(query.date);
  const answeredDay = answer && answer.date !== query.date ? istInstant(answer.date) : undefined;
  return [
    [md`Your reference`, plain(query.externalRef)],
    [
      md`Day asked for`,
      md`${day(asked)}${query.aeps ? md`, AePS` : md``}${answeredDay === undefined ? md`` : md`; answered for ${day(answeredDay)}`}`,
    ],
    answer?.at === undefined ? undefined : [md`Made`, at(answer.at)],
    answer?.referenceId ? [md`Bank reference (RRN)`, plain(answer.referenceId)] : undefined,
    answer?.service ? [md`Service`, plain(answer.service)] : undefined,
    answer?.account ? [md`Account`, plain(answer.account)] : undefined,
    answer?.orderReferenceId ? [md`Order reference`, plain(answer.orderReferenceId)] : undefined,
    answer && answer.query !== 'not_sent'
      ? [md`InstantPay’s codes`, plain([answer.statuscode, answer.transactionStatusCode])]
      : undefined,
  ];
}

/** Only a reversal with a reference is said (R11). */
function reversal(answer: TransactionAnswer | undefined): KnownBlock[] {
  if (!answer?.reversal) return [];
  const { amountPaise, referenceId } = answer.reversal;
  const amount = amountPaise === undefined ? undefined : formatRupees(amountPaise);
  return [
    section(md`↩️ *InstantPay reports a reversal:*`),
    ...pairs([[md`Reversal`, plain([amount, referenceId])]]),
  ];
}

/** R12: how fresh the answer is and when InstantPay may be asked again. */
function whenAsked({ kind, askedAt, nextAt, answer }: TransactionReport, now: number): Mrkdwn {
  if (answer?.query === 'not_sent') return md`not asked on ${at(askedAt)}`;
  const again = nextAt > now ? md`can be asked again on ${at(nextAt)}` : md`can be asked again now`;
  if (kind === 'fresh') return md`asked on ${at(askedAt)}; ${again}`;
  return answer
    ? md`kept answer from ${relative(askedAt, now)} (${at(askedAt)}); ${again}`
    : md`asked ${relative(askedAt, now)} (${at(askedAt)}); ${again}`;
}

/** Owns what a transaction's card says of the status: a title, its meaning and the next step (R11, R22, R23). */

import type {
  QueryProblem,
  TransactionAnswer,
  TransactionOutcome,
} from '../../payouts/transactions/transaction.ts';
import type { TransactionReport } from '../../payouts/transactions/check.ts';
import { constant, md, type Mrkdwn, when } from '../block-kit/text.ts';
import { CLOSED, EARLIEST } from '../../payouts/transactions/words.ts';

interface Verdict {
  title: Mrkdwn;
  /** One or two sentences, the next step last. */
  meaning: Mrkdwn;
}

/** Why a transaction's status is not known. */
export const UNKNOWN_WORDS = {
  failed: md`The check failed; the transaction’s status is unknown.`,
  unreachable: md`The check returned no usable answer; the transaction’s status is unknown.`,
  notSent: md`The check could not be sent; the transaction’s status is unknown.`,
  notAsked: md`InstantPay was not asked yet.`,
  notSaved: md`InstantPay was asked, but its answer was not saved.`,
};

/** What to do about a check that failed (R23). */
export const ADVICE = {
  access: md`Nothing was looked up. Contact your administrator, then check again.`,
  malformed: md`InstantPay did not accept the reference or the day. Nothing was looked up. Correct them and check again.`,
  tryAgain: md`InstantPay could not answer. Do not send the payment again yet.`,
  exactly: md`Check the day and the reference, exactly as it was sent.`,
  aeps: md`For an AePS transaction, add “aeps”.`,
};

/** Titles that other places repeat or compare. */
export const TITLES = {
  notChecked: md`Not checked yet`,
  contradiction: md`⚠️ Successful, and reversed`,
  underProcess: md`🟡 Under process`,
};

const UNKNOWN = md`❔ Status unknown`;

/** An outcome in two words. */
export const OUTCOME_TITLES: Readonly<Record<TransactionOutcome, Mrkdwn>> = {
  successful: md`✅ Successful`,
  under_process: TITLES.underProcess,
  failed: md`🔴 Failed`,
  unknown: UNKNOWN,
};

/** R12: what the button does that puts a check off. */
const laterOffered = (at: number, now: number): Mrkdwn =>
  md`Payout Desk can ask from ${when(at, now)} on, and send you the answer.`;

/** R11: where the money is to be looked for when InstantPay contradicts itself. */
export const CONTRADICTION = md`InstantPay reports both a success and a reversal. Check the account statement.`;

/** The title of a card and what it means, for one report. */
export function verdict(report: TransactionReport, now: number): Verdict {
  const { kind, answer, askedAt, query, nextAt } = report;
  if (kind === 'closed' && !answer) {
    return { title: TITLES.notChecked, meaning: md`${constant(CLOSED)} ${laterOffered(nextAt, now)}` };
  }
  if (kind === 'too_soon_perhaps') {
    return {
      title: TITLES.notChecked,
      meaning: md`${constant(EARLIEST)} If this one is older, select *Check now*.`,
    };
  }
  if (!answer && askedAt === undefined) return { title: TITLES.notChecked, meaning: UNKNOWN_WORDS.notAsked };
  if (!answer) {
    return {
      title: UNKNOWN,
      meaning: md`${UNKNOWN_WORDS.notSaved} Do not send the payment again yet.`,
    };
  }
  switch (answer.query) {
    case 'failed':
      return {
        title: UNKNOWN,
        meaning: md`*${UNKNOWN_WORDS.failed}* ${advice(answer.problem, query.aeps)}`,
      };
    case 'unreachable':
      return {
        title: UNKNOWN,
        meaning: md`*${UNKNOWN_WORDS.unreachable}* Do not send the payment again yet.`,
      };
    case 'not_sent':
      return {
        title: UNKNOWN,
        meaning: md`*${UNKNOWN_WORDS.notSent}* You can check again now.`,
      };
    case 'answered':
      return answeredVerdict(answer);
  }
}

/** R23: the code of a failed query chooses the next step, and is never a statement about the money. */
function advice(problem: QueryProblem | undefined, aeps: boolean): Mrkdwn {
  switch (problem) {
    case 'access':
      return ADVICE.access;
    case 'malformed':
      return ADVICE.malformed;
    case 'try_again':
      return ADVICE.tryAgain;
    case 'declined':
    case 'unrecognised':
    case undefined:
      return aeps ? ADVICE.exactly : md`${ADVICE.exactly} ${ADVICE.aeps}`;
  }
}

function answeredVerdict({ outcome, reversal, answeredAbout }: TransactionAnswer): Verdict {
  if (answeredAbout) {
    return {
      title: md`⚠️ Another transaction`,
      meaning: md`*InstantPay answered about another transaction; the status of this one is unknown.* Contact InstantPay support with the request ID.`,
    };
  }
  switch (outcome) {
    case 'successful':
      // R11: a contradiction is shown as one.
      if (reversal) {
        return {
          title: TITLES.contradiction,
          meaning: CONTRADICTION,
        };
      }
      return {
        title: OUTCOME_TITLES.successful,
        meaning: md`InstantPay reports the transaction as successful.`,
      };
    case 'under_process':
      return {
        title: TITLES.underProcess,
        meaning: md`Not final yet. Do not send it again: it may still go through.`,
      };
    case 'failed':
      return {
        title: OUTCOME_TITLES.failed,
        meaning: md`InstantPay reports the transaction as failed and gives no reason. Check the account statement before you send it again.`,
      };
    case 'unknown':
      return { title: UNKNOWN, meaning: md`InstantPay returned no status. Do not send it again yet.` };
  }
}

/** Owns what a transaction's card says of the status: a title, its meaning and the next step (R11, R22, R23). */

import type { QueryProblem, TransactionAnswer } from '../../payouts/transactions/transaction.ts';
import type { TransactionReport } from '../../payouts/transactions/check.ts';
import { type Mrkdwn, md } from '../block-kit/text.ts';

interface Verdict {
  title: Mrkdwn;
  /** One or two sentences, the next step last. */
  meaning: Mrkdwn;
}

const UNKNOWN = md`❔ Status unknown`;

/** The title of a card and what it means, for one report. */
export function verdict({ kind, answer, query }: TransactionReport): Verdict {
  if (kind === 'too_soon_perhaps') {
    return {
      title: md`Not checked yet`,
      meaning: md`InstantPay reports a status 30 minutes after the transaction at the earliest. If this one is older, select *Check now*.`,
    };
  }
  if (!answer) {
    return {
      title: UNKNOWN,
      meaning: md`InstantPay was asked, but its answer was not saved. Do not send the payment again yet.`,
    };
  }
  switch (answer.query) {
    case 'failed':
      return {
        title: UNKNOWN,
        meaning: md`*The check failed; the transaction’s status is unknown.* ${advice(answer.problem, query.aeps)}`,
      };
    case 'unreachable':
      return {
        title: UNKNOWN,
        meaning: md`*The check returned no usable answer; the transaction’s status is unknown.* Do not send the payment again yet.`,
      };
    case 'not_sent':
      return {
        title: UNKNOWN,
        meaning: md`*The check could not be sent; the transaction’s status is unknown.* You can check again now.`,
      };
    case 'answered':
      return answeredVerdict(answer);
  }
}

/** R23: the code of a failed query chooses the next step, and is never a statement about the money. */
function advice(problem: QueryProblem | undefined, aeps: boolean): Mrkdwn {
  switch (problem) {
    case 'access':
      return md`Nothing was looked up. Contact your administrator, then check again.`;
    case 'malformed':
      return md`InstantPay did not accept the reference or the day. Nothing was looked up. Correct them and check again.`;
    case 'try_again':
      return md`InstantPay could not answer. Do not send the payment again yet.`;
    case 'declined':
    case 'unrecognised':
    case undefined:
      return aeps
        ? md`Check the day and the reference, exactly as it was sent.`
        : md`Check the day and the reference, exactly as it was sent. For an AePS transaction, add “aeps”.`;
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
          title: md`⚠️ Successful, and reversed`,
          meaning: md`InstantPay reports both a success and a reversal. Check the account statement.`,
        };
      }
      return { title: md`✅ Successful`, meaning: md`InstantPay reports the transaction as successful.` };
    case 'under_process':
      return {
        title: md`🟡 Under process`,
        meaning: md`Not final yet. Do not send it again: it may still go through.`,
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

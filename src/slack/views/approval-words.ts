/** Owns what is said about a cancel request in each of its states: only what is true right now, never a hope. */

import type { CancelRequest, Outcome, Approval } from '../../payouts/cancel/request.ts';
import { parseLinkId } from '../../payouts/links/link.ts';
import {
  at,
  code,
  constant,
  count,
  joinMd,
  type Mrkdwn,
  md,
  person,
  relative,
  rupees,
} from '../block-kit/text.ts';

export interface StateWords {
  /** The card's title. */
  title: Mrkdwn;
  /** What happened, who did it and when. */
  what: Mrkdwn;
  /** InstantPay's or a person's words that belong to it; plain text only. */
  quoted: string | undefined;
  /** What to do next, for the requester; nothing while the request waits. */
  next: Mrkdwn | undefined;
}

/** The request as it is at this time; without a time nothing relative is said. */
export function stateWords(request: CancelRequest, now?: number): StateWords {
  const { status, decidedAt, closedBy, closedReason, problem, wakeAt } = request;
  const when = decidedAt === undefined ? md`` : md` on ${at(decidedAt)}`;
  const alone = request.emergencyReason === undefined ? md`` : md` alone (break glass)`;
  const approved = md`Approved by ${voters(request.approvals)}${alone}${when}.`;
  switch (status) {
    case 'pending':
      return {
        title: md`🔔 Cancel request`,
        what: md`Waiting for ${missing(request)}; lapses ${moment(request.expiresAt, now)}.`,
        quoted: undefined,
        next: undefined,
      };
    case 'approved':
      return {
        title: md`⏳ Approved, not sent yet`,
        what: problem
          ? md`${approved} Nothing has been sent to InstantPay yet${nextTry(wakeAt, now)}.`
          : md`${approved} The link is checked once more, then the cancel is sent.`,
        quoted: problem,
        next: undefined,
      };
    case 'executing':
      return {
        title: md`⏳ Cancellation started, no answer yet`,
        what: md`${approved} The cancellation may have been sent to InstantPay${sentAt(request)}. The link is not cancelled until InstantPay confirms it.`,
        quoted: problem,
        next: undefined,
      };
    case 'unknown':
      return {
        title: md`⚠️ Outcome unknown, checking`,
        what: md`${approved} The cancellation may have been sent${sentAt(request)}; it is not confirmed and will not be sent again. Payout Desk checks the link${nextLook(wakeAt, now)}.`,
        quoted: problem,
        next: md`No action needed. You will be told the outcome.`,
      };
    case 'unresolved':
      return {
        title: md`🔴 Outcome not confirmed: manual check required`,
        what: md`${approved} The cancellation may have been sent${sentAt(request)}. A day of checks did not show whether it took effect${lastSeen(request.outcome)}.`,
        quoted: request.outcome?.message ?? problem,
        next: md`Contact InstantPay support with the request ID before a new request.`,
      };
    case 'rejected':
      return {
        title: md`🚫 Rejected, nothing was cancelled`,
        what: md`Rejected by ${person(closedBy)}${when}.`,
        quoted: closedReason,
        next: md`Talk to ${person(closedBy)} if it should be cancelled after all; you can ask again.`,
      };
    case 'expired':
      return {
        title: md`⌛ Lapsed, nothing was cancelled`,
        what: md`Nobody decided in time; it lapsed${when}.`,
        quoted: undefined,
        next: md`Ask again${askAgain(request)} if the link should still be cancelled.`,
      };
    case 'withdrawn':
      return {
        title: md`↩️ Withdrawn, nothing was cancelled`,
        what: md`Withdrawn by ${person(closedBy)}${when}.`,
        quoted: undefined,
        next: undefined,
      };
    case 'executed':
    case 'refused':
      return endWords(request, approved);
  }
}

/** Only an outcome of kind `cancelled` says that the link was cancelled. */
function endWords(request: CancelRequest, approved: Mrkdwn): StateWords {
  const { outcome } = request;
  const status = outcome?.linkStatus;
  // The desk's own sentence on the status stands in `what` already.
  const quoted = outcome?.message === `The link is ${status}.` ? undefined : outcome?.message;
  const now = status ? md`; the link is ${statusWord(status)}` : md``;
  const fallback = (title: Mrkdwn, what: Mrkdwn, next?: Mrkdwn): StateWords => ({
    title,
    what: md`${approved} ${what}`,
    quoted,
    next,
  });
  switch (outcome?.kind) {
    case 'cancelled':
      return fallback(
        md`✅ Link cancelled`,
        outcome.settledByTracking
          ? md`The link is CANCELLED; seen by looking it up.`
          : md`InstantPay confirmed the cancel.`,
        md`The recipient cannot claim it any more. When money held by the link is released, InstantPay does not say: look at the account’s statement.`,
      );
    case 'link_changed':
      return fallback(
        md`⚪ Not cancelled: the link had changed`,
        outcome.amountPaise === undefined
          ? md`When it was checked again it could not be cancelled any more${now}. Nothing was sent.`
          : md`The link’s amount is now ${rupees(outcome.amountPaise)}; ${rupees(request.amountPaise)} was approved. Nothing was sent.`,
        md`Track the link to see how it stands.`,
      );
    case 'recipient_won':
      return fallback(
        md`⚪ Not cancelled: the recipient was faster`,
        md`The recipient had begun to claim it before the cancel took effect${now}.`,
        status === 'PROCESSING'
          ? md`Track the link: if that payout fails it becomes ISSUED again, and then you can ask again.`
          : md`Take it up with the recipient if the money should not have gone out.`,
      );
    case 'link_expired':
      return fallback(
        md`⚪ Not cancelled: the link has expired`,
        md`It is EXPIRED, so nobody can claim it any more.`,
        md`Nothing more to cancel.`,
      );
    case 'instantpay_refused':
      return fallback(
        md`🚫 Not cancelled: InstantPay refused`,
        md`InstantPay answered with a no${outcome.linkStatus ? now : md`; the link could not be looked up`}.`,
        md`Read InstantPay’s words; if they do not help, ask its support with the request id.`,
      );
    case 'wrong_environment':
      return fallback(
        md`🚫 Not cancelled: wrong environment`,
        md`The desk is not set up for where InstantPay answered from; nothing was sent.`,
        md`An administrator has to check the desk’s settings.`,
      );
    case 'too_late':
      return fallback(
        md`⌛ Too late, nothing was cancelled`,
        md`Too late: not carried out within 30 minutes of the approval. Nothing was sent.`,
        md`Submit a new request${askAgain(request)}.`,
      );
    case 'still_unknown':
    case undefined:
      return fallback(
        md`🔴 Outcome not confirmed: manual check required`,
        md`Its outcome was not recorded.`,
        md`Track the link before anything else.`,
      );
  }
}

function statusWord(status: NonNullable<Outcome['linkStatus']>): Mrkdwn {
  return status === 'UNKNOWN' ? md`in a state this desk does not know` : constant(status);
}

function sentAt({ executingAt }: CancelRequest): Mrkdwn {
  return executingAt === undefined ? md`` : md` on ${at(executingAt)}`;
}

function lastSeen(outcome: Outcome | undefined): Mrkdwn {
  return outcome?.linkStatus ? md`; last seen, the link was ${statusWord(outcome.linkStatus)}` : md``;
}

function nextLook(wakeAt: number | undefined, now: number | undefined): Mrkdwn {
  if (wakeAt === undefined) return md``;
  return now !== undefined && wakeAt <= now ? md` now` : md`, next ${moment(wakeAt, now)}`;
}

function nextTry(wakeAt: number | undefined, now: number | undefined): Mrkdwn {
  if (wakeAt === undefined || (now !== undefined && wakeAt <= now)) return md`; it is tried again`;
  return md`; next try ${moment(wakeAt, now)}`;
}

/** "in 3 hours, at 20 Nov 2026, 14:05 IST". */
function moment(instant: number, now: number | undefined): Mrkdwn {
  return now === undefined ? md`on ${at(instant)}` : md`${relative(instant, now)}, on ${at(instant)}`;
}

/** "/payout cancel 65..." when the id is one, else nothing. */
function askAgain({ linkId }: CancelRequest): Mrkdwn {
  const valid = parseLinkId(linkId);
  return valid ? md` with ${code(`/payout cancel ${valid}`)}` : md``;
}

/** Who gave these votes. */
export function voters(approvals: readonly Approval[]): Mrkdwn {
  return approvals.length === 0
    ? md`nobody yet`
    : joinMd(
        approvals.slice(0, 10).map((vote) => person(vote.userId)),
        ' and ',
      );
}

function missing({ approvals, approvalsRequired }: CancelRequest): Mrkdwn {
  const more = approvalsRequired - approvals.length;
  if (approvalsRequired <= 1) return md`an approver`;
  return approvals.length === 0 ? md`${more} approvers` : md`${more} more approver`;
}

/** "1 of 2 approvals: @asha". */
export function voteLine(request: CancelRequest): Mrkdwn {
  const { approvals, approvalsRequired } = request;
  const so = md`${approvals.length} of ${count(approvalsRequired, 'approval')}`;
  return approvals.length === 0 ? so : md`${so}: ${voters(approvals)}`;
}

/** The same where it takes more than one person; for one it says nothing new. */
export function voteLineOfSeveral(request: CancelRequest): Mrkdwn | undefined {
  return request.approvalsRequired > 1 ? voteLine(request) : undefined;
}

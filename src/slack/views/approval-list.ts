/** Owns `/payout approvals`: the cancel requests that wait for a decision, the reader's own first. */

import type { Approval } from '../../payouts/approval.ts';
import {
  actions,
  columns,
  context,
  divider,
  header,
  type Message,
  message,
  plain,
  section,
} from '../blocks.ts';
import type { Row } from '../blocks.ts';
import { at, clean, count, joinMd, md, person, relative, rupees, say } from '../text.ts';
import { decisionButtons, spokenRequest, withdrawButton } from './approval-parts.ts';
import { voteLineOfSeveral } from './approval-words.ts';
import { dotted, environmentTag, who } from './parts.ts';

/** A reason is read in full on the card; here it must not crowd out other requests. */
const REASON_SHOWN = 200;

export function waitingList(approvals: readonly Approval[], actorId: string, now: number): Message {
  if (approvals.length === 0) {
    return message(say`No cancellation request waits for a decision.`, [
      section(md`✅ *Nothing waits for a decision.*`),
      context(md`as of ${at(now)}`),
    ]);
  }
  const title = md`${count(approvals.length, 'cancellation request')} waiting`;
  return message(say`${title}`, [
    header(title),
    {
      rows: approvals.map((approval) => row(approval, actorId, now)),
      more: (hidden) => md`… ${count(hidden, 'more', 'more')}. Decide these and ask again.`,
    },
    context(md`as of ${at(now)}`),
  ]);
}

function row(approval: Approval, actorId: string, now: number): Row {
  const own = approval.requestedBy === actorId;
  const voted = approval.votes.some((vote) => vote.userId === actorId);
  const lines = [
    md`*${rupees(approval.amountPaise)}*`,
    own
      ? md`yours, asked ${relative(approval.requestedAt, now)}`
      : md`asked by ${person(approval.requestedBy)} ${relative(approval.requestedAt, now)}`,
    md`lapses ${at(approval.lapsesAt)}`,
    dotted(environmentTag(approval.environment), voteLineOfSeveral(approval)),
  ];
  const { contact } = approval;
  const buttons = own ? [withdrawButton(approval)] : voted ? [] : decisionButtons(approval);
  const blocks = [
    divider(),
    columns(
      joinMd(lines, '\n'),
      plain(
        [who(contact), contact.name ? (contact.mobile ?? contact.email) : undefined],
        approval.purpose,
        approval.linkId,
        `Reason: ${clean(approval.reason, REASON_SHOWN)}`,
      ),
    ),
    ...actions(buttons),
    ...(voted ? [context(md`You have approved; another approver is needed.`)] : []),
  ];
  return { blocks, spoken: spokenRequest(approval) };
}

/** Owns `/payout approvals`: the cancel requests that wait for a decision, the reader's own first. */

import type { KnownBlock } from '@slack/web-api';
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
import { at, count, joinMd, md, person, relative, rupees, say } from '../text.ts';
import { decisionButtons, spokenRequest, withdrawButton } from './approval-parts.ts';
import { voteLineOfSeveral } from './approval-words.ts';
import { dotted, environmentTag, who } from './parts.ts';

/** Three blocks a request, inside Slack's fifty. */
const REQUESTS_SHOWN = 14;

export function waitingList(approvals: readonly Approval[], actorId: string, now: number): Message {
  const [first] = approvals;
  if (!first) {
    return message(say`No cancel request waits for a decision.`, [
      section(md`✅ *Nothing waits for a decision.*`),
      context(md`as of ${at(now)}`),
    ]);
  }
  const shown = approvals.slice(0, REQUESTS_SHOWN);
  const left = approvals.length - shown.length;
  const title = md`${count(approvals.length, 'cancel request')} waiting`;
  const rest = left > 0 ? say`, and ${left} more` : say``;
  return message(say`${title}: ${spokenRequest(first)}${rest}`, [
    header(title),
    ...shown.flatMap((approval) => row(approval, actorId, now)),
    ...(left > 0 ? [context(md`… ${count(left, 'more request')}; decide these and ask again.`)] : []),
    context(md`as of ${at(now)}`),
  ]);
}

function row(approval: Approval, actorId: string, now: number): KnownBlock[] {
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
  return [
    divider(),
    columns(
      joinMd(lines, '\n'),
      plain(
        [who(contact), contact.name ? (contact.mobile ?? contact.email) : undefined],
        approval.purpose,
        approval.linkId,
        `Reason: ${approval.reason}`,
      ),
    ),
    ...actions(buttons),
    ...(voted ? [context(md`You have approved; another approver is needed.`)] : []),
  ];
}

/** Owns `/payout approvals`: the cancel requests that wait for a decision, the reader's own first. */

import type { Approval } from '../../payouts/cancel/request.ts';
import { encodeWaitingRow } from '../block-kit/actions.ts';
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
} from '../block-kit/blocks.ts';
import type { Row } from '../block-kit/blocks.ts';
import { at, clean, count, joinMd, md, person, relative, rupees, say } from '../block-kit/text.ts';
import { amountAndName, decisionButtons, spokenRequest, withdrawButton } from './approval-parts.ts';
import { stateWords, voteLineOfSeveral } from './approval-words.ts';
import { dotted, environmentTag, who } from './parts.ts';

/** A reason is read in full on the card; here it must not crowd out other requests. */
const REASON_SHOWN = 200;

/** `decided` was in the list until just now: what became of it stands above what still waits. */
export function waitingList(
  approvals: readonly Approval[],
  actorId: string,
  now: number,
  decided?: Approval,
): Message {
  const words = decided && stateWords(decided, now);
  const outcome = words
    ? [section(plain(`${words.title}: ${amountAndName(decided)}`)), section(words.what), divider()]
    : [];
  const before = words ? say`${words.title}: ${spokenRequest(decided)}. ` : say``;
  if (approvals.length === 0) {
    return message(say`${before}No cancellation request waits for a decision.`, [
      ...outcome,
      section(md`✅ *Nothing waits for a decision.*`),
      context(md`as of ${at(now)}`),
    ]);
  }
  const title = md`${count(approvals.length, 'cancellation request')} waiting`;
  return message(say`${before}${title}`, [
    ...outcome,
    header(title),
    {
      rows: approvals.map((approval, index) => row(approval, index, actorId, now)),
      more: (hidden) => md`… ${count(hidden, 'more', 'more')}. Decide these and ask again.`,
    },
    context(md`as of ${at(now)}`),
  ]);
}

function row(approval: Approval, index: number, actorId: string, now: number): Row {
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
    ...actions(buttons, encodeWaitingRow(index)),
    ...(voted ? [context(md`You have approved; another approver is needed.`)] : []),
  ];
  return { blocks, spoken: spokenRequest(approval) };
}

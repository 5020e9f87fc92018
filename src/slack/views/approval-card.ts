/** Owns the card of a cancel request and every message that follows from it: notice, reminder, private answers. */

import type { KnownBlock } from '@slack/web-api';
import type { Approval, NoDecision } from '../../payouts/cancel/request.ts';
import { ACTIONS } from '../block-kit/actions.ts';
import {
  actions,
  button,
  context,
  header,
  type Message,
  message,
  pairs,
  plain,
  section,
} from '../block-kit/blocks.ts';
import {
  at,
  channel,
  type Mrkdwn,
  md,
  permalink,
  person,
  relative,
  rupees,
  say,
  spokenText,
} from '../block-kit/text.ts';
import {
  amountAndName,
  type Audience,
  decisionButtons,
  quoted,
  requestFacts,
  requestFooter,
  showButton,
  spokenRequest,
  spokenRequester,
  withdrawButton,
} from './approval-parts.ts';
import { stateWords, voteLine, voteLineOfSeveral } from './approval-words.ts';
import { dotted, environmentTag, environmentWord, who } from './parts.ts';

/**
 * Pending and finished share a body; only a pending one has buttons. Its first block and its summary are what a
 * notification shows: amount, recipient and reason.
 */
export function approvalCard(approval: Approval, now: number, audience: Audience = {}): Message {
  const words = stateWords(approval, now);
  const pending = approval.status === 'pending';
  const title = pending
    ? plain(`🔔 Cancellation request: ${amountAndName(approval)}. ${approval.reason}`)
    : md`${words.title} · ${rupees(approval.amountPaise)}`;
  const parts: KnownBlock[] = [
    header(title),
    section(words.what),
    ...quoted(words.quoted),
    ...pairs(requestFacts(approval, now, audience)),
    ...(pending && audience.approvers ? [section(md`For approval: ${audience.approvers}`)] : []),
    ...(pending ? actions(decisionButtons(approval)) : []),
    requestFooter(approval),
  ];
  const state = pending ? md`Cancellation request` : words.title;
  const by = spokenRequester(approval, audience);
  return message(
    say`${state}: ${spokenRequest(approval)}, reason: ${spokenText(approval.reason, 200)}. Requested by ${by}. ${words.what} ${environmentWord(approval.environment)}.`,
    parts,
  );
}

/** What the requester is told by direct message: how it ended and what to do next. */
export function requesterNotice(approval: Approval, now: number): Message {
  const words = stateWords(approval, now);
  const { status } = approval;
  const track = button({ label: 'Track', action: ACTIONS.linkTrack, value: approval.linkId });
  return message(say`${words.title}: ${spokenRequest(approval)}. ${words.what}`, [
    header(plain(`${words.title}: ${amountAndName(approval)}`)),
    section(words.what),
    ...quoted(words.quoted),
    ...pairs([
      [md`Link`, plain([who(approval.contact)], approval.purpose, approval.linkId)],
      [md`Your reason`, plain(approval.reason)],
    ]),
    ...(words.next ? [section(md`*Next:* ${words.next}`)] : []),
    ...actions(status === 'pending' || status === 'withdrawn' ? [] : [track]),
    requestFooter(approval),
  ]);
}

/** Approvers are nudged once, half way to the expiry. */
export function reminderNotice(approval: Approval, now: number, audience: Audience = {}): Message {
  const { approvers } = audience;
  const left = md`Expires ${relative(approval.lapsesAt, now)}, on ${at(approval.lapsesAt)}.`;
  const by = spokenRequester(approval, audience);
  return message(
    say`Approval pending: ${spokenRequest(approval)}, reason: ${spokenText(approval.reason, 200)}. Requested by ${by}. ${left}`,
    [
      section(plain(`⏰ Approval pending: ${amountAndName(approval)}. ${left}`)),
      ...(approvers ? [section(md`For approval: ${approvers}`)] : []),
      ...pairs([
        [md`Link`, plain([who(approval.contact)], approval.purpose, approval.linkId)],
        [md`Reason`, plain(approval.reason)],
      ]),
      ...actions([showButton(approval)]),
      context(dotted(environmentTag(approval.environment), voteLineOfSeveral(approval))),
    ],
  );
}

/** Said to everybody who approves: one administrator did not wait for the others. */
export function emergencyNotice(approval: Approval, audience: Audience = {}): Message {
  const admin = person(approval.votes.at(-1)?.userId);
  const amount = rupees(approval.amountPaise);
  const by = spokenRequester(approval, audience);
  return message(
    say`Emergency approval: ${admin} approved cancelling ${spokenRequest(approval)} without the other approvals. Requested by ${by}.`,
    [
      section(
        md`🚨 *Emergency approval:* ${admin} approved cancelling ${amount} without the approvals that the rule asks for.`,
      ),
      ...quoted(approval.emergencyReason),
      section(
        plain(
          [who(approval.contact)],
          approval.purpose,
          approval.linkId,
          audience.requester && `Requested by ${audience.requester}`,
        ),
      ),
      ...actions([showButton(approval)]),
      requestFooter(approval),
    ],
  );
}

export interface RequestOpenedOptions {
  /** An unfinished request for this link stood already; nothing new was opened. */
  alreadyOpen: boolean;
  /** Slack's address of the approval card. */
  cardLink?: string | undefined;
  /** Where approvers see the card. */
  channelId: string;
}

/** The answer to the person who asked for a cancel. */
export function requestOpened(approval: Approval, options: RequestOpenedOptions): Message {
  const { alreadyOpen, cardLink, channelId } = options;
  const words = stateWords(approval);
  const amount = rupees(approval.amountPaise);
  const asked = md`${person(approval.requestedBy)} asked on ${at(approval.requestedAt)}`;
  const lead = alreadyOpen
    ? md`*A request to cancel this link is already open.* ${asked}; see ${permalink(cardLink, md`the request`)} in ${channel(channelId)}. Nothing new was opened.`
    : md`*Approval asked for.* ${permalink(cardLink, md`The request`)} to cancel ${amount} stands in ${channel(channelId)}. Nothing is cancelled until somebody else approves.`;
  return message(
    alreadyOpen
      ? say`A request to cancel this link is already open: ${spokenRequest(approval)}. ${words.what}`
      : say`Approval asked for: cancel ${spokenRequest(approval)}. ${words.what}`,
    [
      section(lead),
      section(words.what),
      ...quoted(alreadyOpen ? words.quoted : undefined),
      ...pairs([
        [md`Link`, plain([who(approval.contact)], approval.purpose, approval.linkId)],
        [md`Reason`, plain(approval.reason)],
      ]),
      ...actions(alreadyOpen ? [showButton(approval)] : [withdrawButton(approval)]),
      context(dotted(environmentTag(approval.environment), voteLineOfSeveral(approval))),
    ],
  );
}

/** Why a person's decision changed nothing; a normal answer. */
export function decisionRefused(
  why: NoDecision,
  approval: Approval,
  { now, actorId }: { now: number; actorId: string },
): Message {
  const words = stateWords(approval, now);
  const counted = approval.votes.some((vote) => vote.userId === actorId);
  const blocks: KnownBlock[] = [];
  let lead: Mrkdwn;
  switch (why) {
    case 'finished':
      // A second click of the person whose first one counted must not alarm them.
      lead = counted
        ? md`*Your approval counted already.* ${words.title}.`
        : md`*This request is not waiting for a decision any more.* ${words.what}`;
      blocks.push(...quoted(words.quoted));
      break;
    case 'lapsed':
      lead = md`*This request lapsed* on ${at(approval.lapsesAt)}, so it cannot be decided any more. Nothing was cancelled.`;
      break;
    case 'own_request':
      lead = md`*This is your own request*, so somebody else has to decide. You can withdraw it.`;
      blocks.push(...actions([withdrawButton(approval)]));
      break;
    case 'already_voted':
      lead = md`*You have approved this already.* ${voteLine(approval)}; the other approver has to be somebody else.`;
      break;
    case 'voters_unknown':
      lead = md`*Your approval is not recorded yet.* Slack did not confirm that the earlier approvers may still approve. Press Approve again in a minute.`;
      break;
    case 'no_break_glass':
      lead = md`*This request cannot be approved by one person alone*; it needs the ordinary approvals.`;
      break;
    case 'not_requester':
      lead = md`*Only ${person(approval.requestedBy)} can withdraw this request*; approvers can reject it.`;
      break;
  }
  return message(say`Nothing was changed. ${lead}`, [
    section(lead),
    section(plain([who(approval.contact)], approval.purpose, approval.linkId)),
    ...blocks,
    context(
      dotted(
        environmentTag(approval.environment),
        counted ? md`This second click changed nothing.` : md`Your click changed nothing.`,
      ),
    ),
  ]);
}

/** Owns the card of a cancel request and every message that follows from it: notice, reminder, private answers. */

import type { KnownBlock } from '@slack/web-api';
import type { NoDecision } from '../../payouts/cancel/decision.ts';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
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
  fallback,
  spokenText,
} from '../block-kit/text.ts';
import {
  amountAndName,
  type Audience,
  decisionButtons,
  formatRequestNumber,
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
export function approvalCard(request: CancelRequest, now: number, audience: Audience = {}): Message {
  const words = stateWords(request, now);
  const pending = request.status === 'pending';
  const title = pending
    ? plain(`🔔 Cancellation request: ${amountAndName(request)}. ${request.reason}`)
    : md`${words.title} · ${rupees(request.amountPaise)}`;
  const parts: KnownBlock[] = [
    header(title),
    section(words.what),
    ...quoted(words.quoted),
    ...pairs(requestFacts(request, now, audience)),
    ...(pending && audience.approvers ? [section(md`For approval: ${audience.approvers}`)] : []),
    ...(pending ? actions(decisionButtons(request)) : []),
    requestFooter(request),
  ];
  const state = pending ? md`Cancellation request` : words.title;
  const by = spokenRequester(request, audience);
  return message(
    fallback`${state}: ${spokenRequest(request)}, reason: ${spokenText(request.reason, 200)}. Requested by ${by}. ${words.what} ${environmentWord(request.environment)}.`,
    parts,
  );
}

/** What the requester is told by direct message: how it ended and what to do next. */
export function requesterNotice(request: CancelRequest, now: number): Message {
  const words = stateWords(request, now);
  const { status } = request;
  const track = button({ label: 'Track', action: ACTION_IDS.linkTrack, value: request.linkId });
  return message(fallback`${words.title}: ${spokenRequest(request)}. ${words.what}`, [
    header(plain(`${words.title}: ${amountAndName(request)}`)),
    section(words.what),
    ...quoted(words.quoted),
    ...pairs([
      [md`Link`, plain([who(request.contact)], request.purpose, request.linkId)],
      [md`Your reason`, plain(request.reason)],
    ]),
    ...(words.next ? [section(md`*Next:* ${words.next}`)] : []),
    ...actions(status === 'pending' || status === 'withdrawn' ? [] : [track]),
    requestFooter(request),
  ]);
}

/** Approvers are nudged once, half way to the expiry. */
export function reminderNotice(request: CancelRequest, now: number, audience: Audience = {}): Message {
  const { approvers } = audience;
  const left = md`Expires ${relative(request.expiresAt, now)}, on ${at(request.expiresAt)}.`;
  const by = spokenRequester(request, audience);
  return message(
    fallback`Approval pending: ${spokenRequest(request)}, reason: ${spokenText(request.reason, 200)}. Requested by ${by}. ${left}`,
    [
      section(plain(`⏰ Approval pending: ${amountAndName(request)}. ${left}`)),
      ...(approvers ? [section(md`For approval: ${approvers}`)] : []),
      ...pairs([
        [md`Link`, plain([who(request.contact)], request.purpose, request.linkId)],
        [md`Reason`, plain(request.reason)],
      ]),
      ...actions([showButton(request)]),
      context(
        dotted(
          md`Request ${formatRequestNumber(request)}`,
          environmentTag(request.environment),
          voteLineOfSeveral(request),
        ),
      ),
    ],
  );
}

/** Said to everybody who approves: one administrator did not wait for the others. */
export function emergencyNotice(request: CancelRequest, audience: Audience = {}): Message {
  const admin = person(request.approvals.at(-1)?.userId);
  const amount = rupees(request.amountPaise);
  const by = spokenRequester(request, audience);
  return message(
    fallback`Emergency approval: ${admin} approved cancelling ${spokenRequest(request)} without the other approvals. Requested by ${by}.`,
    [
      section(
        md`🚨 *Emergency approval:* ${admin} approved cancelling ${amount} without the approvals that the rule asks for.`,
      ),
      ...quoted(request.emergencyReason),
      section(
        plain(
          [who(request.contact)],
          request.purpose,
          request.linkId,
          audience.requester && `Requested by ${audience.requester}`,
        ),
      ),
      ...actions([showButton(request)]),
      requestFooter(request),
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
export function requestOpened(request: CancelRequest, options: RequestOpenedOptions): Message {
  const { alreadyOpen, cardLink, channelId } = options;
  const words = stateWords(request);
  const amount = rupees(request.amountPaise);
  const asked = md`${person(request.requestedBy)} asked on ${at(request.requestedAt)}`;
  const lead = alreadyOpen
    ? md`*A request to cancel this link is already open.* ${asked}; see ${permalink(cardLink, md`the request`)} in ${channel(channelId)}. Nothing new was opened.`
    : md`*Approval asked for.* ${permalink(cardLink, md`The request`)} to cancel ${amount} stands in ${channel(channelId)}. Nothing is cancelled until somebody else approves.`;
  return message(
    alreadyOpen
      ? fallback`A request to cancel this link is already open: ${spokenRequest(request)}. ${words.what}`
      : fallback`Approval asked for: cancel ${spokenRequest(request)}. ${words.what}`,
    [
      section(lead),
      section(words.what),
      ...quoted(alreadyOpen ? words.quoted : undefined),
      ...pairs([
        [md`Link`, plain([who(request.contact)], request.purpose, request.linkId)],
        [md`Reason`, plain(request.reason)],
      ]),
      ...actions(alreadyOpen ? [showButton(request)] : [withdrawButton(request)]),
      context(
        dotted(
          md`Request ${formatRequestNumber(request)}`,
          environmentTag(request.environment),
          voteLineOfSeveral(request),
        ),
      ),
    ],
  );
}

/** Why a person's decision changed nothing; a normal answer. */
export function decisionRefused(
  why: NoDecision,
  request: CancelRequest,
  { now, actorId }: { now: number; actorId: string },
): Message {
  const words = stateWords(request, now);
  const counted = request.approvals.some((vote) => vote.userId === actorId);
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
    case 'expired':
      lead = md`*This request lapsed* on ${at(request.expiresAt)}, so it cannot be decided any more. Nothing was cancelled.`;
      break;
    case 'own_request':
      lead = md`*This is your own request*, so somebody else has to decide. You can withdraw it.`;
      blocks.push(...actions([withdrawButton(request)]));
      break;
    case 'already_approved':
      lead = md`*You have approved this already.* ${voteLine(request)}; the other approver has to be somebody else.`;
      break;
    case 'approvers_unknown':
      lead = md`*Your approval is not recorded yet.* Slack did not confirm that the earlier approvers may still approve. Press Approve again in a minute.`;
      break;
    case 'no_emergency':
      lead = md`*This request cannot be approved by one person alone*; it needs the ordinary approvals.`;
      break;
    case 'not_requester':
      lead = md`*Only ${person(request.requestedBy)} can withdraw this request*; approvers can reject it.`;
      break;
  }
  return message(fallback`Nothing was changed. ${lead}`, [
    section(lead),
    section(plain([who(request.contact)], request.purpose, request.linkId)),
    ...blocks,
    context(
      dotted(
        md`Request ${formatRequestNumber(request)}`,
        environmentTag(request.environment),
        counted ? md`This second click changed nothing.` : md`Your click changed nothing.`,
      ),
    ),
  ]);
}

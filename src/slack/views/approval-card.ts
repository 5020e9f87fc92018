/** Owns the card of a cancel request and every message that follows from it: notice, reminder, private answers. */

import type { KnownBlock } from '@slack/web-api';
import type { Approval, NoDecision } from '../../payouts/approval.ts';
import { ACTIONS } from '../actions.ts';
import { actions, button, context, header, type Message, message, pairs, plain, section } from '../blocks.ts';
import { at, channel, type Mrkdwn, md, permalink, person, relative, rupees, say } from '../text.ts';
import {
  decisionButtons,
  quoted,
  requestFacts,
  requestFooter,
  showButton,
  spokenRequest,
  withdrawButton,
} from './approval-parts.ts';
import { stateWords, voteLine, voteLineOfSeveral } from './approval-words.ts';
import { dotted, environmentTag, environmentWord, spokenWho, who } from './parts.ts';

/** Pending and finished share a body; only a pending one has buttons. */
export function approvalCard(approval: Approval, now: number): Message {
  const words = stateWords(approval, now);
  const pending = approval.status === 'pending';
  const blocks: KnownBlock[] = [
    header(md`${words.title} · ${rupees(approval.amountPaise)}`),
    section(words.what),
    ...quoted(words.quoted),
    ...pairs(requestFacts(approval, now)),
    ...(pending ? actions(decisionButtons(approval)) : []),
    requestFooter(approval),
  ];
  return message(
    say`${words.title}: ${rupees(approval.amountPaise)} for ${spokenWho(approval.contact)}, asked by ${person(approval.requestedBy)}. ${words.what} ${environmentWord(approval.environment)}.`,
    blocks,
  );
}

/** What the requester is told: how it ended and what to do next. */
export function requesterNotice(approval: Approval, now: number): Message {
  const words = stateWords(approval, now);
  const mention = person(approval.requestedBy);
  const amount = rupees(approval.amountPaise);
  const { status } = approval;
  const track = button({ label: 'Track', action: ACTIONS.linkTrack, value: approval.linkId });
  return message(
    say`${mention} ${words.title}: ${amount} for ${spokenWho(approval.contact)}. ${words.what}`,
    [
      section(md`${mention}  *${words.title}* · ${amount}`),
      section(words.what),
      ...quoted(words.quoted),
      ...pairs([
        [md`Link`, plain([who(approval.contact)], approval.purpose, approval.linkId)],
        [md`Your reason`, plain(approval.reason)],
      ]),
      ...(words.next ? [section(md`*Next:* ${words.next}`)] : []),
      ...actions(status === 'pending' || status === 'withdrawn' ? [] : [track]),
      requestFooter(approval),
    ],
  );
}

/** Approvers are reminded once, half way to the lapse. */
export function reminderNotice(approval: Approval, now: number): Message {
  const amount = rupees(approval.amountPaise);
  const left = md`It lapses ${relative(approval.lapsesAt, now)}, on ${at(approval.lapsesAt)}.`;
  return message(
    say`Still waiting: cancel ${amount} for ${spokenWho(approval.contact)}, asked by ${person(approval.requestedBy)}. ${left}`,
    [
      section(
        md`⏰ *Still waiting for a decision:* cancel of ${amount}, asked by ${person(approval.requestedBy)} ${relative(approval.requestedAt, now)}. ${left}`,
      ),
      section(plain([who(approval.contact)], approval.purpose, approval.linkId)),
      ...actions([showButton(approval)]),
      context(dotted(environmentTag(approval.environment), voteLineOfSeveral(approval))),
    ],
  );
}

/** Said to everybody who approves: one administrator did not wait for the others. */
export function emergencyNotice(approval: Approval): Message {
  const admin = person(approval.votes.at(-1)?.userId);
  const amount = rupees(approval.amountPaise);
  return message(
    say`Break glass: ${admin} approved the cancel of ${amount} for ${spokenWho(approval.contact)} alone.`,
    [
      section(
        md`🚨 *Break glass:* ${admin} approved the cancel of ${amount} alone, without the approvals the rule asks for. Asked by ${person(approval.requestedBy)}.`,
      ),
      ...quoted(approval.emergencyReason),
      section(plain([who(approval.contact)], approval.purpose, approval.linkId)),
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

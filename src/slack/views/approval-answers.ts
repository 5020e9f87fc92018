/** Owns the private answers on a cancellation request: it was requested, it is open already, a decision had no effect. */

import type { KnownBlock } from '@slack/web-api';
import type { NoDecision } from '../../payouts/cancel/outcome.ts';
import type { Batch } from '../../payouts/cancel/batch.ts';
import type { Approval } from '../../payouts/cancel/request.ts';
import { actions, context, type Message, message, plain, section } from '../block-kit/blocks.ts';
import { asOf, channel, fallback, type Mrkdwn, md, permalink, person, when } from '../block-kit/text.ts';
import {
  amountAndName,
  quoted,
  requestSummary,
  showButton,
  fallbackAmount,
  fallbackNumber,
  withdrawButton,
} from './approval-parts.ts';
import { approvalsLine, approvalsLineOfSeveral, ruleWithPeople } from './approval-words.ts';
import { batchLines } from './batch-lines.ts';
import { batchWords, leadOf } from './batch-words.ts';
import { dotted, environmentTag, sandboxFirst } from './parts.ts';

export interface RequestOpenedOptions {
  now: number;
  /** An unfinished request for this link exists; no new one was created. */
  alreadyOpen: boolean;
  /** Slack's address of the card. */
  cardLink?: string | undefined;
  /** Where approvers see the card. */
  channelId: string;
  /** The card is not posted yet; default false. */
  cardFollows?: boolean;
}

/** Before the channel, while the card is not posted yet. */
export const POSTED_SHORTLY = md`It will be posted to`;

/** A request changes nothing by itself. */
export const STAYS_ACTIVE = md`The link stays active until it is approved.`;
const STAY_ACTIVE = md`The links stay active until they are approved.`;

export const ALREADY_OPEN = md`A cancellation request for this link is already open`;

/** Answers the requester: the request was created, or one for this link is open already. */
export function requestOpened(batch: Batch, options: RequestOpenedOptions): Message {
  const { alreadyOpen, cardLink, channelId, cardFollows = false, now } = options;
  const request = leadOf(batch);
  const isAlone = batch.requests.length === 1;
  const words = batchWords(batch, now);
  const place = md`${channel(channelId)}`;
  const title = alreadyOpen ? ALREADY_OPEN : words.title;
  const sent = cardFollows ? md`${POSTED_SHORTLY} ${place} shortly.` : md`Sent to ${place}.`;
  const lead = alreadyOpen
    ? md`Requested by ${person(request.requestedBy)} ${when(request.requestedAt, now)}. ${sent} No new request was created.`
    : md`${sent} ${isAlone ? STAYS_ACTIVE : STAY_ACTIVE}`;
  const outcome = alreadyOpen ? words.what : lead;
  return message(fallback`${fallbackAmount(batch)}. ${title}. ${outcome} ${fallbackNumber(batch)}.`, [
    section(plain(`${sandboxFirst(request.environment)}${title}: ${amountAndName(batch)}`)),
    section(cardLink ? md`${lead} ${permalink(cardLink, md`View request`)}` : lead),
    section(words.what),
    ...quoted(alreadyOpen ? words.quoted : undefined),
    ...batchLines(batch, now),
    ...requestSummary(batch),
    ...actions(alreadyOpen ? [showButton(batch)] : [withdrawButton(batch)]),
    context(
      dotted(
        environmentTag(request.environment),
        fallbackNumber(batch),
        approvalsLineOfSeveral(request),
        asOf(now),
      ),
    ),
  ]);
}

interface Answer {
  lead: Mrkdwn;
  more?: KnownBlock[];
}

interface Reader {
  now: number;
  actorId: string;
  /** The reader's approval counted before. */
  counted: boolean;
}

/** A later click on a request that is decided, expired or withdrawn. */
export const CLOSED = md`This request is already closed for decisions.`;

export const ALREADY_APPROVED = md`You have already approved this request.`;

/** Slack did not say whether an earlier approver still may: the last approval has to be given again. */
export const APPROVAL_NOT_SAVED = md`Your approval was not saved.`;

/** The request has the ordinary rule: it was made before emergency approval was turned on. */
export const NO_EMERGENCY = md`Emergency approval is not available for this request.`;

export const OWN_REQUEST = md`You cannot approve or reject your own request.`;

/** What the click did; of a request that was decided earlier, "no action was taken" would be false. */
export const CLICK_EFFECTS = {
  second: md`Your second click had no effect.`,
  late: md`Your click had no effect.`,
  none: md`No action was taken.`,
};

/** An approver of other requests only. */
export const NOT_OF_TIER = md`You are not an approver for this amount.`;

/** The time for which the right was lent is over, or the approver ended it. */
export const DEPUTY_ENDED = md`You no longer stand in for an approver.`;

/** Whose approval counts already: the reader's deputy has approved, or the approver the reader stands in for. */
export function countedFor(approvals: readonly Approval[], actorId: string): Mrkdwn {
  const deputy = approvals.find(({ onBehalfOf }) => onBehalfOf === actorId);
  return deputy
    ? md`${person(deputy.userId)} has approved this request for you.`
    : md`The approver you stand in for has approved this request.`;
}

/** Why a decision had no effect, and the next step where there is one. */
const ANSWERS: Record<NoDecision, (batch: Batch, reader: Reader) => Answer> = {
  finished: (batch, { now, counted }) => {
    const words = batchWords(batch, now);
    // A second click after one that counted is no cause for alarm.
    const lead = counted ? md`*${ALREADY_APPROVED}* ${words.title}.` : md`*${CLOSED}* ${words.what}`;
    return { lead, more: quoted(words.quoted) };
  },
  expired: ({ requests: [request] }, { now }) => ({
    lead: md`*This request expired ${when(request.expiresAt, now)}.* The link was not cancelled. To cancel it, submit a new request.`,
  }),
  own_request: (batch) => ({
    lead: md`*${OWN_REQUEST}* You can withdraw it.`,
    more: actions([withdrawButton(batch)]),
  }),
  already_approved: (batch) => ({
    lead: md`*${ALREADY_APPROVED}* ${approvalsLine(leadOf(batch))}. Another approver has to approve it as well.`,
  }),
  approvers_unknown: () => ({
    lead: md`*${APPROVAL_NOT_SAVED}* Slack did not confirm that the earlier approvers still have permission. Select Approve again in a minute.`,
  }),
  not_of_tier: ({ requests: [request] }) => ({
    lead: md`*${NOT_OF_TIER}* ${ruleWithPeople(request)}`,
  }),
  lent_by_requester: ({ requests: [request] }) => ({
    lead: md`*You stand in for ${person(request.requestedBy)}, who requested this cancellation.* Another approver has to decide.`,
  }),
  deputy_ended: () => ({
    lead: md`*${DEPUTY_ENDED}* An approver has to decide.`,
  }),
  counted_once: (batch, { actorId }) => ({
    lead: md`*${countedFor(leadOf(batch).approvals, actorId)}* An approver and their deputy count once. Another approver has to approve as well.`,
  }),
  no_emergency: () => ({
    lead: md`*${NO_EMERGENCY}* It needs the regular approvals.`,
  }),
  nothing_left: () => ({
    lead: md`*No link is selected.* Select at least one link to approve, or reject the request.`,
  }),
  not_requester: ({ requests: [request] }) => ({
    lead: md`*Only ${person(request.requestedBy)} can withdraw this request.* Approvers can reject it.`,
  }),
};

/** Tells a person why the decision had no effect; a normal answer. */
export function decisionRefused(
  why: NoDecision,
  batch: Batch,
  { now, actorId }: { now: number; actorId: string },
): Message {
  const request = leadOf(batch);
  const isAlone = batch.requests.length === 1;
  const counted = request.approvals.some(({ userId }) => userId === actorId);
  const { lead, more = [] } = ANSWERS[why](batch, { now, actorId, counted });
  const effect = CLICK_EFFECTS[counted ? 'second' : why === 'finished' ? 'late' : 'none'];
  return message(fallback`${fallbackAmount(batch)}. ${lead} ${effect}`, [
    section(lead),
    section(plain(amountAndName(batch), ...(isAlone ? [request.purpose, request.linkId] : []))),
    ...more,
    context(dotted(environmentTag(request.environment), fallbackNumber(batch), effect, asOf(now))),
  ]);
}

/** Owns the card of a cancellation request and the messages that follow it: outcome, nudge, emergency approval. */

import type { KnownBlock } from '@slack/web-api';
import { type Batch, isPending } from '../../payouts/cancel/batch.ts';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import {
  actions,
  button,
  context,
  header,
  type Message,
  message,
  plain,
  section,
} from '../block-kit/blocks.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { asOf, count, fallback, md, person, rupees, fallbackText, until, when } from '../block-kit/text.ts';
import { factLines, otherLinks, urgency } from './approval-facts.ts';
import {
  amountAndName,
  askButton,
  type Audience,
  decisionButtons,
  detailsButton,
  linksAndSum,
  NO_LONGER_APPROVER,
  quoted,
  requestFooter,
  requestSummary,
  showButton,
  fallbackAmount,
  fallbackNumber,
  fallbackRequester,
} from './approval-parts.ts';
import { approvalsLineOfSeveral, approvers as namesOf, differs, ruleWords } from './approval-words.ts';
import { batchLines, linkBoxes } from './batch-lines.ts';
import { batchWords, leadOf } from './batch-words.ts';
import { OFFER_ALL } from './offers.ts';
import { dotted, environmentTag, environmentWord, sandboxFirst, who } from './parts.ts';

/** In a notification the reason must leave room for the amount, the recipient and the status. */
const FALLBACK_REASON_LENGTH = 200;

/**
 * The card of a request. While it waits: one screen of a phone with what a decision needs. Once decided: three lines.
 * Slack notifies with the first blocks and the fallback text, so both begin with amount and recipient.
 */
export function approvalCard(batch: Batch, now: number, audience: Audience = {}): Message {
  return isPending(batch) ? pendingCard(batch, now, audience) : foldedCard(batch, now);
}

function pendingCard(batch: Batch, now: number, audience: Audience): Message {
  const { offers = OFFER_ALL } = audience;
  const request = leadOf(batch);
  const { environment, reason } = request;
  // They stay with the link they were asked about, also when an approver left it out since.
  const questions = batch.requests.flatMap((one) => one.questions);
  const words = batchWords(batch, now);
  const urgent = urgency(batch, now);
  const title = urgent ? md`⚡ ${urgent}` : md`🔔 Cancellation request`;
  const isAlone = batch.requests.length === 1;
  const by = fallbackRequester(batch, audience);
  const notice = urgent ? fallback` ⚡ ${urgent}.` : fallback``;
  return message(
    fallback`${sandboxFirst(environment)}${fallbackAmount(batch)}.${notice} ${words.title}. Reason: ${fallbackText(reason, FALLBACK_REASON_LENGTH)}. Requested by ${by}. ${words.what} ${fallbackNumber(batch)}, ${environmentWord(environment)}.`,
    [
      header(plain(`${sandboxFirst(environment)}${title}: ${amountAndName(batch)}`)),
      section(plain(`Reason: ${reason}`)),
      ...requestedBy(batch, now, audience),
      section(words.what),
      ...(isAlone ? [section(plain(...factLines(request, now)))] : linkBoxes(batch, now)),
      ...otherLinks(batch, now),
      ...approvalsOf(request),
      ...(audience.approvers ? [section(md`For approval: ${audience.approvers}`)] : []),
      ...actions([
        ...decisionButtons(batch, offers),
        detailsButton(batch),
        ...(offers('approve') ? [askButton(batch)] : []),
      ]),
      context(
        dotted(
          environmentTag(environment),
          fallbackNumber(batch),
          questions.length > 0 ? count(questions.length, 'question') : undefined,
          audience.hasThread ? COMMENT_HERE : undefined,
          asOf(now),
        ),
      ),
    ],
  );
}

/** The footer of the card in the approval channel. */
export const COMMENT_HERE = md`Reply in this thread to comment.`;

/** In plain text where a name is known: a mention would notify the one person who may not decide. */
function requestedBy(batch: Batch, now: number, { requester }: Audience): KnownBlock[] {
  const request = leadOf(batch);
  const at = when(request.requestedAt, now);
  return [
    requester
      ? section(plain(`Requested by ${requester}, ${at}`))
      : section(md`Requested by ${person(request.requestedBy)}, ${at}`),
  ];
}

/** Where several approvals are needed, or one no longer counts. */
function approvalsOf(request: CancelRequest): KnownBlock[] {
  const counted = approvalsLineOfSeveral(request);
  const gone =
    request.voidApprovals.length === 0
      ? undefined
      : md`Not counted: ${namesOf(request.voidApprovals)}, ${NO_LONGER_APPROVER}`;
  const rule = request.rule && differs(request.rule) ? ruleWords(request.rule) : undefined;
  return counted || rule || gone ? [section(dotted(counted, rule, gone))] : [];
}

/** Result; who and when; reason. Of several links one line each. Long IDs are behind `Details`, the only button. */
function foldedCard(batch: Batch, now: number): Message {
  const request = leadOf(batch);
  const { emergencyReason, environment, reason } = request;
  const words = batchWords(batch, now);
  return message(
    fallback`${sandboxFirst(environment)}${fallbackAmount(batch)}. ${words.title}. Reason: ${fallbackText(reason, FALLBACK_REASON_LENGTH)}. Requested by ${person(request.requestedBy)}. ${words.what} ${fallbackNumber(batch)}, ${environmentWord(environment)}.`,
    [
      section(
        plain(`${sandboxFirst(environment)}${words.sign} ${words.title}: ${amountAndName(batch)}`),
        detailsButton(batch),
      ),
      ...batchLines(batch, now, { brief: true }),
      context(
        words.what,
        words.quoted ? plain(`“${words.quoted}”`) : undefined,
        emergencyReason ? plain(`“${emergencyReason}”`) : undefined,
      ),
      context(
        md`Requested by ${person(request.requestedBy)}:`,
        plain(`“${reason}”`),
        dotted(environmentTag(environment), fallbackNumber(batch), asOf(now)),
      ),
    ],
  );
}

/** Tells the requester by direct message how the request ended, and the next step. */
export function requesterNotice(batch: Batch, now: number): Message {
  const words = batchWords(batch, now);
  const [{ environment, linkId, status }, ...others] = batch.requests;
  const track = button({ label: 'Track', action: ACTION_IDS.linkTrack, value: linkId });
  const canTrack = others.length === 0 && status !== 'pending' && status !== 'withdrawn';
  return message(
    fallback`${fallbackAmount(batch)}. ${words.title}. ${words.what}${words.next ? md` ${words.next}` : md``} ${fallbackNumber(batch)}.`,
    [
      header(plain(`${sandboxFirst(environment)}${words.sign} ${words.title} · ${amountAndName(batch)}`)),
      section(words.what),
      ...quoted(words.quoted),
      ...batchLines(batch, now),
      ...requestSummary(batch, md`Your reason`),
      ...(words.next ? [section(md`*Next:* ${words.next}`)] : []),
      ...actions([...(canTrack ? [track] : []), detailsButton(batch)]),
      requestFooter(batch, now),
    ],
  );
}

/** Nudges the approvers, once, half way to the expiry. */
export function approvalNudge(batch: Batch, now: number, audience: Audience = {}): Message {
  const { approvers } = audience;
  const request = leadOf(batch);
  const expires = md`Expires ${until(request.expiresAt, now)}.`;
  const by = fallbackRequester(batch, audience);
  const urgent = urgency(batch, now);
  const lead = urgent ? md`⚡ ${urgent}. ${expires}` : expires;
  return message(
    fallback`Approval pending: ${fallbackAmount(batch)}. ${lead} Reason: ${fallbackText(request.reason, FALLBACK_REASON_LENGTH)}. Requested by ${by}. ${fallbackNumber(batch)}.`,
    [
      section(
        plain(`${sandboxFirst(request.environment)}⏰ Approval pending: ${amountAndName(batch)}. ${lead}`),
      ),
      ...(approvers ? [section(md`For approval: ${approvers}`)] : []),
      ...batchLines(batch, now),
      ...requestSummary(batch),
      ...actions([showButton(batch)]),
      context(
        dotted(
          environmentTag(request.environment),
          fallbackNumber(batch),
          approvalsLineOfSeveral(request),
          asOf(now),
        ),
      ),
    ],
  );
}

/** Announces to all approvers that one administrator approved without the others. */
export function emergencyNotice(batch: Batch, now: number, audience: Audience = {}): Message {
  const request = leadOf(batch);
  const isAlone = batch.requests.length === 1;
  const admin = person(request.approvals.at(-1)?.userId);
  const by = fallbackRequester(batch, audience);
  return message(
    fallback`Emergency approval: ${fallbackAmount(batch)}. ${admin} approved without the required approvals. Requested by ${by}. ${fallbackNumber(batch)}.`,
    [
      section(
        md`${sandboxFirst(request.environment)}🚨 *Emergency approval:* ${admin} approved cancelling ${isAlone ? rupees(request.amountPaise) : linksAndSum(batch)} without the required approvals.`,
      ),
      ...quoted(request.emergencyReason),
      ...batchLines(batch, now),
      section(
        plain(
          ...(isAlone ? [who(request.contact), request.purpose, request.linkId] : []),
          audience.requester && `Requested by ${audience.requester}`,
        ),
      ),
      ...actions([showButton(batch)]),
      requestFooter(batch, now),
    ],
  );
}

/** Owns the card of a cancellation request and the messages that follow it: outcome, nudge, emergency approval. */

import type { KnownBlock } from '@slack/web-api';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
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
import { ACTION_IDS } from '../block-kit/ids.ts';
import { asOf, fallback, md, person, rupees, fallbackText, until } from '../block-kit/text.ts';
import {
  amountAndName,
  type Audience,
  decisionButtons,
  quoted,
  requestFacts,
  requestFooter,
  requestSummary,
  showButton,
  fallbackAmount,
  fallbackNumber,
  fallbackRequester,
} from './approval-parts.ts';
import { approvalsLineOfSeveral, stateWords } from './approval-words.ts';
import { dotted, environmentTag, environmentWord, who } from './parts.ts';

/** In a notification the reason must leave room for the amount, the recipient and the status. */
const FALLBACK_REASON_LENGTH = 200;

/**
 * Pending and finished cards share a body; only a pending one has buttons. Slack notifies with the first block and the
 * fallback text, so both begin with amount and recipient.
 */
export function approvalCard(request: CancelRequest, now: number, audience: Audience = {}): Message {
  const words = stateWords(request, now);
  const pending = request.status === 'pending';
  const title = pending
    ? plain(`🔔 Cancellation request: ${amountAndName(request)}. ${request.reason}`)
    : md`${words.sign} ${words.title} · ${rupees(request.amountPaise)}`;
  const parts: KnownBlock[] = [
    header(title),
    section(words.what),
    ...quoted(words.quoted),
    ...pairs(requestFacts(request, now, audience)),
    ...(pending && audience.approvers ? [section(md`For approval: ${audience.approvers}`)] : []),
    ...(pending ? actions(decisionButtons(request)) : []),
    requestFooter(request, now),
  ];
  const by = fallbackRequester(request, audience);
  return message(
    fallback`${fallbackAmount(request)}. ${words.title}. Reason: ${fallbackText(request.reason, FALLBACK_REASON_LENGTH)}. Requested by ${by}. ${words.what} ${fallbackNumber(request)}, ${environmentWord(request.environment)}.`,
    parts,
  );
}

/** Tells the requester by direct message how the request ended, and the next step. */
export function requesterNotice(request: CancelRequest, now: number): Message {
  const words = stateWords(request, now);
  const { status } = request;
  const track = button({ label: 'Track', action: ACTION_IDS.linkTrack, value: request.linkId });
  return message(
    fallback`${fallbackAmount(request)}. ${words.title}. ${words.what}${words.next ? md` ${words.next}` : md``} ${fallbackNumber(request)}.`,
    [
      header(plain(`${words.sign} ${words.title} · ${amountAndName(request)}`)),
      section(words.what),
      ...quoted(words.quoted),
      ...requestSummary(request, md`Your reason`),
      ...(words.next ? [section(md`*Next:* ${words.next}`)] : []),
      ...actions(status === 'pending' || status === 'withdrawn' ? [] : [track]),
      requestFooter(request, now),
    ],
  );
}

/** Nudges the approvers, once, half way to the expiry. */
export function approvalNudge(request: CancelRequest, now: number, audience: Audience = {}): Message {
  const { approvers } = audience;
  const expires = md`Expires ${until(request.expiresAt, now)}.`;
  const by = fallbackRequester(request, audience);
  return message(
    fallback`Approval pending: ${fallbackAmount(request)}. ${expires} Reason: ${fallbackText(request.reason, FALLBACK_REASON_LENGTH)}. Requested by ${by}. ${fallbackNumber(request)}.`,
    [
      section(plain(`⏰ Approval pending: ${amountAndName(request)}. ${expires}`)),
      ...(approvers ? [section(md`For approval: ${approvers}`)] : []),
      ...requestSummary(request),
      ...actions([showButton(request)]),
      context(
        dotted(
          environmentTag(request.environment),
          fallbackNumber(request),
          approvalsLineOfSeveral(request),
          asOf(now),
        ),
      ),
    ],
  );
}

/** Announces to all approvers that one administrator approved without the others. */
export function emergencyNotice(request: CancelRequest, now: number, audience: Audience = {}): Message {
  const admin = person(request.approvals.at(-1)?.userId);
  const by = fallbackRequester(request, audience);
  return message(
    fallback`Emergency approval: ${fallbackAmount(request)}. ${admin} approved without the required approvals. Requested by ${by}. ${fallbackNumber(request)}.`,
    [
      section(
        md`🚨 *Emergency approval:* ${admin} approved cancelling ${rupees(request.amountPaise)} without the required approvals.`,
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
      requestFooter(request, now),
    ],
  );
}

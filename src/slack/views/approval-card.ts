/** Owns the card of a cancellation request and the messages that follow it: outcome, nudge, emergency approval. */

import { type Batch, isPending, totalPaise } from '../../payouts/cancel/batch.ts';
import {
  actions,
  button,
  context,
  header,
  type Message,
  message,
  type Part,
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
  linksAndSum,
  quoted,
  requestFacts,
  requestFooter,
  requestSummary,
  showButton,
  fallbackAmount,
  fallbackNumber,
  fallbackRequester,
} from './approval-parts.ts';
import { approvalsLineOfSeveral } from './approval-words.ts';
import { batchLines, linkBoxes } from './batch-lines.ts';
import { batchWords, leadOf } from './batch-words.ts';
import { dotted, environmentTag, environmentWord, who } from './parts.ts';

/** In a notification the reason must leave room for the amount, the recipient and the status. */
const FALLBACK_REASON_LENGTH = 200;

/**
 * Pending and finished cards share a body; only a pending one has buttons. Slack notifies with the first block and the
 * fallback text, so both begin with amount and recipient.
 */
export function approvalCard(batch: Batch, now: number, audience: Audience = {}): Message {
  const [{ environment, reason }] = batch.requests;
  const words = batchWords(batch, now);
  const pending = isPending(batch);
  const title = pending
    ? plain(`🔔 Cancellation request: ${amountAndName(batch)}. ${reason}`)
    : md`${words.sign} ${words.title} · ${rupees(totalPaise(batch))}`;
  const parts: Part[] = [
    header(title),
    section(words.what),
    ...quoted(words.quoted),
    ...(pending ? linkBoxes(batch, now) : batchLines(batch, now)),
    ...pairs(requestFacts(batch, now, audience)),
    ...(pending && audience.approvers ? [section(md`For approval: ${audience.approvers}`)] : []),
    ...(pending ? actions(decisionButtons(batch)) : []),
    requestFooter(batch, now),
  ];
  const by = fallbackRequester(batch, audience);
  return message(
    fallback`${fallbackAmount(batch)}. ${words.title}. Reason: ${fallbackText(reason, FALLBACK_REASON_LENGTH)}. Requested by ${by}. ${words.what} ${fallbackNumber(batch)}, ${environmentWord(environment)}.`,
    parts,
  );
}

/** Tells the requester by direct message how the request ended, and the next step. */
export function requesterNotice(batch: Batch, now: number): Message {
  const words = batchWords(batch, now);
  const [{ linkId, status }, ...others] = batch.requests;
  const track = button({ label: 'Track', action: ACTION_IDS.linkTrack, value: linkId });
  const canTrack = others.length === 0 && status !== 'pending' && status !== 'withdrawn';
  return message(
    fallback`${fallbackAmount(batch)}. ${words.title}. ${words.what}${words.next ? md` ${words.next}` : md``} ${fallbackNumber(batch)}.`,
    [
      header(plain(`${words.sign} ${words.title} · ${amountAndName(batch)}`)),
      section(words.what),
      ...quoted(words.quoted),
      ...batchLines(batch, now),
      ...requestSummary(batch, md`Your reason`),
      ...(words.next ? [section(md`*Next:* ${words.next}`)] : []),
      ...actions(canTrack ? [track] : []),
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
  return message(
    fallback`Approval pending: ${fallbackAmount(batch)}. ${expires} Reason: ${fallbackText(request.reason, FALLBACK_REASON_LENGTH)}. Requested by ${by}. ${fallbackNumber(batch)}.`,
    [
      section(plain(`⏰ Approval pending: ${amountAndName(batch)}. ${expires}`)),
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
        md`🚨 *Emergency approval:* ${admin} approved cancelling ${isAlone ? rupees(request.amountPaise) : linksAndSum(batch)} without the required approvals.`,
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

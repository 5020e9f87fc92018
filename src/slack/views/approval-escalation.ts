/** Owns the message that a request waits and nobody decided: to deputies, then to administrators. */

import type { Batch } from '../../payouts/cancel/batch.ts';
import { actions, context, type Message, message, plain, section } from '../block-kit/blocks.ts';
import { asOf, fallback, fallbackText, type Mrkdwn, md, relative, until } from '../block-kit/text.ts';
import {
  amountAndName,
  fallbackAmount,
  fallbackNumber,
  fallbackRequester,
  requestSummary,
  showButton,
} from './approval-parts.ts';
import { approvalsLineOfSeveral } from './approval-words.ts';
import { batchLines } from './batch-lines.ts';
import { leadOf } from './batch-words.ts';
import { dotted, environmentTag, sandboxFirst } from './parts.ts';

const REASON_LENGTH = 200;

export interface Escalated {
  to: 'deputies' | 'administrators';
  /** Mentions; undefined: nobody is notified by a mention. */
  called?: Mrkdwn | undefined;
  /** The requester's name in Slack. */
  requester?: string | undefined;
}

/** Each once: what waits, since when and until when, and who can change that. */
export function approvalEscalation(batch: Batch, now: number, escalated: Escalated): Message {
  const request = leadOf(batch);
  const { to, called } = escalated;
  const waiting = md`Requested ${relative(request.requestedAt, now)}. Expires ${until(request.expiresAt, now)}.`;
  const next =
    to === 'deputies'
      ? md`You stand in for an approver who is away.`
      : md`No approver has decided. Ask one to decide before the request expires.`;
  const by = fallbackRequester(batch, escalated);
  return message(
    fallback`Not decided yet: ${fallbackAmount(batch)}. ${waiting} Reason: ${fallbackText(request.reason, REASON_LENGTH)}. Requested by ${by}. ${fallbackNumber(batch)}.`,
    [
      section(
        plain(`${sandboxFirst(request.environment)}⏰ Not decided yet: ${amountAndName(batch)}. ${waiting}`),
      ),
      section(called ? md`${called} ${next}` : next),
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

/** Owns what is posted into threads about a request: a question to the requester, and the outcome under a shared card. */

import type { Batch } from '../../payouts/cancel/batch.ts';
import type { NoQuestion } from '../../payouts/cancel/question.ts';
import type { CancelRequest, Question } from '../../payouts/cancel/request.ts';
import { actions, context, type Message, message, plain, section } from '../block-kit/blocks.ts';
import {
  asOf,
  fallback,
  fallbackText,
  type Mrkdwn,
  md,
  permalink,
  person,
  rupees,
  when,
} from '../block-kit/text.ts';
import {
  amountAndName,
  detailsButton,
  fallbackAmount,
  fallbackNumber,
  formatRequestNumber,
} from './approval-parts.ts';
import { CLOSED, DEPUTY_ENDED } from './approval-answers.ts';
import { stateWords } from './approval-words.ts';
import { batchWords } from './batch-words.ts';
import { dotted, environmentTag, sandboxFirst } from './parts.ts';

/** How much of a question a notification shows. */
const FALLBACK_LENGTH = 200;

/** In the thread of the card: mentions the requester, and names who asks. */
export function questionPost(batch: Batch, question: Question, now: number): Message {
  const { requestedBy } = batch.requests[0];
  const by = person(question.by);
  return message(
    fallback`${fallbackAmount(batch)}. Question: “${fallbackText(question.text, FALLBACK_LENGTH)}”. ${by} to ${person(requestedBy)}. ${fallbackNumber(batch)}.`,
    [
      section(md`❓ ${person(requestedBy)}, ${by} has a question about ${formatRequestNumber(batch)}:`),
      section(plain(`“${question.text}”`)),
      context(dotted(md`Reply in this thread.`, md`Asked ${when(question.at, now)}`, asOf(now))),
    ],
  );
}

/** By direct message, since the requester need not be in the approval channel. `cardLink`: Slack's address of the card. */
export function questionNotice(
  batch: Batch,
  question: Question,
  { now, cardLink }: { now: number; cardLink: string | undefined },
): Message {
  const { environment } = batch.requests[0];
  const by = person(question.by);
  const reply =
    cardLink === undefined
      ? md`Reply to ${by}.`
      : md`Reply in ${permalink(cardLink, md`the thread of the request`)}, or to ${by}.`;
  return message(
    fallback`${fallbackAmount(batch)}. Question about your request: “${fallbackText(question.text, FALLBACK_LENGTH)}”. From ${by}. ${fallbackNumber(batch)}.`,
    [
      section(plain(`${sandboxFirst(environment)}❓ Question about your request: ${amountAndName(batch)}`)),
      section(plain(`“${question.text}”`)),
      section(md`From ${by}. ${reply}`),
      context(dotted(environmentTag(environment), fallbackNumber(batch), asOf(now))),
    ],
  );
}

/** The question is stored; it is posted at once, or by the job. */
export const QUESTION_SENT = md`Question sent`;

/** Tells the approver that the question is on its way. */
export function questionSent(batch: Batch, now: number): Message {
  const to = person(batch.requests[0].requestedBy);
  return message(fallback`${fallbackAmount(batch)}. Question sent to ${to}. ${fallbackNumber(batch)}.`, [
    section(md`❓ *${QUESTION_SENT}* to ${to}, in the thread of the request and by direct message.`),
    section(plain(amountAndName(batch))),
    context(dotted(fallbackNumber(batch), asOf(now))),
  ]);
}

/** Above the reason. */
export const QUESTION_NOT_SENT = md`Question not sent.`;

const REFUSED: Record<NoQuestion, Mrkdwn> = {
  finished: CLOSED,
  expired: md`This request has expired.`,
  own_request: md`You requested this cancellation yourself.`,
  not_of_tier: md`You are not an approver for this amount.`,
  lent_by_requester: md`You stand in for the requester. Another approver has to decide.`,
  deputy_ended: DEPUTY_ENDED,
};

/** Tells the approver why the question was not sent. */
export function questionRefused(why: NoQuestion, batch: Batch, now: number): Message {
  const lead = md`*${QUESTION_NOT_SENT}* ${REFUSED[why]}`;
  const { sign, title } = batchWords(batch, now);
  return message(fallback`${fallbackAmount(batch)}. ${lead} ${fallbackNumber(batch)}.`, [
    section(lead),
    section(plain(`${sign} ${title}: ${amountAndName(batch)}`)),
    ...actions([detailsButton(batch)]),
    context(dotted(fallbackNumber(batch), asOf(now))),
  ]);
}

/**
 * One line under a card that somebody shared: everybody there has seen the link's amount and status, so it says no more.
 * No reason, no people.
 */
export function sharedOutcome(request: CancelRequest, now: number): Message {
  const { amountPaise, environment } = request;
  const { sign, title } = stateWords(request, now);
  return message(fallback`${rupees(amountPaise)}. ${title}. ${fallbackNumber(request)}.`, [
    section(md`${sandboxFirst(environment)}${sign} ${title} · ${rupees(amountPaise)}`),
    context(dotted(fallbackNumber(request), asOf(now))),
  ]);
}

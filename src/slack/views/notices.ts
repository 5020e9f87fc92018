/** Owns short answers: reminder sent, failed, still working, saved. */

import type { Reminded } from '../../payouts/links/remind.ts';
import { context, type Message, message, plain, section } from '../block-kit/blocks.ts';
import { asOf, fallback, joinMd, md, fallbackText, mentionOf, when } from '../block-kit/text.ts';
import type { CommandName } from '../parse/vocabulary.ts';
import { usageBlocks } from './help.ts';
import { dotted, environmentTag, environmentWord, requestId, sandboxFirst } from './parts.ts';

/** Tells that the reminder was sent: to whom, in InstantPay's words, and when the next one is possible. */
export function reminded(sent: Reminded, now: number): Message {
  const next = md`Next possible: ${when(sent.cooldownUntil, now)}.`;
  return message(
    fallback`Reminder sent. InstantPay: “${fallbackText(sent.message)}”. ${next} Link ${fallbackText(sent.linkId, 30)}, ${environmentWord(sent.environment)}.`,
    [
      section(md`${sandboxFirst(sent.environment)}📨 *Reminder sent*`),
      section(plain(sent.message, `Link ${sent.linkId}`)),
      section(next),
      context(dotted(environmentTag(sent.environment), asOf(now))),
    ],
  );
}

// While the card of the link cannot be shown again.
export const AUTO_IS_STOPPED =
  'Automatic reminders for this link are stopped. You can still send one yourself.';
export const AUTO_IS_ALLOWED = 'Automatic reminders for this link are allowed.';

export interface FailureIds {
  /** On failures, not on refusals: the log lines of this request carry the same as `requestId`. */
  supportCode?: string | undefined;
  /** InstantPay's ID of the request that failed (R19). */
  ipayUuid?: string | undefined;
  /** The command whose usage helps. */
  usage?: CommandName | undefined;
  /** Slack IDs of those who can help: people and user groups. */
  contacts?: readonly string[] | undefined;
}

/** One sentence with the next step, and the IDs that support asks for. */
export function failure(
  sentence: string,
  { supportCode, ipayUuid, usage, contacts = [] }: FailureIds = {},
): Message {
  const ids = [supportCode ? plain(`Support code: ${supportCode}`) : undefined, requestId(ipayUuid)].filter(
    (id) => id !== undefined,
  );
  const code = supportCode ? fallback` Support code: ${fallbackText(supportCode, 60)}` : fallback``;
  const whom =
    contacts.length > 0 ? md`Administrators: ${joinMd(contacts.map(mentionOf), ', ')}.` : undefined;
  return message(fallback`${fallbackText(sentence, 500)}${whom ? fallback` ${whom}` : fallback``}${code}`, [
    section(plain(sentence)),
    ...(whom ? [section(whom)] : []),
    ...(usage ? usageBlocks(usage) : []),
    ...(ids.length > 0 ? [context(...ids)] : []),
  ]);
}

/** One sentence, nothing else. */
export function notice(sentence: string): Message {
  return message(fallback`${fallbackText(sentence, 500)}`, [section(plain(sentence))]);
}

export const LOOKING_UP = 'Looking that up …';

/** Shown while an answer takes more than 2 s; the answer replaces it. */
export function lookingUp(): Message {
  return notice(LOOKING_UP);
}

/** The same while a search goes through many links. */
export function lookingThrough(looked: number, total: number | undefined): Message {
  const of = total === undefined ? '' : ` of ${total.toLocaleString('en-IN')}`;
  return notice(`Looked through ${looked.toLocaleString('en-IN')}${of} links …`);
}

export const NOT_SAVED_YET =
  'Decision not saved yet. Payout Desk is waiting for Slack or its database. This message changes when the decision is saved. If it does not change within a minute, select the button again.';

export const DECISION_SAVED = 'Decision saved. The card of the request shows the outcome.';

/** The decision is saved; what follows it is retried by the job. */
export const DECISION_SAVED_NEXT_FAILED =
  'Decision saved. The next step failed and will be retried. The card of the request shows the outcome.';

/** The question is saved; posting it is retried by the job. */
export const QUESTION_SAVED_NEXT_FAILED = 'Question saved. Posting it failed and will be retried.';

/** Owns short answers: a reminder went out, something failed, a plain word of the desk. */

import type { Reminded } from '../../payouts/links/remind.ts';
import { context, type Message, message, plain, section } from '../block-kit/blocks.ts';
import { at, md, relative, fallback, spokenText } from '../block-kit/text.ts';
import type { CommandName } from '../parse/vocabulary.ts';
import { usageBlocks } from './help.ts';
import { dotted, environmentTag, environmentWord } from './parts.ts';

/** The reminder was sent: to whom, as InstantPay says it, and when the next one may go. */
export function reminded(sent: Reminded, now: number): Message {
  const next = md`The next reminder can go out ${relative(sent.cooldownUntil, now)}, on ${at(sent.cooldownUntil)}.`;
  return message(
    fallback`Reminder sent for link ${spokenText(sent.linkId, 30)}: ${spokenText(sent.message)} ${next} ${environmentWord(sent.environment)}`,
    [
      section(md`📨 *Reminder sent*`),
      section(plain(sent.message, `Link ${sent.linkId}`)),
      context(
        dotted(environmentTag(sent.environment), next),
        sent.ipayUuid ? plain(`Request ${sent.ipayUuid}`) : undefined,
      ),
    ],
  );
}

export interface FailureFacts {
  /** What the person can quote; the log line has the same. */
  reference: string;
  /** InstantPay's request id (R19). */
  ipayUuid?: string | undefined;
  /** The command whose usage helps. */
  usage?: CommandName | undefined;
}

/** One friendly sentence with what to do next, and the references support asks for. */
export function failure(sentence: string, { reference, ipayUuid, usage }: FailureFacts): Message {
  return message(fallback`${spokenText(sentence, 500)} (reference ${spokenText(reference, 60)})`, [
    section(plain(sentence)),
    ...(usage ? usageBlocks(usage) : []),
    context(
      plain(
        [`Reference ${reference}`, ipayUuid && `InstantPay request ${ipayUuid}`].map((id) => id || undefined),
      ),
    ),
  ]);
}

/** One sentence, nothing else. */
export function notice(sentence: string): Message {
  return message(fallback`${spokenText(sentence, 500)}`, [section(plain(sentence))]);
}

/** While an answer takes longer than people wait without a word; the answer replaces it. */
export function lookingUp(): Message {
  return notice('Looking that up …');
}

/** Before a decision that is not in the records yet is acknowledged. */
export function notRecordedYet(): Message {
  return notice(
    'Not recorded yet. Payout Desk is waiting for Slack or its records. This message will say when your decision is recorded; if it does not change within a minute, press the button again.',
  );
}

/** The decision stands, whatever follows from it. */
export function decisionRecorded(): Message {
  return notice('Your decision is recorded. The request’s card shows what follows.');
}

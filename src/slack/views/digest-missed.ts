/** Owns the notice that digests were missed. */

import { context, type Message, message, section } from '../block-kit/blocks.ts';
import { at, count, type Mrkdwn, md, fallback } from '../block-kit/text.ts';

/** Why there is no digest. */
export type MissedReason = 'not_running' | 'unreadable' | 'not_posted' | 'refused';

/** Why the digest is missing, as the channel reads it. */
export const MISSED_WORDS: Record<MissedReason, Mrkdwn> = {
  not_running: md`Payout Desk or its database was not available.`,
  unreadable: md`InstantPay’s list could not be read completely in time.`,
  not_posted: md`Slack could not be reached in time.`,
  refused: md`Slack refused the message.`,
};

export interface Missed {
  reason: MissedReason;
  lastDueAt: number;
  /** 1 unless more due times passed. */
  amount?: number;
  /** More due times may have passed. */
  atLeast?: boolean;
  /** Slack’s answer to the post was lost, and the channel cannot be read. */
  perhapsPosted?: boolean;
}

/** How many digests are missing: "At least 50 digests not posted". */
export function missedCount({ amount = 1, atLeast, perhapsPosted }: Partial<Missed>): Mrkdwn {
  const digests = md`${atLeast ? md`At least ` : md``}${count(amount, 'digest')}`;
  return md`${digests} ${perhapsPosted ? md`not confirmed as posted` : md`not posted`}.`;
}

/** Which due time that is, with its full date. */
export function missedDue({ lastDueAt, amount = 1 }: Pick<Missed, 'lastDueAt' | 'amount'>): Mrkdwn {
  return amount === 1 ? md`Due on ${at(lastDueAt)}.` : md`The last was due on ${at(lastDueAt)}.`;
}

/** Tells a channel that digests were missed. Full dates: the notice may be read days later. */
export function missedNotice(missed: Missed): Message {
  const what = md`${missedCount(missed)} ${missedDue(missed)} ${MISSED_WORDS[missed.reason]}`;
  return message(fallback`${what} Run /payout digest.`, [
    section(md`⏭️ ${what}`),
    context(md`Run \`/payout digest\` for the current state.`),
  ]);
}

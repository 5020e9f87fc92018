/** Owns the notice that digests were missed. */

import { context, type Message, message, section } from '../block-kit/blocks.ts';
import { at, count, type Mrkdwn, md, fallback } from '../block-kit/text.ts';

/** Why there is no digest. */
export type MissedReason = 'not_running' | 'unreadable' | 'not_posted' | 'refused';

const MISSED_WORDS: Record<MissedReason, Mrkdwn> = {
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

/** Tells a channel that digests were missed. Full dates: the notice may be read days later. */
export function missedNotice({ reason, lastDueAt, amount = 1, atLeast, perhapsPosted }: Missed): Message {
  const digests = md`${atLeast ? md`At least ` : md``}${count(amount, 'digest')}`;
  const outcome = perhapsPosted ? md`not confirmed as posted` : md`not posted`;
  const due = amount === 1 ? md`Due on ${at(lastDueAt)}` : md`The last was due on ${at(lastDueAt)}`;
  const what = md`${digests} ${outcome}. ${due}. ${MISSED_WORDS[reason]}`;
  return message(fallback`${what} Run /payout digest.`, [
    section(md`⏭️ ${what}`),
    context(md`Run \`/payout digest\` for the current state.`),
  ]);
}

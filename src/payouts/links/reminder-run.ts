/** Owns what a run of reminders is: its links, and what became of each. */

/** Most links that one confirmation reminds. */
export const REMINDED_AT_MOST = 100;

/** A person reads it. */
export const tooManyReminders = (most: number): string => `Select 1 to ${most} links. No reminder was sent.`;

/**
 * `begun`: stored before the attempt, so that nobody makes another. `too_soon`: one was requested within the cooldown.
 * `not_sent`: certainly not; `words` say why.
 */
export const REMINDER_STATES = ['waiting', 'begun', 'sent', 'too_soon', 'not_sent', 'not_confirmed'] as const;
export type ReminderState = (typeof REMINDER_STATES)[number];

export interface ReminderItem {
  linkId: string;
  state: ReminderState;
  /** Of the recipient, and the amount, once InstantPay told. */
  name: string | undefined;
  amountPaise: number | undefined;
  /** Why it was not sent, masked. */
  words: string | undefined;
  /** When the next reminder is possible. */
  nextAt: number | undefined;
}

/** A link that nobody has tried to remind yet. */
export function waitingItem(linkId: string): ReminderItem {
  return {
    linkId,
    state: 'waiting',
    name: undefined,
    amountPaise: undefined,
    words: undefined,
    nextAt: undefined,
  };
}

/** One confirmation of one person. */
export interface ReminderRun {
  /** Slack's ID of the click or command, so that one delivered twice is one run. */
  id: string;
  userId: string;
  startedAt: number;
  items: ReminderItem[];
  /** The direct message that tells of it, once Slack took it. */
  message: { channelId: string; ts: string } | undefined;
}

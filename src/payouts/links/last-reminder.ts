/** Owns which reminders count as sent: those that were, and those of which nobody knows it (R9). Pure. */

import type { AuditAction } from '../audit-entry.ts';
import type { LastReminder } from './remind-port.ts';

export const REMINDER_ACTIONS = [
  'reminder.started',
  'reminder.sent',
  'reminder.outcome_unknown',
  'reminder.not_sent',
] as const satisfies readonly AuditAction[];

/** A row of the audit. */
export interface ReminderRow extends LastReminder {
  action: (typeof REMINDER_ACTIONS)[number];
}

interface Known {
  /** Undefined: none was sent. */
  last: LastReminder | undefined;
  /** One that was started, and whose outcome has not come yet. */
  open: LastReminder | undefined;
}

/**
 * Returns the last reminder of each link, of rows in the audit's order. One that was started and has no outcome may have been
 * sent: the process ended, or the store was away when its outcome was to be written.
 */
export function lastOfRows(rows: Iterable<ReminderRow>): LastReminder[] {
  const links = new Map<string, Known>();
  for (const { action, ...reminder } of rows) {
    const { last, open } = links.get(reminder.linkId) ?? { last: undefined, open: undefined };
    links.set(reminder.linkId, next(action, reminder, last, open));
  }
  return [...links.values()].flatMap(({ last, open }) => open ?? last ?? []);
}

function next(
  action: ReminderRow['action'],
  reminder: LastReminder,
  last: LastReminder | undefined,
  open: LastReminder | undefined,
): Known {
  switch (action) {
    case 'reminder.started':
      return { last: open ?? last, open: reminder };
    case 'reminder.sent':
    case 'reminder.outcome_unknown':
      return { last: reminder, open: undefined };
    case 'reminder.not_sent':
      return { last, open: undefined };
  }
}

/** Owns the sentences on a command that was not understood: what is wrong, then what to enter. */

import { DAY_FORMS } from './terms.ts';

/** Longer text is no command; a reason has at most 500 characters. */
export const COMMAND_LENGTH = 1_000;

/** Parameters named `quoted` are masked clips of what was typed. */
export const PROBLEMS = {
  tooLong: (length: number) =>
    `That is ${length.toLocaleString('en-IN')} characters long; a command has at most ${COMMAND_LENGTH.toLocaleString('en-IN')}.`,
  unknownCommand: (quoted: string) => `There is no command ${quoted}.`,
  pending: 'Pending may mean requests that wait for approval, or links that are not claimed yet (ISSUED).',
  noWatch: 'Enter what to watch: a link, or a transaction with its day.',
  watches: '/payout watches takes no arguments.',
  approvals: '/payout approvals takes no arguments.',
  whoami: '/payout whoami takes no arguments.',

  back: '/payout back takes no arguments.',
  noDeputy: 'Enter your deputy and the last day: type @, select the person, then until and a day.',
  noLastDay: `Enter the last day you are away, such as until 30 Nov.`,
  oneDeputy: 'Enter one deputy. A right is lent to one person at a time.',
  unknownLastDay: (quoted: string) =>
    `${quoted} is not a day. Enter the last day as 2026-11-30, 30/11, 30 Nov, friday, tomorrow or in 3 days.`,

  noLink: 'Enter a link: its ID, its instant.pe address, or its recipient.',
  textAfterLink: 'Enter nothing after the link.',

  cancelInMessage: 'In a message, enter the links and then the reason. Put a name in quotes.',
  unknownWithin: (quoted: string) =>
    `${quoted} is not a time up to 90 days. Enter it as 48h, 6 hours, 2 days or 90 minutes.`,

  unknownStuck: (quoted: string) =>
    `${quoted} is neither a time up to 90 days nor a day. Enter it as 24h, 3 days or since monday.`,

  noContact: 'Enter a recipient after “contact”: a name, a mobile number or an email address.',
  longContact: 'That recipient is too long. Enter the beginning of the name, or the mobile number.',
  unknownStatus: (quoted: string, known: readonly string[]) =>
    `${quoted} is not a link status. Enter ${known.slice(0, -1).join(', ')} or ${known.at(-1)}.`,

  oneContact: (quoted: string) =>
    `${quoted} is a second recipient. Enter one; put a name of several words in quotes.`,
  unknownFilter: (quoted: string) =>
    `${quoted} is not a filter. Enter since, before or on with a day, or over or under with an amount.`,
  unknownListDay: (key: string, quoted: string) =>
    `${quoted} is not a day. Enter ${key} with a day: ${DAY_FORMS}.`,
  unknownAmount: (key: string, quoted: string) =>
    `${quoted} is not an amount. Enter ${key} with rupees, such as 50000, 1,00,000 or 2 lakh.`,
  unknownSort: (quoted: string) => `${quoted} is not a sort order. Enter sort newest, expiring or largest.`,
  givenTwice: (quoted: string) => `${quoted} is a second limit of the same kind. Enter one.`,
  listDays: 'No day is in both limits. Enter since with the earlier day and before with a later one.',
  listAmounts: 'No amount is in both limits. Enter over with the smaller amount.',
  formDays: 'The last day is before the first. Choose a later one.',
  formAmount: 'This is not an amount. Enter rupees, such as 50000, 1,00,000 or 2 lakh.',
  formAmounts: 'No amount is in both limits. Enter a larger one.',
  noListName: 'Enter a name for the list: /payout list save urgent.',
  reservedListName: (quoted: string) =>
    `${quoted} cannot be the name of a list: it is a word of the command. Choose another name.`,
  savedTakesNothing: '/payout list saved takes no arguments. Enter /payout list and the name to show one.',

  noReference: 'Enter your own transaction ID (externalRef) and the day.',
  noDay: `Enter the day of the transaction: ${DAY_FORMS}.`,
  unknownDay: (quoted: string) => `${quoted} is not a day. Enter it as ${DAY_FORMS}.`,
  unknownTime: (quoted: string) => `${quoted} is not a time. Enter it as 14:30.`,

  digest: 'After /payout digest, enter subscribe, unsubscribe, list or nothing.',

  exportWhat: 'Enter what to export, links or the audit, and the days.',
  exportDays: 'Enter the days: the first and the last, or a month.',
  exportNoDay: (quoted: string) =>
    `${quoted} is not a day. Enter the first and the last day as 1 Nov 30 Nov, or a period such as last month or november.`,
  exportTwoDays: 'Enter two days at most: the first and the last.',
  exportAhead: 'These days are in the future. Enter days up to today.',

  unknownPerson: 'Slack did not identify this person. Type @ and select the person from the list.',
  audit: (quoted: string) =>
    `${quoted} is not a link ID (24 hex digits), a person, a day, a period, cancels or csv. Enter one of these.`,
  auditDays: 'The first day is after the last. Enter the earlier day first.',
} as const;

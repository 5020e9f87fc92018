/** Owns parsing `/payout txn`: a reference, a day of one to three words, a time, aeps; day and reference in either order. */

import { parseDay } from '../../payouts/dates.ts';
import { readReference } from '../../payouts/transactions/transaction.ts';
import type { Parsed } from './command.ts';
import { no, quote, words, yes } from './words.ts';
import { PROBLEMS } from './problems.ts';

export function parseTxn(rest: string, today: string): Parsed {
  const given = words(rest);
  if (given.length === 0) return { ...no(PROBLEMS.noReference, 'txn'), missing: true };
  const [reference = '', ...others] = given;
  const sorted = sortWords(others);
  if ('wrongTime' in sorted) return no(PROBLEMS.unknownTime(quote(sorted.wrongTime)), 'txn');
  const { aeps, time, dayWords } = sorted;
  const written = dayWords.join(' ');
  if (written === '') {
    const undated = { reference: readReference(reference), typed: given.join(' ') };
    return { ...no(PROBLEMS.noDay, 'txn'), undated };
  }
  const date = parseDay(written, today);
  if (date) return yes({ name: 'txn', externalRef: readReference(reference), date, time, aeps });
  // The day may have been written first.
  const last = dayWords.at(-1);
  const early = parseDay([reference, ...dayWords.slice(0, -1)].join(' '), today);
  if (early && last) return yes({ name: 'txn', externalRef: readReference(last), date: early, time, aeps });
  // A date that does not exist is shown as typed; anything else may be a private number.
  const shown = /^\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}$/.test(written) ? `“${written}”` : quote(written);
  return no(PROBLEMS.unknownDay(shown), 'txn');
}

type Sorted = { aeps: boolean; time: string | undefined; dayWords: string[] } | { wrongTime: string };

/** What follows the reference, by what it is. */
function sortWords(others: readonly string[]): Sorted {
  let aeps = false;
  let time: string | undefined;
  const dayWords: string[] = [];
  for (const [index, word] of others.entries()) {
    const clock = readTime(word, others[index + 1]);
    if (/^aeps$/i.test(word)) aeps = true;
    else if (clock === NO_TIME) return { wrongTime: word };
    else if (clock) time = clock;
    else if (time === undefined || !/^(am|pm|ist)$/i.test(word)) dayWords.push(word);
  }
  return { aeps, time, dayWords };
}

const NO_TIME = 'no time';

/** HH:MM, NO_TIME when it only looks like one, undefined when it does not. */
function readTime(word: string, next: string | undefined): string | undefined {
  const match = /^(\d{1,2}):(\d{2})(?::\d{2})?(am|pm)?$/i.exec(word);
  if (!match) return undefined;
  const half = (match[3] ?? (/^(am|pm)$/i.test(next ?? '') ? next : undefined))?.toLowerCase();
  const written = Number(match[1]);
  if (half && (written < 1 || written > 12)) return NO_TIME;
  const hour = half ? (written % 12) + (half === 'pm' ? 12 : 0) : written;
  if (hour > 23 || Number(match[2]) > 59) return NO_TIME;
  return `${String(hour).padStart(2, '0')}:${match[2]}`;
}

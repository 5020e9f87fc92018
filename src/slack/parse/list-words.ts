/** Owns the words of a list’s filter: statuses, days, amounts and orders as people write them. */

import { parseDay, parsePeriod, type Period } from '../../payouts/dates.ts';
import { KNOWN_STATUSES, type KnownStatus } from '../../payouts/links/link.ts';
import type { ListSort } from '../../payouts/links/list-filter.ts';
import { parseRupees } from '../../payouts/money.ts';
import { commandNamed } from './vocabulary.ts';

/** Other words for a status: suggested, never acted on. */
export const STATUS_WORDS: ReadonlyMap<string, KnownStatus> = new Map(
  Object.entries<KnownStatus>({
    open: 'ISSUED',
    active: 'ISSUED',
    unclaimed: 'ISSUED',
    paid: 'CLAIMED',
    redeemed: 'CLAIMED',
  }),
);

/** The status of this name, in any case. */
export function statusNamed(word: string): KnownStatus | undefined {
  const upper = word.toUpperCase();
  return KNOWN_STATUSES.find((known) => known === upper || (upper === 'CANCELED' && known === 'CANCELLED'));
}

/** What begins a filter; the second word of each pair is what it means. */
export const DAY_KEYS = { since: 'since', from: 'since', before: 'before', on: 'on' } as const;
export const AMOUNT_KEYS = { over: 'over', above: 'over', under: 'under', below: 'under' } as const;

export const SORT_WORDS: Readonly<Record<string, ListSort>> = {
  newest: 'newest',
  latest: 'newest',
  expiring: 'expiring',
  soonest: 'expiring',
  expiry: 'expiring',
  largest: 'largest',
  biggest: 'largest',
  amount: 'largest',
};

const own = <Value>(map: Readonly<Record<string, Value>>, word: string): Value | undefined =>
  Object.hasOwn(map, word) ? map[word] : undefined;

export const dayKey = (word: string) => own<'since' | 'before' | 'on'>(DAY_KEYS, word.toLowerCase());
export const amountKey = (word: string) => own<'over' | 'under'>(AMOUNT_KEYS, word.toLowerCase());
export const sortNamed = (word: string) => own(SORT_WORDS, word.toLowerCase());

/** What follows `sort`: “by largest” is “largest”. */
export const afterBy = (text: string): string => text.replace(/^by\s+/i, '');

/** "20 Nov 2026", "3 days ago", "Rs 1.5 lakh". */
const VALUE_WORDS = 3;

/** The value that the longest beginning of these words has, and how many they are. */
function longest<Value>(
  words: readonly string[],
  read: (text: string) => Value | undefined,
): { value: Value; length: number } | undefined {
  for (let length = Math.min(VALUE_WORDS, words.length); length > 0; length -= 1) {
    const value = read(bare(words.slice(0, length).join(' ')));
    if (value !== undefined) return { value, length };
  }
  return undefined;
}

/** Without the comma or semicolon behind it. */
const bare = (text: string): string => text.replace(/[,;]+$/, '');

/**
 * The days of a day or of a period such as "last week". "29 Feb 2027" is no day, and not 29 Feb of another year with a
 * recipient “2027”.
 */
export function leadingDays(words: readonly string[], today: string, key: string) {
  const found = longest(words, (text) => daysOf(text, today, key));
  if (!found) return undefined;
  const isYearLeft = /^(19|20)\d\d$/.test(bare(words[found.length] ?? ''));
  return isYearLeft && DAY_AND_MONTH.test(words.slice(0, found.length).join(' ')) ? undefined : found;
}

function daysOf(text: string, today: string, key: string): Period | undefined {
  const day = parseDay(text, today);
  if (day !== undefined) return { from: day, to: day };
  // “From May Traders” is a name; “since may” is not.
  return key.toLowerCase() === 'from' && !text.includes(' ') ? undefined : parsePeriod(text, today);
}

const DAY_AND_MONTH = /^(\d{1,2}\S*\s+[a-z]+|[a-z]+\s+\d{1,2}\S*)$/i;

export const leadingAmount = (words: readonly string[]) => longest(words, parseRupees);

/** Words that mean something in a list, or by themselves: a saved list with such a name could not be shown. */
export function isReserved(name: string, today: string): boolean {
  const word = name.toLowerCase();
  return (
    commandNamed(word) !== undefined ||
    statusNamed(word) !== undefined ||
    STATUS_WORDS.has(word) ||
    dayKey(word) !== undefined ||
    amountKey(word) !== undefined ||
    sortNamed(word) !== undefined ||
    parseDay(word, today) !== undefined ||
    ['all', 'contact', 'pending', 'save', 'saved', 'sort'].includes(word)
  );
}

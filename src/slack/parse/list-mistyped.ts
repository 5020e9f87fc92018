/** Owns what a word that is no filter of a list may have meant; every suggestion is the whole line with that word changed. */

import { KNOWN_STATUSES } from '../../payouts/links/link.ts';
import type { CommandOf, NotUnderstood, Suggestion } from './command.ts';
import {
  afterBy,
  AMOUNT_KEYS,
  DAY_KEYS,
  leadingAmount,
  leadingDays,
  sortNamed,
  STATUS_WORDS,
} from './list-words.ts';
import { nearest } from './near.ts';
import { PROBLEMS } from './problems.ts';
import { no, quote, suggest, words } from './words.ts';

/** What was read so far. */
export interface Reading {
  command: CommandOf<'list'>;
  /** Words of the recipient, as typed. */
  contact: string[];
  /** The line from the recipient on. */
  contactLeft: string | undefined;
  /** Another filter came after the recipient: no further word belongs to it. */
  contactIsOver: boolean;
  today: string;
  /** Everything behind the word `list`, as typed. */
  whole: string;
}

/** The line up to an end of it. */
const before = ({ whole }: Reading, left: string): string => whole.slice(0, whole.length - left.length);

/** The line with another word in the place of the one that `left` begins with. */
export const meantInstead = (reading: Reading, left: string, word: string, meant: string): Suggestion =>
  suggest('list', `${before(reading, left)}${meant}${left.slice(word.length)}`);

/** The line with the word read as a part of the recipient; none where no further word belongs to one. */
export function asRecipient(reading: Reading, left: string): Suggestion[] {
  if (reading.command.isContact || reading.contactIsOver) return [];
  const from = reading.contactLeft ?? left;
  return [suggest('list', `${before(reading, from)}contact ${from}`)];
}

/** A word that may begin a filter; undefined where it is a part of a name. */
export function mistypedFilter(word: string, left: string, reading: Reading): NotUnderstood | undefined {
  const { command, contact, contactIsOver } = reading;
  // What follows `contact` is a name.
  if (command.isContact && contact.length === 0) return undefined;
  const isBetween = contact.length === 0 || contactIsOver;
  if (isBetween && /^pending$/i.test(word)) {
    return no(PROBLEMS.pending, undefined, suggest('approvals'), meantInstead(reading, left, word, 'ISSUED'));
  }
  const status = STATUS_WORDS.get(word.toLowerCase()) ?? nearest(word, KNOWN_STATUSES, 1);
  if (isBetween && status) {
    const problem = PROBLEMS.unknownStatus(quote(word), KNOWN_STATUSES);
    return no(problem, 'list', meantInstead(reading, left, word, status), ...asRecipient(reading, left));
  }
  return isBetween || !command.isContact ? mistypedKey(word, left, reading) : undefined;
}

/** “sinc monday”, “ovr 50000”: only where what follows would be read after the word that was meant. */
function mistypedKey(word: string, left: string, reading: Reading): NotUnderstood | undefined {
  const following = left.slice(word.length).trim();
  const meant = word.length < 3 ? undefined : keyMeant(word, following, reading.today);
  if (meant === undefined) return undefined;
  return no(
    PROBLEMS.unknownFilter(quote(word)),
    'list',
    meantInstead(reading, left, word, meant),
    ...asRecipient(reading, left),
  );
}

function keyMeant(word: string, following: string, today: string): string | undefined {
  const day = nearest(word, Object.keys(DAY_KEYS), 1);
  if (day && leadingDays(words(following), today, day)) return day;
  const amount = nearest(word, Object.keys(AMOUNT_KEYS), 1);
  if (amount && leadingAmount(words(following))) return amount;
  const [order = ''] = words(afterBy(following));
  return nearest(word, ['sort', 'sorted'], 1) && sortNamed(order.replace(/[,;]+$/, '')) ? 'sort' : undefined;
}

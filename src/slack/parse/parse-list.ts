/** Owns parsing `/payout list`: statuses, days, amounts, an order and a recipient, in any order; and saved lists. */

import { KNOWN_STATUSES, type KnownStatus } from '../../payouts/links/link.ts';
import type { ListSort } from '../../payouts/links/list-filter.ts';
import { readListName } from '../../payouts/links/list-name.ts';
import { addDays } from '../../payouts/time.ts';
import { contactFits } from '../block-kit/values.ts';
import type { CommandOf, NotUnderstood, Parsed } from './command.ts';
import {
  AMOUNT_KEYS,
  amountKey,
  DAY_KEYS,
  dayKey,
  isReserved,
  leadingAmount,
  leadingDay,
  sortNamed,
  STATUS_WORDS,
  statusNamed,
} from './list-words.ts';
import { nearest } from './near.ts';
import { PROBLEMS } from './problems.ts';
import { firstWord, no, quote, quotedStart, suggest, unquoted, words, yes } from './words.ts';

/** "Pending" means two things: both are offered. */
export function pending(rest: string): NotUnderstood {
  return no(PROBLEMS.pending, undefined, suggest('approvals'), suggest('list', 'ISSUED', rest));
}

export function parseList(rest: string, today: string): Parsed {
  const [word, more] = firstWord(rest);
  if (/^saved$/i.test(word)) {
    return more === ''
      ? yes({ ...everyLink(), saved: { kind: 'all' } })
      : no(PROBLEMS.savedTakesNothing, 'list');
  }
  return /^save$/i.test(word) ? parseSave(more, today) : parseFilter(rest, today);
}

const everyLink = (): CommandOf<'list'> => ({ name: 'list', statuses: [], contact: undefined });

/** A name of one word, or of several in quotes; then the filter, or nothing for the list that was shown last. */
function parseSave(text: string, today: string): Parsed {
  const quoted = quotedStart(text);
  const [word, rest] = firstWord(text);
  const typed = quoted?.quoted ?? word;
  if (typed === '') return no(PROBLEMS.noListName, 'list');
  const as = readListName(typed);
  if (isReserved(as, today)) return no(PROBLEMS.reservedListName(quote(as)), 'list');
  const filter = quoted?.rest ?? rest;
  if (filter === '') return yes({ ...everyLink(), saved: { kind: 'save last', as } });
  const parsed = parseFilter(filter, today);
  if (!parsed.ok || parsed.command.name !== 'list') return parsed;
  return yes({ ...parsed.command, saved: { kind: 'save', as } });
}

/** What was read so far. */
interface Reading {
  command: CommandOf<'list'>;
  /** Words of the recipient, as typed. */
  contact: string[];
  /** Another filter came after the recipient: no further word belongs to it. */
  contactIsOver: boolean;
  today: string;
}

function parseFilter(rest: string, today: string): Parsed {
  const reading: Reading = { command: everyLink(), contact: [], contactIsOver: false, today };
  let left = rest.trim();
  while (left !== '') {
    const next = step(left, reading);
    if ('ok' in next) return next;
    left = next.left.replace(/^[\s,;]+/, '');
  }
  return finish(reading);
}

type Step = { left: string } | NotUnderstood;

function step(left: string, reading: Reading): Step {
  const quoted = quotedStart(left);
  if (quoted) return addContact(reading, quoted.quoted, quoted.rest, { isWhole: true });
  const [, word = '', more = ''] = /^[\s,;]*([^\s,;]+)([\s\S]*)$/.exec(left) ?? [];
  if (word === '') return { left: '' };
  return (
    filterStep(word, more.trim(), left, reading) ??
    addContact(reading, word, more, { isWhole: false, typed: left })
  );
}

/** Undefined: the word begins no filter. */
function filterStep(word: string, more: string, left: string, reading: Reading): Step | undefined {
  const { command } = reading;
  if (/^contact:?$/i.test(word)) return beginContact(more, reading);
  const status = statusNamed(word);
  if (status) {
    if (!command.statuses.includes(status)) command.statuses = [...command.statuses, status];
    return past(more, reading);
  }
  if (/^all$/i.test(word) && reading.contact.length === 0) return { left: more };
  const day = dayKey(word);
  if (day) return dayStep(day, word, more, left, reading);
  const amount = amountKey(word);
  if (amount) return amountStep(amount, word, more, left, reading);
  return /^sort(ed)?$/i.test(word) ? sortStep(more, reading) : undefined;
}

function past(left: string, reading: Reading): Step {
  reading.contactIsOver = reading.contact.length > 0;
  return { left };
}

const without = (text: string, count: number): string => words(text).slice(count).join(' ');

function dayStep(
  key: 'since' | 'before' | 'on',
  word: string,
  more: string,
  left: string,
  reading: Reading,
): Step | undefined {
  const { command, today } = reading;
  const found = leadingDay(words(more), today);
  if (!found) {
    if (isNamePart(word, key, reading)) return undefined;
    const [value] = firstWord(more);
    return no(PROBLEMS.unknownListDay(word.toLowerCase(), quote(value)), 'list', asContact(left, reading));
  }
  const { value: given, length } = found;
  const isTwice =
    key === 'before' ? command.to !== undefined : command.from !== undefined || (key === 'on' && command.to);
  if (isTwice) return no(PROBLEMS.givenTwice(quote(`${word} ${given}`)), 'list');
  if (key !== 'before') command.from = given;
  if (key !== 'since') command.to = key === 'before' ? addDays(given, -1) : given;
  return past(without(more, length), reading);
}

function amountStep(
  key: 'over' | 'under',
  word: string,
  more: string,
  left: string,
  reading: Reading,
): Step | undefined {
  const { command } = reading;
  const found = leadingAmount(words(more));
  if (!found) {
    if (isNamePart(word, key, reading)) return undefined;
    const [value] = firstWord(more);
    return no(PROBLEMS.unknownAmount(word.toLowerCase(), quote(value)), 'list', asContact(left, reading));
  }
  const property = key === 'over' ? 'overPaise' : 'underPaise';
  if (command[property] !== undefined) return no(PROBLEMS.givenTwice(quote(word)), 'list');
  command[property] = found.value;
  return past(without(more, found.length), reading);
}

function sortStep(more: string, reading: Reading): Step {
  const [word, rest] = firstWord(more.replace(/^by\s+/i, ''));
  const sort: ListSort | undefined = sortNamed(word.replace(/[,;]+$/, ''));
  if (!sort) return no(PROBLEMS.unknownSort(quote(word)), 'list');
  if (reading.command.sort !== undefined) return no(PROBLEMS.givenTwice(quote(`sort ${word}`)), 'list');
  reading.command.sort = sort;
  return past(rest, reading);
}

/** After `contact`, or where a word only may be meant as a filter, it is a part of the name. */
const isNamePart = (word: string, key: string, { command, contact }: Reading): boolean =>
  word.toLowerCase() !== key || (command.isContact === true && contact.length > 0);

const asContact = (left: string, { command, contact }: Reading) =>
  suggest('list', ...command.statuses, 'contact', ...contact, left);

// ---- Recipient --------------------------------------------------------------------------------------------

function beginContact(more: string, reading: Reading): Step {
  if (reading.contact.length > 0) return no(PROBLEMS.oneContact(quote(firstWord(more)[0])), 'list');
  const quoted = quotedStart(more);
  const [word, rest] = firstWord(more);
  reading.command.isContact = true;
  if (word === '') return no(PROBLEMS.noContact, 'list');
  return quoted
    ? addContact(reading, quoted.quoted, quoted.rest, { isWhole: true })
    : addContact(reading, word, rest, { isWhole: false });
}

interface Added {
  /** In quotes: nothing follows it. */
  isWhole: boolean;
  /** The word with all that follows: it may have meant a status. */
  typed?: string;
}

function addContact(reading: Reading, word: string, left: string, { isWhole, typed }: Added): Step {
  const { command, contact, contactIsOver } = reading;
  if (contactIsOver || (isWhole && contact.length > 0)) return no(PROBLEMS.oneContact(quote(word)), 'list');
  if (typed !== undefined && contact.length === 0) {
    if (/^pending$/i.test(word)) return pending(left.trim());
    const meant = STATUS_WORDS.get(word.toLowerCase()) ?? nearest(word, KNOWN_STATUSES, 1);
    if (meant) return mistypedStatus(word, meant, left.trim(), typed, command.statuses);
    const near = mistypedKey(word, left, reading);
    if (near) return near;
  }
  contact.push(word);
  reading.contactIsOver = isWhole;
  return { left };
}

function mistypedStatus(
  word: string,
  meant: KnownStatus,
  more: string,
  typed: string,
  statuses: readonly KnownStatus[],
): NotUnderstood {
  return no(
    PROBLEMS.unknownStatus(quote(word), KNOWN_STATUSES),
    'list',
    suggest('list', ...statuses, meant, more),
    suggest('list', ...statuses, 'contact', typed.replace(/^[\s,;]+/, '')),
  );
}

/** “sinc monday”, “ovr 50000”: only where what follows would be read after the word that was meant. */
function mistypedKey(word: string, left: string, { command, today }: Reading): NotUnderstood | undefined {
  const following = words(left);
  const day = nearest(word, Object.keys(DAY_KEYS), 1);
  const amount = nearest(word, Object.keys(AMOUNT_KEYS), 1);
  const meant =
    day && leadingDay(following, today) ? day : amount && leadingAmount(following) ? amount : undefined;
  if (word.length < 3 || meant === undefined) return undefined;
  return no(
    PROBLEMS.unknownFilter(quote(word)),
    'list',
    suggest('list', ...command.statuses, meant, left.trim()),
    suggest('list', ...command.statuses, 'contact', word, left.trim()),
  );
}

function finish({ command, contact }: Reading): Parsed {
  const { from, to, overPaise, underPaise } = command;
  if (from !== undefined && to !== undefined && from > to) return no(PROBLEMS.listDays, 'list');
  if (overPaise !== undefined && underPaise !== undefined && overPaise >= underPaise)
    return no(PROBLEMS.listAmounts, 'list');
  if (contact.length === 0) return yes(command);
  const recipient = unquoted(contact.join(' ').replace(/[,;]+$/, ''));
  if (!contactFits(recipient)) return no(PROBLEMS.longContact, 'list');
  return yes({ ...command, contact: recipient });
}

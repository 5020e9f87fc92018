/** Owns parsing `/payout list`: statuses, days, amounts, an order and a recipient, in any order; and saved lists. */

import type { ListSort } from '../../payouts/links/list-filter.ts';
import { readListName } from '../../payouts/links/list-name.ts';
import { addDays } from '../../payouts/time.ts';
import { contactFits } from '../block-kit/values.ts';
import type { CommandOf, NotUnderstood, Parsed, Suggestion } from './command.ts';
import { asRecipient, meantInstead, mistypedFilter, type Reading } from './list-mistyped.ts';
import {
  afterBy,
  amountKey,
  dayKey,
  isReserved,
  leadingAmount,
  leadingDays,
  SORT_WORDS,
  sortNamed,
  statusNamed,
} from './list-words.ts';
import { nearest } from './near.ts';
import { PROBLEMS } from './problems.ts';
import { unescapeSlack } from './unescape.ts';
import { firstWord, no, quote, quotedStart, unquoted, words, yes } from './words.ts';

/** A suggestion keeps every other word that was typed. One that would be refused without another is not offered. */
export function parseList(rest: string, today: string): Parsed {
  const parsed = read(rest, today);
  if (parsed.ok) return parsed;
  return { ...parsed, suggestions: parsed.suggestions.filter((suggestion) => leadsOn(suggestion, today)) };
}

function leadsOn({ name, typed }: Suggestion, today: string): boolean {
  if (name !== 'list') return true;
  const parsed = read(firstWord(unescapeSlack(typed))[1], today);
  return parsed.ok || parsed.suggestions.length > 0;
}

function read(rest: string, today: string): Parsed {
  const [word, more] = firstWord(rest);
  if (/^saved$/i.test(word)) {
    return more === ''
      ? yes({ ...everyLink(), saved: { kind: 'all' } })
      : no(PROBLEMS.savedTakesNothing, 'list');
  }
  const whole = rest.trim();
  return /^save$/i.test(word) ? parseSave(more, whole, today) : parseFilter(whole, whole, today);
}

const everyLink = (): CommandOf<'list'> => ({ name: 'list', statuses: [], contact: undefined });

/** A name of one word, or of several in quotes; then the filter, or nothing for the list that was shown last. */
function parseSave(text: string, whole: string, today: string): Parsed {
  const quoted = quotedStart(text);
  const [word, rest] = firstWord(text);
  const typed = quoted?.quoted ?? word;
  if (typed === '') return no(PROBLEMS.noListName, 'list');
  const as = readListName(typed);
  if (isReserved(as, today)) return no(PROBLEMS.reservedListName(quote(as)), 'list');
  const filter = quoted?.rest ?? rest;
  if (filter === '') return yes({ ...everyLink(), saved: { kind: 'save last', as } });
  const parsed = parseFilter(filter, whole, today);
  if (!parsed.ok || parsed.command.name !== 'list') return parsed;
  return yes({ ...parsed.command, saved: { kind: 'save', as } });
}

function parseFilter(filter: string, whole: string, today: string): Parsed {
  const reading: Reading = {
    command: everyLink(),
    contact: [],
    contactLeft: undefined,
    contactIsOver: false,
    today,
    whole,
  };
  let left = separated(filter);
  while (left !== '') {
    const next = step(left, reading);
    if ('ok' in next) return next;
    left = separated(next.left);
  }
  return finish(reading);
}

/** Without the separators before the next word. */
const separated = (text: string): string => text.replace(/^[\s,;]+/, '');

/** `left` is always an end of `whole`: it says where in it a word stands. */
type Step = { left: string } | NotUnderstood;

function step(left: string, reading: Reading): Step {
  const quoted = quotedStart(left);
  if (quoted) return addContact(reading, quoted.quoted, quoted.rest, { left, isWhole: true });
  const [, word = '', more = ''] = /^([^\s,;]+)([\s\S]*)$/.exec(left) ?? [];
  return (
    filterStep(word, more.trim(), left, reading) ?? addContact(reading, word, more, { left, isWhole: false })
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

/** What stands behind so many words. */
const behind = (text: string, count: number): string =>
  text.trim().replace(new RegExp(String.raw`^(?:\S+\s*){${count}}`), '');

function dayStep(
  key: 'since' | 'before' | 'on',
  word: string,
  more: string,
  left: string,
  reading: Reading,
): Step | undefined {
  const { command, today } = reading;
  const found = leadingDays(words(more), today, word);
  if (!found) {
    if (isNamePart(word, key, reading)) return undefined;
    const [value] = firstWord(more);
    const problem = PROBLEMS.unknownListDay(word.toLowerCase(), quote(value));
    return no(problem, 'list', ...asRecipient(reading, left));
  }
  const { value: days, length } = found;
  const isTwice =
    key === 'before' ? command.to !== undefined : command.from !== undefined || (key === 'on' && command.to);
  if (isTwice) return no(PROBLEMS.givenTwice(quote(`${word} ${days.from}`)), 'list');
  if (key !== 'before') command.from = days.from;
  if (key !== 'since') command.to = key === 'before' ? addDays(days.from, -1) : days.to;
  return past(behind(more, length), reading);
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
    const problem = PROBLEMS.unknownAmount(word.toLowerCase(), quote(value));
    return no(problem, 'list', ...asRecipient(reading, left));
  }
  const property = key === 'over' ? 'overPaise' : 'underPaise';
  if (command[property] !== undefined) return no(PROBLEMS.givenTwice(quote(word)), 'list');
  command[property] = found.value;
  return past(behind(more, found.length), reading);
}

function sortStep(more: string, reading: Reading): Step {
  const left = afterBy(more);
  const [typed, rest] = firstWord(left);
  const word = typed.replace(/[,;]+$/, '');
  const sort: ListSort | undefined = sortNamed(word);
  if (!sort) {
    const near = nearest(word, Object.keys(SORT_WORDS), 2);
    const meant = near === undefined ? [] : [meantInstead(reading, left, word, near)];
    return no(PROBLEMS.unknownSort(quote(word)), 'list', ...meant);
  }
  if (reading.command.sort !== undefined) return no(PROBLEMS.givenTwice(quote(`sort ${word}`)), 'list');
  reading.command.sort = sort;
  return past(rest, reading);
}

/** After `contact`, or where a word only may be meant as a filter, it is a part of the name. */
const isNamePart = (word: string, key: string, { command, contact }: Reading): boolean =>
  word.toLowerCase() !== key || (command.isContact === true && contact.length > 0);

// ---- Recipient --------------------------------------------------------------------------------------------

function beginContact(more: string, reading: Reading): Step {
  if (reading.contact.length > 0) return no(PROBLEMS.oneContact(quote(firstWord(more)[0])), 'list');
  const quoted = quotedStart(more);
  const [word, rest] = firstWord(more);
  reading.command.isContact = true;
  if (word === '') return no(PROBLEMS.noContact, 'list');
  return quoted
    ? addContact(reading, quoted.quoted, quoted.rest, { left: more, isWhole: true })
    : addContact(reading, word, rest, { left: more, isWhole: false });
}

interface Added {
  /** The word with all that follows. */
  left: string;
  /** In quotes: nothing follows it, and it means nothing else. */
  isWhole: boolean;
}

function addContact(reading: Reading, word: string, rest: string, { left, isWhole }: Added): Step {
  const { contact, contactIsOver } = reading;
  const mistyped = isWhole ? undefined : mistypedFilter(word, left, reading);
  if (mistyped) return mistyped;
  if (contactIsOver || (isWhole && contact.length > 0)) return no(PROBLEMS.oneContact(quote(word)), 'list');
  reading.contactLeft ??= left;
  contact.push(word);
  reading.contactIsOver = isWhole;
  return { left: rest };
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

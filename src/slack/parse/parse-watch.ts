/** Owns parsing `watch` and `unwatch`: a link, or a transaction, which has a day. */

import { isPayoutDeskError } from '../../errors.ts';
import type { Parsed, WatchTarget } from './command.ts';
import { exactLink, isAddress, parseLink } from './parse-link.ts';
import { parseTxn } from './parse-txn.ts';
import { PROBLEMS } from './problems.ts';
import { firstWord, no, words, yes } from './words.ts';

export function parseWatch(rest: string, today: string): Parsed {
  if (rest === '') return no(PROBLEMS.noWatch, 'watch');
  const read = readTarget(rest, today);
  return 'target' in read ? yes({ name: 'watch', target: read.target }) : { ...read, about: 'watch' };
}

export function parseUnwatch(rest: string, today: string): Parsed {
  if (rest === '') return yes({ name: 'unwatch', target: undefined });
  const read = readTarget(rest, today);
  return 'target' in read ? yes({ name: 'unwatch', target: read.target }) : { ...read, about: 'unwatch' };
}

type Read = { target: WatchTarget } | Extract<Parsed, { ok: false }>;

/** "txn INV-118 20 Nov", or without the word: no link is followed by a day. */
function readTarget(rest: string, today: string): Read {
  const [word, more] = firstWord(rest);
  if (/^(txn|transaction)$/i.test(word)) return transaction(more, today);
  if (words(rest).length > 1 && !exactLink(word) && !isAddress(word)) {
    const dated = datedTransaction(rest, today);
    if (dated) return dated;
  }
  const parsed = parseLink('track', rest);
  // A suggestion would track, which is not what was meant.
  if (!parsed.ok) return { ...parsed, suggestions: [] };
  if (parsed.command.name !== 'track') return no(PROBLEMS.noWatch, 'watch');
  return { target: { kind: 'link', link: parsed.command.target } };
}

function transaction(typed: string, today: string): Read {
  const parsed = parseTxn(typed, today);
  if (!parsed.ok) return no(parsed.problem, 'watch');
  if (parsed.command.name !== 'txn') return no(PROBLEMS.noWatch, 'watch');
  const { externalRef, date, aeps, time } = parsed.command;
  return { target: { kind: 'transaction', query: { externalRef, date, aeps }, time } };
}

/** Undefined for what cannot be a reference with its day, such as a name. */
function datedTransaction(typed: string, today: string): Read | undefined {
  try {
    const read = transaction(typed, today);
    return 'target' in read ? read : undefined;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return undefined;
  }
}

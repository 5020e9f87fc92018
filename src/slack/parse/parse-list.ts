/** Owns parsing `/payout list`: statuses, then a recipient. */

import { KNOWN_STATUSES, type KnownStatus } from '../../payouts/links/link.ts';
import { contactFits } from '../block-kit/values.ts';
import type { NotUnderstood, Parsed } from './command.ts';
import { nearest } from './near.ts';
import { PROBLEMS } from './problems.ts';
import { firstWord, no, quote, suggest, unquoted, yes } from './words.ts';

/** Other words for a status: suggested, never acted on. */
const STATUS_WORDS: ReadonlyMap<string, KnownStatus> = new Map(
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

/** "Pending" means two things: both are offered. */
export function pending(rest: string): NotUnderstood {
  return no(PROBLEMS.pending, undefined, suggest('approvals'), suggest('list', 'ISSUED', rest));
}

export function parseList(rest: string): Parsed {
  const statuses: KnownStatus[] = [];
  let left = rest.trim();
  for (;;) {
    const [, word = '', more = ''] = /^[\s,;]*([^\s,;]+)([\s\S]*)$/.exec(left) ?? [];
    const status = statusNamed(word);
    if (word === '') return yes({ name: 'list', statuses, contact: undefined });
    if (!status && word.toUpperCase() !== 'ALL') return readRecipient(left.replace(/^[\s,;]+/, ''), statuses);
    if (status && !statuses.includes(status)) statuses.push(status);
    left = more;
  }
}

/** What follows the statuses: `contact` and a recipient, or the recipient alone. */
function readRecipient(text: string, statuses: KnownStatus[]): Parsed {
  const [word, more] = firstWord(text);
  const isNamed = /^contact:?$/i.test(word);
  if (!isNamed) {
    if (/^pending$/i.test(word)) return pending(more);
    const meant = STATUS_WORDS.get(word.toLowerCase()) ?? nearest(word, KNOWN_STATUSES, 1);
    if (meant) {
      return no(
        PROBLEMS.unknownStatus(quote(word), KNOWN_STATUSES),
        'list',
        suggest('list', ...statuses, meant, more),
        suggest('list', ...statuses, 'contact', text),
      );
    }
  }
  const contact = unquoted(isNamed ? more : text);
  if (contact === '') return no(PROBLEMS.noContact, 'list');
  if (!contactFits(contact)) return no(PROBLEMS.longContact, 'list');
  return yes({ name: 'list', statuses, contact });
}

/** Owns parsing `/payout list`: statuses, then a recipient. */

import { KNOWN_STATUSES, type KnownStatus } from '../../payouts/links/link.ts';
import { contactFits } from '../block-kit/values.ts';
import type { NotUnderstood, Parsed } from './command.ts';
import { PROBLEMS } from './problems.ts';
import { echo, nearest, no, quote, unquoted, yes } from './words.ts';

/** Other words for a status: suggested, never acted on. */
const STATUS_WORDS: ReadonlyMap<string, KnownStatus> = new Map(
  Object.entries<KnownStatus>({
    open: 'ISSUED',
    active: 'ISSUED',
    pending: 'ISSUED',
    unclaimed: 'ISSUED',
    paid: 'CLAIMED',
    redeemed: 'CLAIMED',
    expired: 'EXPIRED',
  }),
);

export function parseList(rest: string): Parsed {
  const match = /(?:^|[\s,])contact:?(?:\s+([\s\S]*)|$)/i.exec(rest);
  const statusPart = match ? rest.slice(0, match.index) : rest;
  const statuses: KnownStatus[] = [];
  for (const word of statusPart.split(/[\s,;]+/).filter((part) => part !== '')) {
    const upper = word.toUpperCase();
    if (upper === 'ALL') continue;
    const status = KNOWN_STATUSES.find(
      (known) => known === upper || (upper === 'CANCELED' && known === 'CANCELLED'),
    );
    if (!status) return noStatus(word, rest, statuses.length === 0 && !match);
    if (!statuses.includes(status)) statuses.push(status);
  }
  if (!match) return yes({ name: 'list', statuses, contact: undefined });
  const contact = unquoted(match[1]?.trim() ?? '');
  if (contact === '') return no(PROBLEMS.noContact, 'list');
  if (!contactFits(contact)) {
    return no(PROBLEMS.longContact, 'list');
  }
  return yes({ name: 'list', statuses, contact });
}

function noStatus(word: string, rest: string, mayBeContact: boolean): NotUnderstood {
  const meant = STATUS_WORDS.get(word.toLowerCase()) ?? nearest(word, KNOWN_STATUSES);
  const problem = PROBLEMS.unknownStatus(quote(word), KNOWN_STATUSES);
  if (meant) return no(problem, 'list', `/payout list ${meant}`);
  const contact = mayBeContact ? echo(rest) : undefined;
  return no(problem, 'list', contact && `/payout list contact ${contact}`);
}

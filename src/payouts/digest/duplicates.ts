/** Owns possible duplicates of a digest: open links of one recipient with the same amount. */

import { eachInSteps, type Steps } from '../in-turns.ts';
import type { Contact, PayoutLink } from '../links/link.ts';

/** Links that are open in one place: named, and offered to look at. */
export interface Duplicate {
  amountPaise: number;
  contact: Contact;
  /** How many links it is. */
  count: number;
  /** At most LINKS_NAMED of them. */
  linkIds: string[];
}

export interface Duplicates {
  /** The largest amount first; at most DUPLICATES_NAMED. */
  named: Duplicate[];
  /** How many there are in all. */
  count: number;
}

/** More than a digest's line counts by name. */
const DUPLICATES_NAMED = 5;
const LINKS_NAMED = 10;
/** Open links compared; of more none is told, since a part of them would read as all. */
const COMPARED_AT_MOST = 20_000;

/**
 * The fold of one walk: `add` each link, then read `duplicates`. The recipient is a keyed hash of the unmasked mobile number
 * or address (R17); a link without either is nobody's duplicate.
 */
export function startDuplicates() {
  /** By link, what it is compared by: a later record of it replaces the earlier one (R2). */
  const compared = new Map<string, string>();
  const pairs = new Map<string, { contact: Contact; amountPaise: number }>();
  const first = new Map<string, string>();
  let isFull = false;

  /** Nothing will be told: what was kept for it would be some megabytes until the list ends. */
  function giveUp(): void {
    isFull = true;
    for (const kept of [compared, pairs, first]) kept.clear();
  }

  function add(link: PayoutLink): void {
    const { linkId, status, amountPaise, recipientKey, contact } = link;
    if (isFull) return;
    compared.delete(linkId);
    if (recipientKey === undefined || amountPaise === undefined) return;
    if (status !== 'ISSUED' && status !== 'PROCESSING') return;
    if (compared.size >= COMPARED_AT_MOST) return giveUp();
    const key = `${recipientKey} ${amountPaise}`;
    compared.set(linkId, key);
    const other = first.get(key);
    if (other === undefined) first.set(key, linkId);
    else if (other !== linkId) pairs.set(key, { contact, amountPaise });
  }

  return {
    add,
    /** For a link that is no longer open since it was added. */
    remove: (linkId: string): void => void compared.delete(linkId),
    *duplicates(): Steps<Duplicates> {
      if (isFull || pairs.size === 0) return { named: [], count: 0 };
      const linkIds = new Map<string, string[]>();
      yield* eachInSteps(compared, ([linkId, key]) => {
        if (!pairs.has(key)) return;
        const known = linkIds.get(key);
        if (known) known.push(linkId);
        else linkIds.set(key, [linkId]);
      });
      const found: Duplicate[] = [];
      yield* eachInSteps(linkIds, ([key, ids]) => {
        const pair = pairs.get(key);
        if (pair && ids.length > 1) found.push({ ...pair, count: ids.length, linkIds: ids });
      });
      found.sort((one, other) => other.amountPaise - one.amountPaise);
      const named = found
        .slice(0, DUPLICATES_NAMED)
        .map((one) => ({ ...one, linkIds: one.linkIds.slice(0, LINKS_NAMED) }));
      return { named, count: found.length };
    },
  };
}

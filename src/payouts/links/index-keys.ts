/** Owns what a link can be found by in the local index: its keys, alike for what InstantPay returned and what was typed. */

import { given } from '../given.ts';
import type { IndexQuery, KeyedHash, SeenLink, Sighting } from './index-port.ts';
import { fold, linkAddress, mobileOf } from './match.ts';
import type { LinkTarget } from './target.ts';

/** What a key is made of; part of what is hashed, so that a mobile number is never found by an order of the same digits. */
type Kind = 'url' | 'mobile' | 'email' | 'name' | 'order' | 'reference';

const WORDS_MAX = 6;
export const ORDERS_MAX = 8;
/** Longer than every value that people look for. */
const VALUE_MAX = 200;

function nameWords(name: string): string[] {
  const words = fold(name)
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
  return [...new Set(words)];
}

/** The link's keys; empty when InstantPay returned nothing to find it by. */
export function sightingOf(facts: SeenLink, hash: KeyedHash): Sighting {
  const keys = new Set<string>();
  const add = (kind: Kind, value: string | undefined): void => {
    if (value !== undefined && value !== '') keys.add(hash(`${kind} ${value.slice(0, VALUE_MAX)}`));
  };
  const { url, name, email, mobile, referenceNo, orderIds } = facts;
  add('url', url && linkAddress(url));
  add('mobile', mobileOf(given(mobile) ?? ''));
  add('email', fold(given(email) ?? ''));
  for (const word of nameWords(given(name) ?? '').slice(0, WORDS_MAX)) add('name', word);
  add('reference', fold(given(referenceNo) ?? ''));
  for (const orderId of orderIds.slice(0, ORDERS_MAX)) add('order', fold(given(orderId) ?? ''));
  return { linkId: facts.linkId, keys: [...keys] };
}

/** The keys of what was typed; undefined when it can be no key, as a part of a name. */
export function queryOf(target: LinkTarget, hash: KeyedHash): IndexQuery | undefined {
  const key = (kind: Kind, value: string): string => hash(`${kind} ${value.slice(0, VALUE_MAX)}`);
  switch (target.kind) {
    case 'id':
      return undefined;
    case 'url': {
      const address = linkAddress(target.url);
      return address === undefined ? undefined : { keys: [key('url', address)], match: 'any' };
    }
    case 'order':
      return { keys: [key('order', fold(target.orderId))], match: 'any' };
    case 'reference': {
      const value = fold(target.reference);
      return { keys: [key('reference', value), key('order', value)], match: 'any' };
    }
    case 'contact': {
      const mobile = mobileOf(target.contact);
      if (mobile !== undefined) return { keys: [key('mobile', mobile)], match: 'any' };
      if (target.contact.includes('@')) return { keys: [key('email', fold(target.contact))], match: 'any' };
      const words = nameWords(target.contact).slice(0, WORDS_MAX);
      return words.length === 0 ? undefined : { keys: words.map((word) => key('name', word)), match: 'all' };
    }
  }
}

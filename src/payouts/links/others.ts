/** Owns the other open links of a link's recipient: among them a duplicate would be found. */

import type { Deps } from '../deps.ts';
import { toNfkc } from '../normalize.ts';
import type { Contact, PayoutLink } from './link.ts';
import { reasonOf, walkLinks } from './walk.ts';

/** What a person is helped with, so it must not take long; at the limit it is said that there may be more. */
const OTHERS_PAGES = 5;
export const OTHERS_STOPPED = `The search stopped after ${OTHERS_PAGES} pages.`;
export const NO_NAME = 'The recipient’s name is not known.';

export interface OtherLinks {
  /** ISSUED and PROCESSING, newest first as InstantPay orders them; without the link itself. */
  links: PayoutLink[];
  /** Why there may be more, in one sentence; undefined when every link was looked at. */
  incomplete: string | undefined;
}

/** Searches by name: mobile and email are masked by now (R17). Never rejects because of InstantPay. Asks no permission. */
export async function otherOpenLinks(deps: Deps, link: PayoutLink): Promise<OtherLinks> {
  const { name } = link.contact;
  if (name === undefined) return { links: [], incomplete: NO_NAME };
  const found = new Map<string, PayoutLink>();
  let pages = 0;
  const filter = { statuses: ['ISSUED', 'PROCESSING'], contact: name } as const;
  const end = await walkLinks(deps.gateway, filter, (page) => {
    for (const linkId of page.mismatchedIds) found.delete(linkId);
    for (const other of page.links) found.set(other.linkId, other);
    pages += 1;
    return pages === OTHERS_PAGES ? 'stop' : 'next';
  });
  const links = [...found.values()].filter(
    (other) => other.linkId !== link.linkId && isSameRecipient(other.contact, link.contact),
  );
  return { links, incomplete: end ? reasonOf(end) : OTHERS_STOPPED };
}

/** The same name, and the same mobile number or email address where both records have one, as far as the masks show. */
export function isSameRecipient(one: Contact, other: Contact): boolean {
  if (one.name === undefined || other.name === undefined || keyOf(one.name) !== keyOf(other.name)) {
    return false;
  }
  const reached = [
    [one.mobile, other.mobile],
    [one.email, other.email],
  ].filter(([left, right]) => left !== undefined && right !== undefined);
  return reached.length === 0 || reached.some(([left, right]) => left === right);
}

const keyOf = (name: string): string => toNfkc(name).toLowerCase().replace(/\s+/g, ' ').trim();

/** A second link for the same amount is what a duplicate looks like. */
export function isPossibleDuplicate(other: PayoutLink, amountPaise: number | undefined): boolean {
  return amountPaise !== undefined && other.amountPaise === amountPaise;
}

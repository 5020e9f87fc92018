/** Owns the links among which a person chooses what to cancel: the ISSUED ones of the recipient they named. */

import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { Environment, PayoutLink } from '../links/link.ts';
import { reasonOf, walkLinks } from '../links/walk.ts';
import { LINKS_AT_MOST } from './batch.ts';

/** What is counted beyond the links that are offered. */
const PAGES = 10;

export interface Choices {
  /** At most as many as one request takes. */
  links: PayoutLink[];
  /** How many more there are; `atLeast` when the search ended before the list did. */
  more: { count: number; atLeast: boolean };
  environment: Environment | undefined;
  /** Why there may be more, in one sentence. */
  incomplete: string | undefined;
}

/** Searches the ISSUED links of a recipient: a name, a mobile number or an email address as typed. */
export async function findIssued(deps: Deps, actor: Actor, contact: string): Promise<Choices> {
  await requirePermission(deps, actor, 'operate', { subject: 'cancel.request' });
  const found = new Map<string, PayoutLink>();
  let environment: Environment | undefined;
  let pages = 0;
  const end = await walkLinks(deps.gateway, { contact, statuses: ['ISSUED'] }, (page) => {
    for (const linkId of page.mismatchedIds) found.delete(linkId);
    for (const link of page.links) found.set(link.linkId, link);
    environment ??= page.environment;
    pages += 1;
    return pages === PAGES ? 'stop' : 'next';
  });
  const links = [...found.values()];
  return {
    links: links.slice(0, LINKS_AT_MOST),
    more: { count: Math.max(0, links.length - LINKS_AT_MOST), atLeast: !end },
    environment,
    incomplete: reasonOf(end),
  };
}

/** A name in front of a reason has no more words. */
const NAME_WORDS = 6;

export interface Understood {
  contact: string;
  /** The words behind it; empty when all are the recipient's. */
  rest: string;
  choices: Choices;
}

/**
 * Reads "Asha Rao paid twice": the longest beginning that is a recipient, of links in any status: a shorter one could be
 * somebody else. Undefined when there is none.
 */
export async function findRecipient(
  deps: Deps,
  actor: Actor,
  typed: string,
): Promise<Understood | undefined> {
  await requirePermission(deps, actor, 'operate', { subject: 'cancel.request' });
  const all = await Promise.all(
    beginningsOf(typed).map(async (one) => ({ ...one, isKnown: await hasLinks(deps, one.contact) })),
  );
  const longest = all.find(({ isKnown }) => isKnown);
  if (!longest) return undefined;
  const { contact, rest } = longest;
  return { contact, rest, choices: await findIssued(deps, actor, contact) };
}

/** True as well when the search failed: a longer beginning that could not be searched might be the one that was meant. */
async function hasLinks({ gateway }: Deps, contact: string): Promise<boolean> {
  let pages = 0;
  let found = false;
  const end = await walkLinks(gateway, { contact }, (page) => {
    found = page.links.length > 0;
    pages += 1;
    return found || pages === PAGES ? 'stop' : 'next';
  });
  return found || reasonOf(end) !== undefined;
}

/** "Asha Rao" and "paid twice", "Asha" and "Rao paid twice": the longest beginning first. */
export function beginningsOf(typed: string): { contact: string; rest: string }[] {
  const words = typed.split(/\s+/).filter((word) => word !== '');
  const most = Math.min(words.length, NAME_WORDS);
  return Array.from({ length: most }, (_, index) => {
    const taken = most - index;
    return { contact: words.slice(0, taken).join(' '), rest: words.slice(taken).join(' ') };
    // One letter, as in "A", would match everybody.
  }).filter(({ contact }) => contact.length > 1);
}

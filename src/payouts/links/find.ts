/** Owns what the desk does with links apart from cancelling: look up, find, list, remind. */

import { Conflict, isPayoutDeskError, OutcomeUnknown, Refused, UsageError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import {
  canNotify,
  type Environment,
  type KnownStatus,
  type LinkStatus,
  parseLinkId,
  type PayoutLink,
  type TrackedLink,
} from './link.ts';
import type { LinkFilter, LinkPage } from './page.ts';
import { bestEffort } from '../best-effort.ts';
import { formatDuration, formatIst } from '../time.ts';

/** A link as its card shows it. */
export interface LinkView {
  tracked: TrackedLink;
  /** Who is paid, for what, until when: from the list operation. */
  record: PayoutLink | undefined;
  /** Why `record` is missing: one sentence. */
  recordProblem: string | undefined;
}

/** What a person may name a link by. */
export type LinkTarget =
  | { kind: 'id'; linkId: string }
  | { kind: 'url'; url: string }
  | { kind: 'contact'; contact: string };

/** How many candidates are offered as a choice. */
export const CHOICES = 10;

/** Pages read for one search; beyond that the answer says so. */
const SEARCH_PAGES = 40;

export type Found =
  | { kind: 'one'; linkId: string }
  | { kind: 'several'; links: PayoutLink[]; more: boolean; incomplete: string | undefined }
  | { kind: 'none'; incomplete: string | undefined };

const TARGET_LENGTH = 200;

/** Reads what stands for `<link>`: 24 hex digits, an instant.pe address, or a mobile number, e-mail or name. */
export function readTarget(text: string): LinkTarget {
  const target = text.trim();
  const linkId = parseLinkId(target);
  if (linkId) return { kind: 'id', linkId };
  if (target.length > TARGET_LENGTH) {
    throw new UsageError('That is too long for a link, a name, a mobile number or an e-mail address.');
  }
  if (/^(https?:\/\/)?(www\.)?instant\.pe\//i.test(target)) return { kind: 'url', url: target };
  if (/^https?:\/\//i.test(target)) {
    throw new UsageError(
      'That address is not an InstantPay link. Links look like https://instant.pe/LS25FH.',
    );
  }
  if (/^[0-9a-f]{16,}$/i.test(target)) {
    throw new UsageError(`A link id has 24 hex digits; this has ${target.length}.`);
  }
  // Marks are the vowels of Indian scripts: दीपा has no two letters side by side.
  if (!/[\p{L}\p{N}][\p{L}\p{M}\p{N}]/u.test(target)) {
    throw new UsageError(
      'That is not a link id, an instant.pe address, a mobile number, an e-mail address or a name.',
    );
  }
  return { kind: 'contact', contact: target };
}

/** The link as it is now; who and what it is for come from the list and may be missing. No access check. */
export async function lookUp(deps: Deps, linkId: string): Promise<LinkView> {
  const [tracked, page] = await Promise.all([
    deps.gateway.track(linkId),
    deps.gateway.page({ linkId }, 1).catch((error: unknown) => {
      if (!isPayoutDeskError(error)) throw error;
      return error.message;
    }),
  ]);
  if (typeof page === 'string') return { tracked, record: undefined, recordProblem: page };
  const record = page.links.find((link) => link.linkId === linkId);
  const recordProblem = record ? undefined : 'InstantPay lists no details for this link.';
  return { tracked, record, recordProblem };
}

/** The link's card. */
export async function track(deps: Deps, actor: Actor, linkId: string): Promise<LinkView> {
  await requirePermission(deps, actor, 'look', { action: 'track refused', linkId });
  return lookUp(deps, linkId);
}

/** Which links a person means. A walk that could not finish never says "one" or "none" as if it had. */
export async function find(deps: Deps, actor: Actor, target: LinkTarget): Promise<Found> {
  await requirePermission(deps, actor, 'look', { action: 'search refused' });
  if (target.kind === 'id') return { kind: 'one', linkId: target.linkId };
  const filter: LinkFilter = target.kind === 'url' ? { url: target.url } : { contact: target.contact };
  const found = new Map<string, PayoutLink>();
  const walk = deps.gateway.links(filter);
  let incomplete: string | undefined;
  for (let pages = 1; ; pages++) {
    const step = await walk.next();
    if (step.done) {
      incomplete = step.value.complete
        ? undefined
        : (step.value.reason ?? 'InstantPay did not give every page.');
      break;
    }
    for (const linkId of step.value.mismatchedIds) found.delete(linkId);
    for (const link of step.value.links) found.set(link.linkId, link);
    // One address belongs to one link, so the walk can stop at it.
    const enough = target.kind === 'url' ? found.size > 0 : found.size > CHOICES;
    if (enough) {
      await walk.return({ complete: true, reason: undefined, pagesRead: pages, recordsRead: 0 });
      break;
    }
    if (pages === SEARCH_PAGES) {
      await walk.return({ complete: false, reason: undefined, pagesRead: pages, recordsRead: 0 });
      incomplete = `The search stopped after ${SEARCH_PAGES} pages.`;
      break;
    }
  }
  const links = [...found.values()];
  const [first] = links;
  if (!first) return { kind: 'none', incomplete };
  if (links.length === 1 && !incomplete) return { kind: 'one', linkId: first.linkId };
  return { kind: 'several', links: links.slice(0, CHOICES), more: links.length > CHOICES, incomplete };
}

export interface ListQuery {
  statuses: readonly KnownStatus[];
  contact: string | undefined;
  /** From 1. */
  pageNumber: number;
}

export interface LinkList {
  query: ListQuery;
  page: LinkPage;
  /** InstantPay says that there is an older page, or may have one (R2). */
  hasOlder: boolean;
}

export const LINKS_A_PAGE = 10;

/** Whether older links may follow: by InstantPay's pages, by its count, or because it filled this page (R2). */
export function hasOlderPage(page: LinkPage): boolean {
  const { pageNumber, totalPages, totalRecords, recordTo, recordsReceived } = page;
  if (totalPages !== undefined && totalPages > pageNumber) return true;
  const lastPlace = recordTo ?? (totalPages === undefined ? pageNumber * LINKS_A_PAGE : undefined);
  if (totalRecords !== undefined && lastPlace !== undefined && totalRecords > lastPlace) return true;
  const isLast = totalPages === pageNumber && totalRecords !== undefined && totalRecords === recordTo;
  return recordsReceived >= LINKS_A_PAGE && !isLast;
}

/** One page of links, ten as InstantPay sends them; those that do not answer the filter are left out (R1). */
export async function list(deps: Deps, actor: Actor, query: ListQuery): Promise<LinkList> {
  await requirePermission(deps, actor, 'look', { action: 'list refused' });
  const filter: LinkFilter = {};
  if (query.statuses.length > 0) filter.statuses = query.statuses;
  if (query.contact) filter.contact = query.contact;
  const page = await deps.gateway.page(filter, query.pageNumber, LINKS_A_PAGE);
  return { query, page, hasOlder: hasOlderPage(page) };
}

export interface Reminded {
  linkId: string;
  /** InstantPay's words: whom it wrote to, masked. */
  message: string;
  cooldownUntil: number;
  ipayUuid: string | undefined;
  environment: Environment | undefined;
}

/**
 * Sends the recipient the reminder again. Only for an ISSUED link, once a cooldown; the cooldown is taken before
 * the call and given back only when it is certain that nothing was sent (R9).
 */
export async function notify(deps: Deps, actor: Actor, linkId: string): Promise<Reminded> {
  await requirePermission(deps, actor, 'operate', { action: 'reminder refused', linkId });
  const tracked = await deps.gateway.track(linkId);
  const wrongEnvironment = environmentProblem(deps, tracked.environment);
  if (wrongEnvironment) throw new Refused(wrongEnvironment, { ipayUuid: tracked.ipayUuid });
  if (!canNotify(tracked.status)) {
    throw new Refused(
      `Only the recipient of an ISSUED link can be reminded; this one is ${describeStatus(tracked)}. Nothing was sent.`,
      { ipayUuid: tracked.ipayUuid },
    );
  }
  const now = deps.clock();
  const key = `notify:${linkId}`;
  const claim = await deps.store.cooldowns.claim(key, now, deps.settings.notifyCooldownMs);
  if (!claim.claimed) {
    throw new Conflict(
      `This recipient was reminded less than ${formatDuration(deps.settings.notifyCooldownMs)} ago. ` +
        `The next reminder can go out at ${formatIst(claim.untilAt)}.`,
    );
  }
  const { token, untilAt: cooldownUntil } = claim;
  const row = {
    actorId: actor.userId,
    linkId,
    amountPaise: tracked.amountPaise,
    statusBefore: tracked.status,
  };
  // Before the call: whatever happens to the records while it is made, that it was made is in the audit.
  const sending = deps.store.audit.append({ ...row, at: now, action: 'reminder sending' });
  await sending.catch(async (error: unknown) => {
    await bestEffort(deps.store.cooldowns.release(key, token));
    throw error;
  });
  const answer = await deps.gateway.notify(linkId);
  const { message, ipayUuid } = answer;
  const sure = answer.kind === 'refused' || answer.kind === 'not_sent';
  if (sure) await bestEffort(deps.store.cooldowns.release(key, token));
  const result = deps.store.audit.append({
    ...row,
    at: deps.clock(),
    action: 'reminder',
    outcome: answer.kind === 'done' ? 'sent' : sure ? 'not sent' : 'unknown',
    reason: message,
    ipayUuid,
  });
  await bestEffort(result);
  switch (answer.kind) {
    case 'done':
      return {
        linkId,
        message,
        cooldownUntil,
        ipayUuid,
        environment: answer.environment ?? tracked.environment,
      };
    case 'refused':
      throw new Refused(`InstantPay did not send the reminder: ${message}`, { ipayUuid });
    case 'not_sent':
      throw new Refused(`The reminder was not sent: ${message}`, { ipayUuid });
    case 'verify':
    case 'unknown':
      throw new OutcomeUnknown(
        `The reminder may or may not have been sent: ${message} ` +
          `So that nobody is reminded twice, the next one can go out at ${formatIst(cooldownUntil)}.`,
        { ipayUuid },
      );
  }
}

/** R15: why writes are refused here, or undefined when they are not. */
export function environmentProblem(deps: Deps, seen: Environment | undefined): string | undefined {
  const configured = deps.settings.environment;
  if (!configured || !seen || configured === seen) return undefined;
  return (
    `This desk is set up for ${configured.toUpperCase()}, but InstantPay answered from ${seen.toUpperCase()}. ` +
    'Nothing was done; an administrator must check INSTANTPAY_ENVIRONMENT and INSTANTPAY_BASE_URL.'
  );
}

/** "CLAIMED", or "in a state this desk does not know (REVOKED)". */
export function describeStatus(link: { status: LinkStatus; statusText: string }): string {
  return link.status === 'UNKNOWN' ? `in a state this desk does not know (${link.statusText})` : link.status;
}

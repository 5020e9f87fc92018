/** Owns requesting a cancellation: of one link, or of several that are decided together. */

import { NotFound, Refused, UsageError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import type { Actor, Deps } from '../deps.ts';
import { environmentProblem } from '../links/environment.ts';
import { factsOf, type OtherLinks, otherOpenLinks } from '../links/others.ts';
import { type LinkView, lookUp } from '../links/track.ts';
import { canCancel, describeStatus, type TrackedLink } from '../links/link.ts';
import { type Batch, LINKS_AT_MOST, requestIds } from './batch.ts';
import { outboxRows } from './messages.ts';
import { readReason } from './reason.ts';
import { auditOf, type CancelRequest, newBatch, type SharedCard } from './request.ts';
import { requirementOf } from './rule.ts';
import {
  AMOUNT_UNREADABLE,
  NO_LINKS,
  notAllPossible,
  onlyIssued,
  tooManyLinks,
  withoutLead,
} from './words.ts';

/** Links looked at the same time when a request is made. */
export const LOOKED_UP_AT_ONCE = 4;

export interface CancellationInput {
  /** At most LINKS_AT_MOST; one that is named twice counts once. */
  linkIds: readonly string[];
  reason: string;
  /** The Slack channel it was requested in. */
  requestedIn: string;
  /** The shared card of one of the links, when it was requested there. */
  shared?: (SharedCard & { linkId: string }) | undefined;
  /** The same whenever Slack delivers the same request again; then nothing new is opened, also after its end. */
  id?: string | undefined;
}

/**
 * `opened`: approval is requested now. `already_open`: `taken` are unfinished requests for some of these links, `batch`
 * is that of the first. `delivered_before`: a late delivery of a request that has ended since.
 */
export type Requested =
  | { kind: 'opened' | 'delivered_before'; batch: Batch }
  | { kind: 'already_open'; batch: Batch; taken: readonly CancelRequest[] };

/** A link that cannot be cancelled now, and why, in one sentence. */
export interface LinkProblem {
  linkId: string;
  problem: string;
}

/** Some of several links cannot be cancelled, so nothing was requested: `links` says which ones. */
export class LinksRefused extends Refused {
  readonly links: readonly LinkProblem[];

  constructor(links: readonly LinkProblem[]) {
    super(notAllPossible(links.map(({ linkId, problem }) => `${linkId}: ${problem}`)));
    this.links = links;
  }
}

/**
 * Requests a cancellation. Rejects with Refused unless every link is ISSUED right now (R8), with Forbidden unless the
 * person is an operator; at most one unfinished request a link. All links are requested, or none.
 */
export async function requestCancel(
  deps: Deps,
  actor: Actor,
  { id = deps.newId(), ...input }: CancellationInput,
): Promise<Requested> {
  const linkIds = [...new Set(input.linkIds)];
  const [linkId] = linkIds;
  if (linkId === undefined) throw new UsageError(NO_LINKS);
  if (linkIds.length > LINKS_AT_MOST) throw new UsageError(tooManyLinks(LINKS_AT_MOST));
  await requirePermission(deps, actor, 'operate', {
    subject: 'cancel.request',
    linkId: linkIds.length === 1 ? linkId : undefined,
  });
  const reason = readReason(input.reason);
  const links = await lookUpAll(deps, linkIds);
  const now = deps.clock();
  const ids = requestIds(id, links.length);
  const sumPaise = links.reduce((sum, { amountPaise }) => sum + amountPaise, 0);
  const requests = newBatch(
    links.map(({ linkId: named, view: { tracked, record }, others, amountPaise }, index) => ({
      id: ids[index] ?? id,
      batchId: id,
      linkId: named,
      amountPaise,
      contact: record?.contact ?? { name: undefined, email: undefined, mobile: undefined },
      purpose: record?.purpose,
      linkExpiresAt: record?.expiresAt,
      environment: tracked.environment,
      facts: factsOf({ tracked, record }, others),
      requestedBy: actor.userId,
      requestedIn: input.requestedIn,
      sharedIn: sharedIn(input.shared, named),
      reason,
      requestedAt: now,
      ttlMs: deps.settings.approvalTtlMs,
      // By the sum: several small requests in one need what one of that amount needs.
      ...requirementOf(deps.settings, sumPaise),
      emergencyAllowed: allowsEmergency(deps),
      ipayUuid: tracked.ipayUuid,
    })),
  );
  const rows = requests.map((request) =>
    auditOf(request, now, actor.userId, 'cancel.requested', {
      reason,
      ipayUuid: request.ipayUuid,
      statusBefore: 'ISSUED',
    }),
  );
  const messages = await outboxRows(deps, requests[0], ['request']);
  const opened = await deps.store.requests.open(requests, rows, messages);
  if (opened.opened) {
    for (const request of opened.batch.requests) {
      deps.onTransition({ request, from: undefined, action: 'cancel.requested', actorId: actor.userId });
    }
    return { kind: 'opened', batch: opened.batch };
  }
  const { existing: batch, taken } = opened;
  return taken.length > 0 ? { kind: 'already_open', batch, taken } : { kind: 'delivered_before', batch };
}

function sharedIn(shared: CancellationInput['shared'], linkId: string): SharedCard | undefined {
  if (shared?.linkId !== linkId) return undefined;
  const { channelId, threadTs } = shared;
  return { channelId, threadTs };
}

interface CheckedLink {
  linkId: string;
  view: LinkView;
  others: OtherLinks;
  amountPaise: number;
}

/** Looks every link up; rejects with what is wrong with the only one, or with all that are wrong of several. */
async function lookUpAll(deps: Deps, linkIds: readonly string[]): Promise<CheckedLink[]> {
  const results = await aFewAtOnce(linkIds, LOOKED_UP_AT_ONCE, async (linkId) => {
    const [view, others] = await Promise.all([lookUp(deps, linkId), otherOpenLinks(deps, { linkId })]);
    return { linkId, view, others, amountPaise: checkLink(deps, view.tracked) };
  });
  const problems: LinkProblem[] = [];
  const checked: CheckedLink[] = [];
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') {
      checked.push(result.value);
      continue;
    }
    const { reason: error } = result;
    // What is wrong with the connection is wrong with all of them.
    const isOfLink = error instanceof Refused || error instanceof NotFound;
    if (linkIds.length === 1 || !isOfLink) throw error;
    problems.push({ linkId: linkIds[index] ?? '', problem: withoutLead(error.message) });
  }
  if (problems.length > 0) throw new LinksRefused(problems);
  return checked;
}

/** Returns the amount of a link that can be cancelled; otherwise throws Refused. */
export function checkLink(deps: Deps, { ipayUuid, ...tracked }: TrackedLink): number {
  const wrongEnvironment = environmentProblem(deps, tracked.environment);
  if (wrongEnvironment) throw new Refused(wrongEnvironment, { ipayUuid });
  if (!canCancel(tracked.status)) throw new Refused(onlyIssued(describeStatus(tracked)), { ipayUuid });
  // R8: the amount that was approved is compared before the call, so there has to be one.
  if (tracked.amountPaise === undefined) throw new Refused(AMOUNT_UNREADABLE, { ipayUuid });
  return tracked.amountPaise;
}

/** Whether one administrator may approve without the others: turned on, and the administrators are named, not everybody. */
export function allowsEmergency({ policy, settings }: Deps): boolean {
  const { everyone, users, groups } = policy.administer;
  return settings.breakGlass && !everyone && (users.size > 0 || groups.length > 0);
}

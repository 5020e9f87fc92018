/** Owns requesting a cancellation. */

import { Refused } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import { environmentProblem } from '../links/environment.ts';
import { lookUp } from '../links/track.ts';
import { canCancel, describeStatus } from '../links/link.ts';
import { factsOf, otherOpenLinks } from '../links/others.ts';
import { outboxRows } from './messages.ts';
import { readReason } from './reason.ts';
import { auditOf, type CancelRequest, isUnfinished, newRequest } from './request.ts';
import { requirementOf } from './rule.ts';
import { AMOUNT_UNREADABLE, onlyIssued } from './words.ts';

export interface CancellationInput {
  linkId: string;
  reason: string;
  /** The Slack channel it was requested in. */
  requestedIn: string;
  /** The same whenever Slack delivers the same request again; then nothing new is opened, also after its end. */
  id?: string | undefined;
}

/**
 * `opened`: approval is requested now. `already_open`: this link has an unfinished request. `delivered_before`: a late
 * delivery of a request that has ended since.
 */
export interface Requested {
  kind: 'opened' | 'already_open' | 'delivered_before';
  request: CancelRequest;
}

/**
 * Requests a cancellation. Rejects with Refused unless the link is ISSUED right now (R8), with Forbidden unless the
 * person is an operator; at most one unfinished request a link.
 */
export async function requestCancel(deps: Deps, actor: Actor, input: CancellationInput): Promise<Requested> {
  const { linkId } = input;
  await requirePermission(deps, actor, 'operate', { subject: 'cancel.request', linkId });
  const reason = readReason(input.reason);
  const [{ tracked, record }, others] = await Promise.all([
    lookUp(deps, linkId),
    otherOpenLinks(deps, { linkId }),
  ]);
  const now = deps.clock();
  const wrongEnvironment = environmentProblem(deps, tracked.environment);
  if (wrongEnvironment) throw new Refused(wrongEnvironment, { ipayUuid: tracked.ipayUuid });
  if (!canCancel(tracked.status)) {
    throw new Refused(onlyIssued(describeStatus(tracked)), {
      ipayUuid: tracked.ipayUuid,
    });
  }
  const { amountPaise } = tracked;
  if (amountPaise === undefined) {
    // R8: the amount that was approved is compared before the call, so there has to be one.
    throw new Refused(AMOUNT_UNREADABLE, { ipayUuid: tracked.ipayUuid });
  }
  const request = newRequest({
    id: input.id ?? deps.newId(),
    linkId,
    amountPaise,
    contact: record?.contact ?? { name: undefined, email: undefined, mobile: undefined },
    purpose: record?.purpose,
    linkExpiresAt: record?.expiresAt,
    environment: tracked.environment,
    facts: factsOf({ tracked, record }, others),
    requestedBy: actor.userId,
    requestedIn: input.requestedIn,
    reason,
    requestedAt: now,
    ttlMs: deps.settings.approvalTtlMs,
    ...requirementOf(deps.settings, amountPaise),
    emergencyAllowed: allowsEmergency(deps),
    ipayUuid: tracked.ipayUuid,
  });
  const row = { reason, ipayUuid: tracked.ipayUuid, statusBefore: tracked.status };
  const audit = auditOf(request, now, actor.userId, 'cancel.requested', row);
  const messages = await outboxRows(deps, request, ['request']);
  const opened = await deps.store.requests.open(request, audit, messages);
  if (opened.opened) {
    deps.onTransition({
      request: opened.request,
      from: undefined,
      action: audit.action,
      actorId: actor.userId,
    });
    return { kind: 'opened', request: opened.request };
  }
  const { existing } = opened;
  return { kind: isUnfinished(existing) ? 'already_open' : 'delivered_before', request: existing };
}

/** Whether one administrator may approve without the others: turned on, and the administrators are named, not everybody. */
export function allowsEmergency({ policy, settings }: Deps): boolean {
  const { everyone, users, groups } = policy.administer;
  return settings.breakGlass && !everyone && (users.size > 0 || groups.length > 0);
}

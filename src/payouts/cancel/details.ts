/** Owns what `Details` shows of a request or a link: its history, its IDs and its audit, for people who may look. */

import { isPayoutDeskError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { AuditAction } from '../audit-entry.ts';
import type { AuditFilter, AuditRow } from '../audit-port.ts';
import type { Actor, Deps } from '../deps.ts';
import type { TrackedLink } from '../links/link.ts';
import { type LinkView, track } from '../links/track.ts';
import type { Batch } from './batch.ts';
import { showRequest } from './decide.ts';

/** Rows read of the audit; a request whose outcome was looked up for a day has some thirty a link. */
const AUDIT_READ = 2_000;
/** Rows handed to the view, the newest; more would not fit a message. */
export const AUDIT_SHOWN = 40;

/** The audit of something, oldest first. */
export interface AuditTail {
  rows: AuditRow[];
  /** How many older rows there are. */
  earlier: number;
}

export interface RequestDetails {
  batch: Batch;
  /** The link as InstantPay shows it now, or why it does not; undefined for a request of several links. */
  link: TrackedLink | { problem: string } | undefined;
  audit: AuditTail;
}

export interface LinkDetails {
  link: LinkView;
  /** What was done to it: reminders, requests, decisions, cancellations. */
  audit: AuditTail;
}

/** Everything about one request. Rejects with Forbidden for people who may not look; InstantPay need not answer. */
export async function requestDetails(deps: Deps, actor: Actor, batchId: string): Promise<RequestDetails> {
  const batch = await showRequest(deps, actor, batchId);
  const [request, ...others] = batch.requests;
  const [link, audit] = await Promise.all([
    others.length === 0 ? trackIfPossible(deps, request.linkId) : undefined,
    tailOf(deps, { cancelRequestId: batch.id }, () => true),
  ]);
  return { batch, link, audit };
}

/** Everything about one link. Rejects with Forbidden for people who may not look, and when InstantPay does not answer. */
export async function linkDetails(deps: Deps, actor: Actor, linkId: string): Promise<LinkDetails> {
  await requirePermission(deps, actor, 'look', { subject: 'link.track', linkId });
  const [link, audit] = await Promise.all([
    track(deps, actor, linkId),
    tailOf(deps, { linkId }, ({ action }) => isDone(action)),
  ]);
  return { link, audit };
}

async function trackIfPossible(deps: Deps, linkId: string): Promise<TrackedLink | { problem: string }> {
  try {
    return await deps.gateway.track(linkId);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { problem: error.message };
  }
}

async function tailOf(
  deps: Deps,
  filter: Omit<AuditFilter, 'limit'>,
  wanted: (row: AuditRow) => boolean,
): Promise<AuditTail> {
  const rows = (await deps.store.audit.list({ ...filter, limit: AUDIT_READ })).filter(wanted);
  return {
    rows: rows.slice(0, AUDIT_SHOWN).toReversed(),
    earlier: Math.max(0, rows.length - AUDIT_SHOWN),
  };
}

/** Who looked at private details, or was refused, is for administrators. */
const NOT_DONE: ReadonlySet<string> = new Set<AuditAction>([
  'access.refused',
  'audit.exported',
  'audit.read',
  'link.revealed',
]);

function isDone(action: string): boolean {
  return !NOT_DONE.has(action);
}

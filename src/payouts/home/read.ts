/** Owns what App Home is about: what waits for this person, what they requested and decided, and the numbers of today. */

import { judgeAccess } from '../access.ts';
import type { AuditAction } from '../audit-entry.ts';
import { judgeApprover } from '../cancel/approvers.ts';
import { type Batch, pendingOf } from '../cancel/batch.ts';
import type { Actor, Deps } from '../deps.ts';
import { DAY_MS, istDay, istInstant } from '../time.ts';
import type { HomeStore } from './port.ts';
import { firstExpiry, type HomeContents, isOpen } from './queue.ts';

/** For how long a finished request stays in sight. */
const SHOWN_FOR_MS = 3 * DAY_MS;
const OWN_AT_MOST = 20;
const DECIDED_AT_MOST = 5;
/** Rows of the audit in which a person's own decisions are looked for. */
const ROWS_READ = 50;

/** Reads the store and Slack's cached answers, never InstantPay; for people who may look. */
export async function readHome(
  deps: Deps,
  homes: Pick<HomeStore, 'requestedBy' | 'counts'>,
  actor: Actor,
): Promise<HomeContents> {
  const now = deps.clock();
  const [waiting, own, decided, today] = await Promise.all([
    waitingFor(deps, actor, now),
    homes.requestedBy(actor.userId, now - SHOWN_FOR_MS, OWN_AT_MOST),
    decidedBy(deps, actor, now),
    homes.counts(istInstant(istDay(now))),
  ]);
  return {
    waiting,
    own: own.toSorted((one, other) => Number(isOpen(other)) - Number(isOpen(one))),
    decided,
    today,
  };
}

/** Undecided batches on which the person may decide and has not. */
async function waitingFor(deps: Deps, actor: Actor, now: number): Promise<Batch[]> {
  if (!(await judgeAccess(deps, actor, 'approve')).allowed) return [];
  const [pending, active] = await Promise.all([
    deps.store.requests.pending(),
    deps.store.delegations.active(now),
  ]);
  // Read once, however many requests wait.
  const delegations = { ...deps.store.delegations, active: async () => active };
  const known: Deps = { ...deps, store: { ...deps.store, delegations } };
  const theirs = await Promise.all(pending.map((batch) => waitsFor(known, batch, actor, now)));
  const endOf = (batch: Batch): number =>
    Math.min(firstExpiry(batch), ...pendingOf(batch).map(({ expiresAt }) => expiresAt));
  return pending.filter((_batch, index) => theirs[index]).toSorted((one, other) => endOf(one) - endOf(other));
}

async function waitsFor(deps: Deps, batch: Batch, actor: Actor, now: number): Promise<boolean> {
  const [request] = pendingOf(batch);
  if (!request || request.expiresAt <= now) return false;
  if (request.approvals.some(({ userId }) => userId === actor.userId)) return false;
  return (await judgeApprover(deps, request, actor, now)).allowed;
}

const DECISIONS: ReadonlySet<string> = new Set<AuditAction>([
  'cancel.approved',
  'cancel.rejected',
  'cancel.emergency_approved',
]);

async function decidedBy(deps: Deps, { userId }: Actor, now: number): Promise<Batch[]> {
  const rows = await deps.store.audit.list({ actorId: userId, from: now - DAY_MS, limit: ROWS_READ });
  const ids = rows.flatMap(({ action, cancelRequestId }) =>
    cancelRequestId !== undefined && DECISIONS.has(action) ? [cancelRequestId] : [],
  );
  const latest = [...new Set(ids)].slice(0, DECIDED_AT_MOST);
  const found = await Promise.all(latest.map((id) => deps.store.requests.findBatch(id)));
  return found.filter((batch) => batch !== undefined);
}

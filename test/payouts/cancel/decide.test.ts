/** Owns decisions on a stored request: approve, reject, withdraw, conflicts between people, and what the audit says. */

import { describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import { Forbidden, NotFound, Refused, UsageError } from '../../../src/errors.ts';
import type { RequestStatus } from '../../../src/payouts/cancel/request.ts';
import { type Answered, decideCancel } from '../../../src/payouts/cancel/decide.ts';
import { requestCancel } from '../../../src/payouts/cancel/ask.ts';
import { executeAll } from '../../../src/payouts/cancel/execute.ts';
import type { Actor } from '../../../src/payouts/deps.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import {
  request,
  auditOf,
  CHECKER,
  keep,
  LINK,
  MAKER,
  makeDeps,
  NOON,
  only,
  policy,
  SECOND,
  STRANGER,
  stored,
  type TestDeps,
  write,
} from '../setup.ts';
import { EMERGENCY_OFF } from '../../../src/payouts/cancel/words.ts';

/** What a click on Approve does: decide, and carry it out when it was decided by this click. */
async function approve(deps: TestDeps, actor: Actor, cancelRequestId = 'a1'): Promise<Answered> {
  const answered = await decideCancel(deps, actor, cancelRequestId, 'approve');
  if (answered.ok) await executeAll(deps, answered.batch);
  return answered;
}

describe('decideCancel', () => {
  test('an approver approves', async () => {
    const deps = makeDeps();
    await keep(deps, request());
    deps.time.now = NOON + HOUR_MS;
    const answered = await decideCancel(deps, CHECKER, 'a1', 'approve');
    expect(answered).toMatchObject({
      ok: true,
      batch: { version: 8, requests: [{ status: 'approved', version: 8 }] },
    });
    expect(stored(deps)).toEqual(answered.batch.requests[0]);
    expect(auditOf(deps)).toMatchObject([
      { action: 'cancel.approved', actorId: CHECKER.userId, decisionMs: HOUR_MS },
    ]);
    expect(deps.gateway.calls.cancel).toEqual([]);
  });

  test('an approver rejects, and says why; what they say is masked', async () => {
    const deps = makeDeps();
    await keep(deps, request());
    const answered = await decideCancel(deps, CHECKER, 'a1', 'reject', { reason: ' Call 9876543210 first ' });
    expect(answered).toMatchObject({
      ok: true,
      batch: {
        requests: [{ status: 'rejected', closedBy: CHECKER.userId, closedReason: 'Call ******3210 first' }],
      },
    });
    expect(auditOf(deps)).toMatchObject([{ action: 'cancel.rejected', reason: 'Call ******3210 first' }]);
  });

  test('a rejection without a reason changes nothing', async () => {
    const deps = makeDeps();
    await keep(deps, request());
    await expect(decideCancel(deps, CHECKER, 'a1', 'reject')).rejects.toThrow(UsageError);
    expect(stored(deps)?.status).toBe('pending');
  });

  test('the requester withdraws', async () => {
    const deps = makeDeps();
    await keep(deps, request());
    const answered = await decideCancel(deps, MAKER, 'a1', 'withdraw');
    expect(answered).toMatchObject({ ok: true, batch: { requests: [{ status: 'withdrawn' }] } });
  });

  test('the requester may not decide, even as an approver', async () => {
    const everybody = only(MAKER.userId, CHECKER.userId);
    const deps = makeDeps({ policy: policy({ approve: everybody }) });
    await keep(deps, request());
    for (const kind of ['approve', 'reject'] as const) {
      expect(await decideCancel(deps, MAKER, 'a1', kind, { reason: 'why' })).toMatchObject({
        ok: false,
        why: 'own_request',
        batch: { requests: [{ status: 'pending', version: 7 }] },
      });
    }
    expect(auditOf(deps)).toMatchObject([
      {
        action: 'decision.refused',
        subject: 'cancel.approve',
        outcome: 'own_request',
        actorId: MAKER.userId,
        cancelRequestId: 'a1',
      },
      { action: 'decision.refused', subject: 'cancel.reject', outcome: 'own_request' },
    ]);
  });

  test('whoever is no approver is told so, and nothing changes', async () => {
    const deps = makeDeps();
    await keep(deps, request());
    for (const kind of ['approve', 'reject'] as const) {
      await expect(decideCancel(deps, MAKER, 'a1', kind, { reason: 'why' })).rejects.toThrow(Forbidden);
    }
    await expect(decideCancel(deps, STRANGER, 'a1', 'withdraw')).rejects.toThrow(Forbidden);
    expect(stored(deps)).toEqual(request());
    expect(auditOf(deps)).toMatchObject([
      {
        action: 'access.refused',
        subject: 'cancel.approve',
        outcome: 'not_approver',
        cancelRequestId: 'a1',
      },
      { action: 'access.refused', subject: 'cancel.reject', outcome: 'not_approver' },
      {
        action: 'access.refused',
        subject: 'cancel.withdraw',
        outcome: 'not_operator',
        actorId: STRANGER.userId,
      },
    ]);
  });

  test('access is asked for at the click: an approver of yesterday is none today', async () => {
    const deps = makeDeps({ policy: policy({ approve: only(SECOND.userId) }) });
    await keep(deps, request({ approvalsRequired: 2, approvals: [{ userId: CHECKER.userId, at: NOON }] }));
    await expect(decideCancel(deps, CHECKER, 'a1', 'approve')).rejects.toThrow(Forbidden);
  });

  test('a request nobody knows is not found', async () => {
    await expect(decideCancel(makeDeps(), CHECKER, 'a9', 'approve')).rejects.toThrow(NotFound);
  });

  test('a click after the lapse stores the lapse, whoever clicks', async () => {
    for (const [actor, kind] of [
      [CHECKER, 'approve'],
      [MAKER, 'withdraw'],
    ] as const) {
      const deps = makeDeps();
      await keep(deps, request());
      deps.time.now = NOON + 24 * HOUR_MS;
      expect(await decideCancel(deps, actor, 'a1', kind)).toMatchObject({
        ok: false,
        why: 'finished',
        batch: { requests: [{ status: 'expired', version: 8 }] },
      });
      expect(auditOf(deps)).toMatchObject([
        { action: 'cancel.expired', actorId: SYSTEM_ACTOR },
        { action: 'decision.refused', subject: `cancel.${kind}`, outcome: 'finished' },
      ]);
    }
  });

  test('a millisecond before the lapse still counts', async () => {
    const deps = makeDeps();
    await keep(deps, request());
    deps.time.now = NOON + 24 * HOUR_MS - 1;
    expect(await decideCancel(deps, CHECKER, 'a1', 'approve')).toMatchObject({ ok: true });
  });
});

describe('two approvals', () => {
  const two = request({ approvalsRequired: 2 });

  test('need two people', async () => {
    const deps = makeDeps({ script: { cancel: [write('done')] } });
    await keep(deps, two);
    expect(await approve(deps, CHECKER)).toMatchObject({
      ok: true,
      batch: { requests: [{ status: 'pending' }] },
    });
    expect(await approve(deps, CHECKER)).toMatchObject({ ok: false, why: 'already_approved' });
    expect(deps.gateway.calls.cancel).toEqual([]);
    expect(await approve(deps, SECOND)).toMatchObject({
      ok: true,
      batch: { requests: [{ status: 'approved' }] },
    });
    expect(stored(deps)).toMatchObject({ status: 'executed' });
    expect(auditOf(deps)).toMatchObject([
      { action: 'cancel.approved', approvals: 1, approvalsRequired: 2 },
      { action: 'decision.refused', outcome: 'already_approved' },
      { action: 'cancel.approved', approvals: 2, approvalsRequired: 2 },
      { action: 'cancel.started' },
      { action: 'cancel.executed', outcome: 'cancelled' },
    ]);
  });

  test('one person clicking twice at once gives one approval', async () => {
    const deps = makeDeps();
    await keep(deps, two);
    const answers = await Promise.all([approve(deps, CHECKER), approve(deps, CHECKER)]);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(stored(deps)).toMatchObject({ status: 'pending', approvals: [{ userId: CHECKER.userId }] });
  });

  test('two people clicking at once both count, and one call is made', async () => {
    const deps = makeDeps({ script: { cancel: [write('done')] } });
    await keep(deps, two);
    const answers = await Promise.all([approve(deps, CHECKER), approve(deps, SECOND)]);
    expect(answers.map((answer) => answer.ok)).toEqual([true, true]);
    expect(stored(deps)).toMatchObject({ status: 'executed', approvals: { length: 2 } });
    expect(deps.gateway.calls.cancel).toEqual([LINK]);
  });

  test('after a first approval a rejection still closes it', async () => {
    const deps = makeDeps();
    await keep(deps, two);
    await decideCancel(deps, CHECKER, 'a1', 'approve');
    expect(await decideCancel(deps, SECOND, 'a1', 'reject', { reason: 'not ours' })).toMatchObject({
      batch: { requests: [{ status: 'rejected', approvals: { length: 1 } }] },
    });
  });
});

describe('breaking the glass', () => {
  const open = request({ approvalsRequired: 2, emergencyAllowed: true });
  const on = { settings: { breakGlass: true } };

  test('an administrator approves alone, with a reason that is masked', async () => {
    const deps = makeDeps({ ...on, script: { cancel: [write('done')] } });
    await keep(deps, open);
    const answered = await decideCancel(deps, CHECKER, 'a1', 'emergency', { reason: ' Fraud, 9876543210 ' });
    expect(answered).toMatchObject({
      ok: true,
      batch: {
        requests: [{ status: 'approved', emergencyReason: 'Fraud, ******3210', approvals: { length: 1 } }],
      },
    });
    await executeAll(deps, answered.batch);
    expect(stored(deps)).toMatchObject({ status: 'executed', emergencyReason: 'Fraud, ******3210' });
  });

  test('is for administrators, never for the requester, and not without a reason', async () => {
    const deps = makeDeps({ ...on, policy: policy({ administer: only(MAKER.userId, CHECKER.userId) }) });
    await keep(deps, open);
    await expect(decideCancel(deps, SECOND, 'a1', 'emergency', { reason: 'why' })).rejects.toThrow(Forbidden);
    await expect(decideCancel(deps, CHECKER, 'a1', 'emergency', { reason: ' ' })).rejects.toThrow(UsageError);
    expect(await decideCancel(deps, MAKER, 'a1', 'emergency', { reason: 'why' })).toMatchObject({
      why: 'own_request',
    });
    expect(stored(deps)).toEqual(open);
  });

  test('is refused where it is switched off, now or when the request was made', async () => {
    const off = makeDeps();
    await keep(off, open);
    const refused = decideCancel(off, CHECKER, 'a1', 'emergency', { reason: 'why' });
    await expect(refused).rejects.toThrow(Refused);
    await expect(refused).rejects.toThrow(EMERGENCY_OFF);
    const since = makeDeps(on);
    await keep(since, request());
    expect(await decideCancel(since, CHECKER, 'a1', 'emergency', { reason: 'why' })).toMatchObject({
      ok: false,
      why: 'no_emergency',
    });
  });

  test('requests remember whether it was allowed', async () => {
    const opened = await requestCancel(makeDeps(on), MAKER, {
      linkIds: [LINK],
      reason: 'why',
      requestedIn: 'C',
    });
    expect(opened.batch.requests[0].emergencyAllowed).toBe(true);
  });
});

describe('races', () => {
  const approvers = Array.from({ length: 50 }, (_, index) => ({ userId: `U_APPROVER_${index}` }));
  const crowd = policy({ approve: only(...approvers.map((one) => one.userId)) });

  test('of fifty approvers at once one approves, and the link is cancelled once', async () => {
    const deps = makeDeps({ policy: crowd, script: { cancel: [write('done')] } });
    await keep(deps, request());
    const answers = await Promise.all(approvers.map((actor) => approve(deps, actor)));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    for (const answer of answers) if (!answer.ok) expect(answer.why).toBe('finished');
    expect(deps.gateway.calls.cancel).toEqual([LINK]);
    expect(stored(deps)).toMatchObject({ status: 'executed', approvals: { length: 1 } });
    const rows = auditOf(deps);
    expect(rows.filter(({ action }) => action === 'cancel.approved')).toHaveLength(1);
    const refused = rows.filter(({ action }) => action === 'decision.refused');
    expect(refused).toHaveLength(49);
    for (const { subject } of refused) expect(subject).toBe('cancel.approve');
  });

  test('fifty approvers, two needed: two approvals, one call', async () => {
    const deps = makeDeps({ policy: crowd, script: { cancel: [write('done')] } });
    await keep(deps, request({ approvalsRequired: 2 }));
    const answers = await Promise.all(approvers.map((actor) => approve(deps, actor)));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(2);
    expect(new Set(stored(deps)?.approvals.map((vote) => vote.userId)).size).toBe(2);
    expect(deps.gateway.calls.cancel).toEqual([LINK]);
  });

  test.each([
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ] as const)('approve and reject at once: the first (%s) decides', async (first, status) => {
    const deps = makeDeps();
    await keep(deps, request());
    const second = first === 'approve' ? 'reject' : 'approve';
    const answers = await Promise.all([
      decideCancel(deps, CHECKER, 'a1', first, { reason: 'why' }),
      decideCancel(deps, SECOND, 'a1', second, { reason: 'why' }),
    ]);
    const expected: RequestStatus = status;
    expect(answers).toMatchObject([
      { ok: true, batch: { requests: [{ status: expected }] } },
      { ok: false, why: 'finished', batch: { requests: [{ status: expected }] } },
    ]);
  });

  test('the whole way, asked and approved by two people', async () => {
    const deps = makeDeps({ script: { cancel: [write('done')] } });
    const opened = await requestCancel(deps, MAKER, { linkIds: [LINK], reason: 'why', requestedIn: 'C' });
    await approve(deps, CHECKER, opened.batch.id);
    expect(stored(deps, opened.batch.id)?.outcome?.kind).toBe('cancelled');
    const again = await requestCancel(deps, MAKER, { linkIds: [LINK], reason: 'why', requestedIn: 'C' });
    expect(again.kind).toBe('opened');
  });
});

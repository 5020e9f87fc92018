/** Owns the last approval: every earlier approver must still be one, and emergency approval needs named administrators. */

import { describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import { Refused, Unavailable } from '../../../src/errors.ts';
import type { Principals } from '../../../src/payouts/policy.ts';
import { decide } from '../../../src/payouts/cancel/decision.ts';
import { decideCancel } from '../../../src/payouts/cancel/decide.ts';
import { requestCancel } from '../../../src/payouts/cancel/ask.ts';
import type { PersonKind } from '../../../src/payouts/directory.ts';
import {
  request,
  auditOf,
  CHECKER,
  type DepsOptions,
  keep,
  LINK,
  MAKER,
  makeDeps,
  NOON,
  only,
  policy,
  SECOND,
  stored,
} from '../setup.ts';

const THIRD = { userId: 'U_THIRD' };
const APPROVERS = policy({ approve: only(CHECKER.userId, SECOND.userId, THIRD.userId) });
const approvals = (...users: { userId: string }[]) => users.map(({ userId }) => ({ userId, at: NOON }));

async function pendingDeps(options: DepsOptions, changes: Parameters<typeof request>[0] = {}) {
  const deps = makeDeps({ policy: APPROVERS, ...options });
  await keep(deps, request({ approvalsRequired: 2, approvals: approvals(CHECKER), ...changes }));
  return deps;
}

describe('the last approval', () => {
  test('carries while the earlier approver is an approver', async () => {
    const deps = await pendingDeps({});
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({
      ok: true,
      batch: { requests: [{ status: 'approved', approvals: [CHECKER, SECOND], voidApprovals: [] }] },
    });
  });

  const lost: [string, DepsOptions][] = [
    ['was taken off the list', { policy: policy({ approve: only(SECOND.userId, THIRD.userId) }) }],
    ['left the workspace', { people: { [CHECKER.userId]: 'deactivated' } }],
    ['is a guest by now', { people: { [CHECKER.userId]: 'guest' } }],
    [
      'left the group',
      {
        policy: policy({ approve: { everyone: false, users: new Set(), groups: ['S_TWO'] } }),
        groups: { S_TWO: [SECOND.userId, THIRD.userId] },
      },
    ],
  ];
  test.each(lost)(
    'does not carry when the earlier approver %s: the approval is void',
    async (_name, options) => {
      const deps = await pendingDeps(options);
      expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({
        ok: true,
        batch: {
          requests: [
            {
              status: 'pending',
              decidedAt: undefined,
              approvals: [SECOND],
              voidApprovals: approvals(CHECKER),
            },
          ],
        },
      });
      expect(auditOf(deps)).toMatchObject([
        { actorId: SECOND.userId, action: 'cancel.approved', approvals: 1, approvalsRequired: 2 },
        { actorId: SYSTEM_ACTOR, action: 'approval.voided', affectedUserId: CHECKER.userId },
      ]);
      expect(await decideCancel(deps, THIRD, 'a1', 'approve')).toMatchObject({
        ok: true,
        batch: {
          requests: [{ status: 'approved', approvals: [SECOND, THIRD], voidApprovals: approvals(CHECKER) }],
        },
      });
    },
  );

  test('who gets the right back approves again, and is not listed as void then', async () => {
    const people: Record<string, PersonKind> = { [CHECKER.userId]: 'guest' };
    const deps = await pendingDeps({ people });
    await decideCancel(deps, SECOND, 'a1', 'approve');
    people[CHECKER.userId] = 'member';
    expect(await decideCancel(deps, CHECKER, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ status: 'approved', approvals: [SECOND, CHECKER], voidApprovals: [] }] },
    });
  });

  test('is not taken while Slack does not tell about the earlier approver: nothing changes, and it carries later', async () => {
    const people: Record<string, PersonKind | Error> = {
      [CHECKER.userId]: new Unavailable('Slack is away.'),
    };
    const deps = await pendingDeps({ people });
    const before = stored(deps);
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({
      ok: false,
      why: 'approvers_unknown',
    });
    expect(stored(deps)).toEqual(before);
    expect(auditOf(deps)).toMatchObject([
      {
        actorId: SECOND.userId,
        action: 'decision.refused',
        subject: 'cancel.approve',
        outcome: 'approvers_unknown',
      },
    ]);
    people[CHECKER.userId] = 'member';
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({ ok: true });
    expect(stored(deps)?.status).toBe('approved');
  });

  test('an approver nobody tells about does not keep an approval from being stored that would not carry anyway', async () => {
    const people = { [CHECKER.userId]: new Unavailable('Slack is away.'), [SECOND.userId]: 'guest' as const };
    const deps = await pendingDeps(
      { people },
      { approvalsRequired: 3, approvals: approvals(CHECKER, SECOND) },
    );
    expect(await decideCancel(deps, THIRD, 'a1', 'approve')).toMatchObject({
      ok: true,
      batch: {
        requests: [{ status: 'pending', approvals: [CHECKER, THIRD], voidApprovals: approvals(SECOND) }],
      },
    });
  });

  test('an approval that is not the last one asks about nobody else', async () => {
    const people = { [CHECKER.userId]: new Unavailable('Slack is away.') };
    const deps = await pendingDeps({ people }, { approvalsRequired: 3 });
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({ ok: true });
    expect(stored(deps)).toMatchObject({ status: 'pending', approvals: [CHECKER, SECOND] });
  });

  test('a second click of the one earlier approver is one still, whatever became of the right', async () => {
    const deps = await pendingDeps({});
    expect(await decideCancel(deps, CHECKER, 'a1', 'approve')).toMatchObject({ why: 'already_approved' });
  });

  test('a rejection asks about nobody else', async () => {
    const deps = await pendingDeps({ people: { [CHECKER.userId]: new Unavailable('Slack is away.') } });
    expect(await decideCancel(deps, SECOND, 'a1', 'reject', { reason: 'Not this one' })).toMatchObject({
      ok: true,
    });
    expect(stored(deps)?.status).toBe('rejected');
  });

  test('a fault in finding out is not taken for an answer', async () => {
    const deps = await pendingDeps({ people: { [CHECKER.userId]: new TypeError('a bug') } });
    await expect(decideCancel(deps, SECOND, 'a1', 'approve')).rejects.toThrow('a bug');
  });

  test('names of others than the approvers void nothing', () => {
    const before = request({ approvalsRequired: 2, approvals: approvals(CHECKER) });
    const decided = decide(before, { kind: 'approve', by: SECOND.userId, lost: ['U_OTHER'] }, NOON);
    expect(decided).toMatchObject({ ok: true, next: { status: 'approved', approvals: [CHECKER, SECOND] } });
    expect(decided.ok && decided.audit).toHaveLength(1);
  });
});

describe('emergency approval', () => {
  const breakGlass = { breakGlass: true };
  const nobody = only();
  const everybody: Principals = { everyone: true, users: new Set(), groups: [] };

  test.each([
    ['nobody', nobody],
    ['everybody', everybody],
    ['everybody, with names', { ...everybody, users: new Set([CHECKER.userId]) }],
  ])('administrators are %s: refused, and not offered', async (_name, administer) => {
    const deps = makeDeps({ policy: policy({ administer }), settings: breakGlass });
    await keep(deps, request({ emergencyAllowed: true }));
    const decided = decideCancel(deps, CHECKER, 'a1', 'emergency', { reason: 'It is urgent' });
    await expect(decided).rejects.toThrow();
    expect(stored(deps)?.status).toBe('pending');
    const other = makeDeps({ policy: policy({ administer }), settings: breakGlass });
    const {
      batch: {
        requests: [opened],
      },
    } = await requestCancel(other, MAKER, {
      linkIds: [LINK],
      reason: 'Paid twice',
      requestedIn: 'C_FINANCE',
    });
    expect(opened.emergencyAllowed).toBe(false);
  });

  test('everybody an administrator is nobody named: it says that it is turned off', async () => {
    const deps = makeDeps({ policy: policy({ administer: everybody }), settings: breakGlass });
    await keep(deps, request({ emergencyAllowed: true }));
    const decided = decideCancel(deps, CHECKER, 'a1', 'emergency', { reason: 'It is urgent' });
    await expect(decided).rejects.toThrow(Refused);
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'cancel.emergency_approve', outcome: 'emergency_off' },
    ]);
  });

  test.each([
    ['by name', only(CHECKER.userId)],
    ['by group', { everyone: false, users: new Set<string>(), groups: ['S_ADMINS'] }],
  ])('an administrator named %s approves', async (_name, administer) => {
    const deps = makeDeps({
      policy: policy({ administer }),
      settings: breakGlass,
      groups: { S_ADMINS: [CHECKER.userId] },
    });
    await keep(deps, request({ emergencyAllowed: true, approvalsRequired: 2 }));
    expect(await decideCancel(deps, CHECKER, 'a1', 'emergency', { reason: 'It is urgent' })).toMatchObject({
      ok: true,
      batch: { requests: [{ status: 'approved', emergencyReason: 'It is urgent' }] },
    });
  });

  test('never the own request', async () => {
    const deps = makeDeps({ policy: policy({ administer: only(MAKER.userId) }), settings: breakGlass });
    await keep(deps, request({ emergencyAllowed: true }));
    expect(await decideCancel(deps, MAKER, 'a1', 'emergency', { reason: 'It is urgent' })).toMatchObject({
      ok: false,
      why: 'own_request',
    });
  });
});

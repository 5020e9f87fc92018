/** Tests that at the last vote every earlier voter must still be an approver, and that emergency approval needs named administrators. */

import { describe, expect, test } from 'vitest';
import { Refused, Unavailable } from '../../../src/errors.ts';
import type { Principals } from '../../../src/payouts/access.ts';
import { decide } from '../../../src/payouts/cancel/request.ts';
import { decideCancel, requestCancel } from '../../../src/payouts/cancel/decide.ts';
import type { PersonKind } from '../../../src/payouts/ports.ts';
import {
  approval,
  auditOf,
  CHECKER,
  type DeskOptions,
  keep,
  LINK,
  MAKER,
  makeDesk,
  NOON,
  only,
  policy,
  SECOND,
  stored,
} from '../setup.ts';

const THIRD = { userId: 'U_THIRD' };
const APPROVERS = policy({ approve: only(CHECKER.userId, SECOND.userId, THIRD.userId) });
const votes = (...users: { userId: string }[]) => users.map(({ userId }) => ({ userId, at: NOON }));

async function pendingDesk(options: DeskOptions, changes: Parameters<typeof approval>[0] = {}) {
  const desk = makeDesk({ policy: APPROVERS, ...options });
  await keep(desk, approval({ approvalsRequired: 2, votes: votes(CHECKER), ...changes }));
  return desk;
}

describe('the last vote', () => {
  test('carries while the earlier voter is an approver', async () => {
    const desk = await pendingDesk({});
    expect(await decideCancel(desk, SECOND, 'a1', 'approve')).toMatchObject({
      ok: true,
      approval: { status: 'approved', votes: [CHECKER, SECOND], voidVotes: [] },
    });
  });

  const lost: [string, DeskOptions][] = [
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
  test.each(lost)('does not carry when the earlier voter %s: the vote is void', async (_name, options) => {
    const desk = await pendingDesk(options);
    expect(await decideCancel(desk, SECOND, 'a1', 'approve')).toMatchObject({
      ok: true,
      approval: { status: 'pending', decidedAt: undefined, votes: [SECOND], voidVotes: votes(CHECKER) },
    });
    expect(auditOf(desk)).toMatchObject([
      { actorId: SECOND.userId, action: 'cancel approved', outcome: '1 of 2 approvals' },
      { actorId: 'desk', action: 'approval void', reason: `${CHECKER.userId} may no longer approve` },
    ]);
    expect(await decideCancel(desk, THIRD, 'a1', 'approve')).toMatchObject({
      ok: true,
      approval: { status: 'approved', votes: [SECOND, THIRD], voidVotes: votes(CHECKER) },
    });
  });

  test('who gets the right back votes again, and is not listed as void then', async () => {
    const people: Record<string, PersonKind> = { [CHECKER.userId]: 'guest' };
    const desk = await pendingDesk({ people });
    await decideCancel(desk, SECOND, 'a1', 'approve');
    people[CHECKER.userId] = 'member';
    expect(await decideCancel(desk, CHECKER, 'a1', 'approve')).toMatchObject({
      approval: { status: 'approved', votes: [SECOND, CHECKER], voidVotes: [] },
    });
  });

  test('is not taken while Slack does not tell about the earlier voter: nothing changes, and it carries later', async () => {
    const people: Record<string, PersonKind | Error> = {
      [CHECKER.userId]: new Unavailable('Slack is away.'),
    };
    const desk = await pendingDesk({ people });
    const before = stored(desk);
    expect(await decideCancel(desk, SECOND, 'a1', 'approve')).toMatchObject({
      ok: false,
      why: 'voters_unknown',
    });
    expect(stored(desk)).toEqual(before);
    expect(auditOf(desk)).toMatchObject([
      { actorId: SECOND.userId, action: 'cancel approve refused', outcome: 'voters_unknown' },
    ]);
    people[CHECKER.userId] = 'member';
    expect(await decideCancel(desk, SECOND, 'a1', 'approve')).toMatchObject({ ok: true });
    expect(stored(desk)?.status).toBe('approved');
  });

  test('a voter nobody tells about does not keep a vote from being stored that would not carry anyway', async () => {
    const people = { [CHECKER.userId]: new Unavailable('Slack is away.'), [SECOND.userId]: 'guest' as const };
    const desk = await pendingDesk({ people }, { approvalsRequired: 3, votes: votes(CHECKER, SECOND) });
    expect(await decideCancel(desk, THIRD, 'a1', 'approve')).toMatchObject({
      ok: true,
      approval: { status: 'pending', votes: [CHECKER, THIRD], voidVotes: votes(SECOND) },
    });
  });

  test('a vote that is not the last one asks about nobody else', async () => {
    const people = { [CHECKER.userId]: new Unavailable('Slack is away.') };
    const desk = await pendingDesk({ people }, { approvalsRequired: 3 });
    expect(await decideCancel(desk, SECOND, 'a1', 'approve')).toMatchObject({ ok: true });
    expect(stored(desk)).toMatchObject({ status: 'pending', votes: [CHECKER, SECOND] });
  });

  test('a second click of the one earlier voter is one still, whatever became of the right', async () => {
    const desk = await pendingDesk({});
    expect(await decideCancel(desk, CHECKER, 'a1', 'approve')).toMatchObject({ why: 'already_voted' });
  });

  test('a rejection asks about nobody else', async () => {
    const desk = await pendingDesk({ people: { [CHECKER.userId]: new Unavailable('Slack is away.') } });
    expect(await decideCancel(desk, SECOND, 'a1', 'reject', 'Not this one')).toMatchObject({ ok: true });
    expect(stored(desk)?.status).toBe('rejected');
  });

  test('a fault in finding out is not taken for an answer', async () => {
    const desk = await pendingDesk({ people: { [CHECKER.userId]: new TypeError('a bug') } });
    await expect(decideCancel(desk, SECOND, 'a1', 'approve')).rejects.toThrow('a bug');
  });

  test('names of others than the voters void nothing', () => {
    const before = approval({ approvalsRequired: 2, votes: votes(CHECKER) });
    const decided = decide(before, { kind: 'approve', by: SECOND.userId, lost: ['U_OTHER'] }, NOON);
    expect(decided).toMatchObject({ ok: true, next: { status: 'approved', votes: [CHECKER, SECOND] } });
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
    const desk = makeDesk({ policy: policy({ administer }), settings: breakGlass });
    await keep(desk, approval({ emergencyAllowed: true }));
    const decided = decideCancel(desk, CHECKER, 'a1', 'break_glass', 'It is urgent');
    await expect(decided).rejects.toThrow();
    expect(stored(desk)?.status).toBe('pending');
    const other = makeDesk({ policy: policy({ administer }), settings: breakGlass });
    const { approval: opened } = await requestCancel(other, MAKER, {
      linkId: LINK,
      reason: 'Paid twice',
      askedIn: 'C_FINANCE',
    });
    expect(opened.emergencyAllowed).toBe(false);
  });

  test('everybody an administrator is nobody named: it says that it is turned off', async () => {
    const desk = makeDesk({ policy: policy({ administer: everybody }), settings: breakGlass });
    await keep(desk, approval({ emergencyAllowed: true }));
    const decided = decideCancel(desk, CHECKER, 'a1', 'break_glass', 'It is urgent');
    await expect(decided).rejects.toThrow(Refused);
    expect(auditOf(desk)).toMatchObject([{ outcome: 'switched off' }]);
  });

  test.each([
    ['by name', only(CHECKER.userId)],
    ['by group', { everyone: false, users: new Set<string>(), groups: ['S_ADMINS'] }],
  ])('an administrator named %s approves', async (_name, administer) => {
    const desk = makeDesk({
      policy: policy({ administer }),
      settings: breakGlass,
      groups: { S_ADMINS: [CHECKER.userId] },
    });
    await keep(desk, approval({ emergencyAllowed: true, approvalsRequired: 2 }));
    expect(await decideCancel(desk, CHECKER, 'a1', 'break_glass', 'It is urgent')).toMatchObject({
      ok: true,
      approval: { status: 'approved', emergencyReason: 'It is urgent' },
    });
  });

  test('never the own request', async () => {
    const desk = makeDesk({ policy: policy({ administer: only(MAKER.userId) }), settings: breakGlass });
    await keep(desk, approval({ emergencyAllowed: true }));
    expect(await decideCancel(desk, MAKER, 'a1', 'break_glass', 'It is urgent')).toMatchObject({
      ok: false,
      why: 'own_request',
    });
  });
});

/** Owns lending the right to decide: who may, to whom, until when; what it ends by; and that it cannot be lent on. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Refused, Unavailable } from '../../src/errors.ts';
import { judgeAccess } from '../../src/payouts/access.ts';
import { NOT_A_MEMBER, NOT_VERIFIED } from '../../src/payouts/access-words.ts';
import { lend, takeBack, whoIsAway } from '../../src/payouts/delegation.ts';
import {
  DEPUTY_DAY_PAST,
  DEPUTY_DAY_TOO_FAR,
  DEPUTY_IS_SELF,
  DEPUTY_NOT_MEMBER,
  LENT_RIGHT,
  NO_RIGHT_TO_LEND,
} from '../../src/payouts/delegation-words.ts';
import { DAY_MS, istInstant } from '../../src/payouts/time.ts';
import {
  auditOf,
  CHECKER,
  type DepsOptions,
  MAKER,
  makeDeps,
  NOON,
  only,
  policy,
  SECOND,
  STRANGER,
} from './setup.ts';

const DEPUTY = { userId: 'U_DEPUTY' };
const AUDITED = { audited: true };
const TODAY = '2026-11-20';
const to = (deputyId: string, day: string = TODAY) => ({ deputyId, day });

describe('an approver lends', () => {
  test.each([
    ['today', TODAY, '2026-11-21'],
    ['in ten days', '2026-11-30', '2026-12-01'],
    ['90 days ahead', '2027-02-18', '2027-02-19'],
  ])('until the end of the day: %s', async (_name, day, ends) => {
    const deps = makeDeps();
    const delegation = { ...CHECKER, deputyId: DEPUTY.userId, since: NOON, until: istInstant(ends) };
    expect(await lend(deps, CHECKER, to(DEPUTY.userId, day))).toEqual({
      delegation,
      before: undefined,
      isNew: true,
    });
    expect(auditOf(deps)).toEqual([
      {
        sequence: 1,
        at: NOON,
        actorId: CHECKER.userId,
        action: 'delegation.lent',
        affectedUserId: DEPUTY.userId,
        detail: `until ${day}`,
      },
    ]);
    expect(await whoIsAway(deps, MAKER)).toEqual([delegation]);
    deps.time.now = istInstant(ends) - 1;
    expect(await judgeAccess(deps, DEPUTY, 'approve')).toEqual({ allowed: true, lent: true });
    deps.time.now = istInstant(ends);
    expect(await judgeAccess(deps, DEPUTY, 'approve')).toMatchObject({ allowed: false });
    expect(await whoIsAway(deps, MAKER)).toEqual([]);
  });

  test.each<[string, DepsOptions, { userId: string }, ReturnType<typeof to>, string]>([
    ['to oneself', {}, CHECKER, to(CHECKER.userId), DEPUTY_IS_SELF],
    ['until yesterday', {}, CHECKER, to(DEPUTY.userId, '2026-11-19'), DEPUTY_DAY_PAST],
    ['for 91 days', {}, CHECKER, to(DEPUTY.userId, '2027-02-19'), DEPUTY_DAY_TOO_FAR],
    ['to a guest', { people: { U_DEPUTY: 'guest' } }, CHECKER, to(DEPUTY.userId), DEPUTY_NOT_MEMBER],
    ['to a bot', { people: { U_DEPUTY: 'bot' } }, CHECKER, to(DEPUTY.userId), DEPUTY_NOT_MEMBER],
    ['to a stranger', { people: { U_DEPUTY: 'stranger' } }, CHECKER, to(DEPUTY.userId), DEPUTY_NOT_MEMBER],
    [
      'to somebody who left',
      { people: { U_DEPUTY: 'deactivated' } },
      CHECKER,
      to(DEPUTY.userId),
      DEPUTY_NOT_MEMBER,
    ],
  ])('never %s', async (_name, options, actor, given, why) => {
    const deps = makeDeps(options);
    await expect(lend(deps, actor, given)).rejects.toThrow(new Refused(why));
    expect(await deps.store.delegations.active(NOON)).toEqual([]);
    expect(auditOf(deps)).toEqual([]);
  });

  test('not while Slack does not tell who the deputy is', async () => {
    const deps = makeDeps({ people: { U_DEPUTY: new Unavailable('Slack is away.') } });
    await expect(lend(deps, CHECKER, to(DEPUTY.userId))).rejects.toThrow(new Unavailable(NOT_VERIFIED));
    expect(await deps.store.delegations.active(NOON)).toEqual([]);
  });

  test('a new deputy replaces the earlier one, who is named', async () => {
    const deps = makeDeps();
    await lend(deps, CHECKER, to(DEPUTY.userId));
    const { before } = await lend(deps, CHECKER, to(SECOND.userId));
    expect(before?.deputyId).toBe(DEPUTY.userId);
    expect(await judgeAccess(deps, DEPUTY, 'approve')).toMatchObject({ allowed: false });
    expect(auditOf(deps).map(({ action, affectedUserId }) => `${action} ${affectedUserId}`)).toEqual([
      'delegation.lent U_DEPUTY',
      'delegation.ended U_DEPUTY',
      'delegation.lent U_SECOND',
    ]);
  });

  test('exactly the same again changes nothing and leaves no row', async () => {
    const deps = makeDeps();
    const { delegation } = await lend(deps, CHECKER, to(DEPUTY.userId));
    deps.time.now = NOON + 1_000;
    expect(await lend(deps, CHECKER, to(DEPUTY.userId))).toEqual({
      delegation,
      before: delegation,
      isNew: false,
    });
    expect(await whoIsAway(deps, MAKER)).toEqual([delegation]);
    expect(auditOf(deps)).toHaveLength(1);
  });

  test('the same deputy again: longer, and nothing ended', async () => {
    const deps = makeDeps();
    await lend(deps, CHECKER, to(DEPUTY.userId));
    await lend(deps, CHECKER, to(DEPUTY.userId, '2026-11-22'));
    expect(auditOf(deps).map(({ action }) => action)).toEqual(['delegation.lent', 'delegation.lent']);
    deps.time.now = NOON + DAY_MS;
    expect(await judgeAccess(deps, DEPUTY, 'approve')).toMatchObject({ allowed: true });
  });
});

describe('who has no right of their own', () => {
  test('lends none, and it is audited', async () => {
    const deps = makeDeps();
    await expect(lend(deps, STRANGER, to(DEPUTY.userId))).rejects.toThrow(
      new Forbidden(NO_RIGHT_TO_LEND, { ...AUDITED, contacts: [CHECKER.userId, SECOND.userId] }),
    );
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'delegation.lend', outcome: 'not_approver' },
    ]);
  });

  test.each<[string, DepsOptions, string]>([
    ['a guest', { people: { [CHECKER.userId]: 'guest' } }, NOT_A_MEMBER.guest],
    [
      'while Slack does not tell who they are',
      { people: { [CHECKER.userId]: new Unavailable('no') } },
      NOT_VERIFIED,
    ],
  ])('%s: the refusal says that, and not that a right is missing', async (_name, options, why) => {
    const deps = makeDeps(options);
    await expect(lend(deps, CHECKER, to(DEPUTY.userId))).rejects.toThrow(new Forbidden(why, AUDITED));
    expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', subject: 'delegation.lend' }]);
  });

  test.each([
    ['delegation.end', takeBack],
    ['delegation.list', whoIsAway],
  ] as const)('%s is refused to who may not look', async (subject, act) => {
    const deps = makeDeps();
    await expect(act(deps, STRANGER)).rejects.toThrow(Forbidden);
    expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', subject, outcome: 'not_viewer' }]);
  });

  test('a deputy cannot lend on', async () => {
    const deps = makeDeps();
    await lend(deps, CHECKER, to(DEPUTY.userId));
    await expect(lend(deps, DEPUTY, to(STRANGER.userId))).rejects.toThrow(new Forbidden(LENT_RIGHT, AUDITED));
    expect(await judgeAccess(deps, STRANGER, 'approve')).toMatchObject({ allowed: false });
  });

  test('a chain that was stored is none: the lender has to have the right by the policy', async () => {
    const deps = makeDeps();
    const until = NOON + DAY_MS;
    await deps.store.delegations.lend({ ...CHECKER, deputyId: DEPUTY.userId, since: NOON, until }, []);
    await deps.store.delegations.lend({ ...DEPUTY, deputyId: STRANGER.userId, since: NOON, until }, []);
    expect(await judgeAccess(deps, DEPUTY, 'approve')).toEqual({ allowed: true, lent: true });
    expect(await judgeAccess(deps, STRANGER, 'approve')).toMatchObject({ allowed: false });
  });
});

describe('a deputy', () => {
  const lentDeps = async (options: DepsOptions = {}) => {
    const deps = makeDeps(options);
    const until = NOON + DAY_MS;
    await deps.store.delegations.lend({ ...CHECKER, deputyId: DEPUTY.userId, since: NOON, until }, []);
    return deps;
  };

  test('is lent the right to approve, and no other permission', async () => {
    const deps = await lentDeps();
    for (const permission of ['look', 'operate', 'administer'] as const)
      expect(await judgeAccess(deps, DEPUTY, permission)).toMatchObject({ allowed: false });
    expect(await judgeAccess(deps, CHECKER, 'approve')).toEqual({ allowed: true, lent: false });
  });

  test.each<[string, DepsOptions]>([
    ['the approver lost the right', { policy: policy({ approve: only(SECOND.userId) }) }],
    ['the approver left', { people: { [CHECKER.userId]: 'deactivated' } }],
    ['the deputy is a guest', { people: { U_DEPUTY: 'guest' } }],
    ['Slack does not tell who the deputy is', { people: { U_DEPUTY: new Unavailable('no') } }],
    ['Slack does not tell who the approver is', { people: { [CHECKER.userId]: new Unavailable('no') } }],
  ])('has no right when %s', async (_name, options) => {
    expect(await judgeAccess(await lentDeps(options), DEPUTY, 'approve')).toMatchObject({ allowed: false });
  });
});

describe('an approver who is back', () => {
  test('ends it, once, and it is audited', async () => {
    const deps = makeDeps();
    const { delegation } = await lend(deps, CHECKER, to(DEPUTY.userId));
    expect(await takeBack(deps, CHECKER)).toEqual(delegation);
    expect(await takeBack(deps, CHECKER)).toBeUndefined();
    expect(await judgeAccess(deps, DEPUTY, 'approve')).toMatchObject({ allowed: false });
    expect(auditOf(deps).map(({ action }) => action)).toEqual(['delegation.lent', 'delegation.ended']);
  });

  test('nobody ends somebody else’s', async () => {
    const deps = makeDeps();
    await lend(deps, CHECKER, to(SECOND.userId));
    expect(await takeBack(deps, SECOND)).toBeUndefined();
    expect(await whoIsAway(deps, MAKER)).toHaveLength(1);
  });
});

/** Owns who decides on a request: its tier, deputies, never the requester; once each; and who is called to it. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import { NOT_VERIFIED, notPermitted } from '../../../src/payouts/access-words.ts';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import { approversToNotify, judgeApprover } from '../../../src/payouts/cancel/approvers.ts';
import { requestCancel } from '../../../src/payouts/cancel/ask.ts';
import { decideCancel } from '../../../src/payouts/cancel/decide.ts';
import { type CancelRequest, voiceOf } from '../../../src/payouts/cancel/request.ts';
import { requirementOf } from '../../../src/payouts/cancel/rule.ts';
import { takeBack } from '../../../src/payouts/delegation.ts';
import type { ApprovalRule, ApprovalRules } from '../../../src/payouts/policy.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import {
  auditOf,
  CHECKER,
  type DepsOptions,
  keep,
  LINK,
  MAKER,
  makeDeps,
  NOON,
  only,
  page,
  policy,
  record,
  request,
  SECOND,
  stored,
  STRANGER,
  type TestDeps,
  tracked,
} from '../setup.ts';

const DEPUTY = { userId: 'U_DEPUTY' };
const FIN = { userId: 'U_FIN' };
const OTHER_LINK = '657aa9841b8d3897ff0a84fc';
const AWAY = new Unavailable('Slack is away.');
const [LATER, END] = [NOON + HOUR_MS, NOON + 2 * HOUR_MS];

const FINANCE: ApprovalRule = { fromPaise: 200_000_00, approvals: 2, users: [FIN.userId], groups: ['S_FIN'] };
const OPERATIONS: ApprovalRule = { fromPaise: 0, approvals: 1, users: [], groups: ['S_OPS'] };
const RULES: ApprovalRules = {
  approvers: only(CHECKER.userId, SECOND.userId),
  tiers: [OPERATIONS, FINANCE],
};
/** As the settings make it: APPROVERS and the people of the tiers. */
const TIERED: DepsOptions = {
  settings: { approvalRules: RULES },
  policy: policy({
    approve: {
      everyone: false,
      users: new Set([CHECKER.userId, SECOND.userId, FIN.userId]),
      groups: ['S_FIN', 'S_OPS'],
    },
  }),
  groups: { S_FIN: ['U_FIN_MEMBER'], S_OPS: ['U_OPS_MEMBER'] },
};
const OPS = { userId: 'U_OPS_MEMBER' };
const MEMBER = { userId: 'U_FIN_MEMBER' };

async function away(deps: TestDeps, lender: { userId: string }, deputy = DEPUTY, until = END): Promise<void> {
  await deps.store.delegations.lend({ ...lender, deputyId: deputy.userId, since: NOON, until }, []);
}

async function waiting(options: DepsOptions, changes: Partial<Omit<CancelRequest, 'status'>> = {}) {
  const deps = makeDeps(options);
  await keep(deps, request({ ...changes, status: 'pending' }));
  deps.time.now = LATER;
  return deps;
}

describe('what a request needs', () => {
  test.each([
    [0, OPERATIONS],
    [199_999_99, OPERATIONS],
    [200_000_00, FINANCE],
    [9_99_99_999_00, FINANCE],
  ])('%s paise', (amountPaise, rule) => {
    const settings = { approvalRules: RULES, approvalsRequiredAbovePaise: undefined };
    expect(requirementOf(settings, amountPaise)).toEqual({ approvalsRequired: rule.approvals, rule });
  });

  test.each([
    [undefined, 1],
    [100, 1],
    [99, 2],
  ])('without rules, above %s: %s of APPROVERS', (above, approvalsRequired) => {
    const settings = { approvalRules: undefined, approvalsRequiredAbovePaise: above };
    expect(requirementOf(settings, 100)).toEqual({ approvalsRequired, rule: undefined });
  });

  test('is kept on the request', async () => {
    const deps = makeDeps(TIERED);
    const { batch } = await requestCancel(deps, MAKER, {
      linkIds: [LINK],
      reason: 'Paid twice',
      requestedIn: 'C_FINANCE',
    });
    expect(batch.requests).toMatchObject([{ approvalsRequired: 1, rule: OPERATIONS }]);
  });

  test('of several links by their sum: bundling avoids no rule', async () => {
    const half = 100_000_00;
    const script = {
      track: (linkId: string) => tracked({ linkId, amountPaise: half }),
      page: page([record(), record({ linkId: OTHER_LINK })]),
    };
    const deps = makeDeps({ ...TIERED, script });
    const { batch } = await requestCancel(deps, MAKER, {
      linkIds: [LINK, OTHER_LINK],
      reason: 'Paid twice',
      requestedIn: 'C_FINANCE',
    });
    expect(batch.requests).toMatchObject([
      { amountPaise: half, approvalsRequired: 2, rule: FINANCE },
      { amountPaise: half, approvalsRequired: 2, rule: FINANCE },
    ]);
  });
});

describe('judgeApprover', () => {
  const own = { allowed: true, lent: undefined };
  const no = (why: string) => ({ allowed: false, why, unsure: false });

  test.each([
    ['no rule: an approver', CHECKER, undefined, own],
    ['no rule: somebody of a tier alone', FIN, undefined, no('not_of_tier')],
    ['no rule: somebody else', STRANGER, undefined, no('not_approver')],
    ['a tier: its user', FIN, FINANCE, own],
    ['a tier: a member of its group', MEMBER, FINANCE, own],
    ['a tier: an approver of another', OPS, FINANCE, no('not_of_tier')],
    ['a tier: APPROVERS', CHECKER, FINANCE, no('not_of_tier')],
    ['a tier: somebody else', STRANGER, FINANCE, no('not_approver')],
    ['the requester', MAKER, FINANCE, no('own_request')],
  ])('%s', async (_name, actor, rule, expected) => {
    const deps = makeDeps(TIERED);
    expect(await judgeApprover(deps, request({ rule }), actor, NOON)).toMatchObject(expected);
  });

  test('the requester never, also as a user of the tier or as a deputy', async () => {
    const deps = makeDeps(TIERED);
    await away(deps, FIN, MEMBER);
    for (const requester of [FIN, MEMBER])
      expect(
        await judgeApprover(deps, request({ rule: FINANCE, requestedBy: requester.userId }), requester, NOON),
      ).toMatchObject(no('own_request'));
  });

  test.each([
    ['of an approver', CHECKER, undefined, { allowed: true }],
    ['of a user of the tier', FIN, FINANCE, { allowed: true }],
    ['of a member of its group', MEMBER, FINANCE, { allowed: true }],
    ['of an approver of another tier', OPS, FINANCE, no('not_of_tier')],
    ['of somebody without the right', STRANGER, undefined, no('not_approver')],
    ['of the requester', MAKER, undefined, no('lent_by_requester')],
  ])('a deputy %s', async (_name, lender, rule, expected) => {
    const deps = makeDeps(TIERED);
    await away(deps, lender);
    const verdict = await judgeApprover(deps, request({ rule }), DEPUTY, LATER);
    expect(verdict).toMatchObject(expected);
    if (verdict.allowed) expect(verdict.lent).toMatchObject({ userId: lender.userId, until: END });
    expect(await judgeApprover(deps, request({ rule }), DEPUTY, END)).toMatchObject(no('not_approver'));
  });

  test('a deputy of the requester and of another approver decides for the other', async () => {
    const deps = makeDeps({ policy: policy({ approve: only(MAKER.userId, SECOND.userId) }) });
    await away(deps, MAKER);
    await away(deps, SECOND);
    expect(await judgeApprover(deps, request(), DEPUTY, LATER)).toMatchObject({
      allowed: true,
      lent: SECOND,
    });
  });

  test.each([
    ['somebody else', STRANGER, undefined, no('not_approver')],
    ['an approver of another tier', OPS, FINANCE, no('not_of_tier')],
  ])('the right that is lent to one deputy is not that of %s', async (_name, actor, rule, expected) => {
    const deps = makeDeps(TIERED);
    await away(deps, rule ? FIN : CHECKER);
    expect(await judgeApprover(deps, request({ rule }), actor, LATER)).toMatchObject(expected);
  });

  test.each(['guest', 'bot', 'deactivated', 'stranger'] as const)(
    'a deputy who is a %s by now decides on nothing',
    async (kind) => {
      const deps = makeDeps({ people: { [DEPUTY.userId]: kind } });
      await away(deps, CHECKER);
      expect(await judgeApprover(deps, request(), DEPUTY, LATER)).toMatchObject(no('not_approver'));
    },
  );

  test('a deputy of three decides for the one who has not approved', async () => {
    const deps = makeDeps({ policy: policy({ approve: only(CHECKER.userId, FIN.userId, SECOND.userId) }) });
    for (const lender of [CHECKER, FIN, SECOND]) await away(deps, lender);
    const approvals = [CHECKER, FIN].map((one) => ({ ...one, at: NOON }));
    const approved = request({ approvals, approvalsRequired: 3 });
    expect(await judgeApprover(deps, approved, DEPUTY, LATER)).toMatchObject({ lent: SECOND });
  });

  test('a deputy of two decides for the one who has not approved', async () => {
    const deps = makeDeps();
    await away(deps, CHECKER);
    await away(deps, SECOND);
    const approved = request({ approvals: [{ ...CHECKER, at: NOON }], approvalsRequired: 2 });
    expect(await judgeApprover(deps, approved, DEPUTY, LATER)).toMatchObject({ lent: SECOND });
  });

  test('a rule outlives the settings, people who were taken out of them do not', async () => {
    const deps = makeDeps({ policy: policy({ approve: only(FIN.userId) }), groups: { S_FIN: ['U_GONE'] } });
    expect(await judgeApprover(deps, request({ rule: FINANCE }), FIN, NOON)).toMatchObject(own);
    const gone = await judgeApprover(deps, request({ rule: FINANCE }), { userId: 'U_GONE' }, NOON);
    expect(gone).toMatchObject(no('not_approver'));
  });

  test('while Slack does not tell, nobody is let in, and it is not said that they have no right', async () => {
    const groups = { S_FIN: new Unavailable('Slack is away.'), S_OPS: [] };
    const deps = makeDeps({ ...TIERED, groups });
    const verdict = await judgeApprover(deps, request({ rule: FINANCE }), MEMBER, NOON);
    expect(verdict).toMatchObject({ allowed: false, unsure: true });
  });
});

describe('a decision', () => {
  test.each(['approve', 'reject'] as const)(
    'to %s by an approver of another tier changes nothing',
    async (kind) => {
      const deps = await waiting(TIERED, { rule: FINANCE, approvalsRequired: 2 });
      const before = stored(deps);
      expect(await decideCancel(deps, OPS, 'a1', kind, { reason: 'Not this one' })).toMatchObject({
        ok: false,
        why: 'not_of_tier',
      });
      expect(stored(deps)).toEqual(before);
      expect(auditOf(deps)).toMatchObject([{ action: 'decision.refused', outcome: 'not_of_tier' }]);
    },
  );

  test('by the people of the tier carries, and not by APPROVERS with them', async () => {
    const deps = await waiting(TIERED, { rule: FINANCE, approvalsRequired: 2 });
    expect(await decideCancel(deps, FIN, 'a1', 'approve')).toMatchObject({ ok: true });
    expect(await decideCancel(deps, CHECKER, 'a1', 'approve')).toMatchObject({ ok: false });
    expect(await decideCancel(deps, MEMBER, 'a1', 'approve')).toMatchObject({
      ok: true,
      batch: { requests: [{ status: 'approved' }] },
    });
  });

  test('an earlier approver who left the group of the tier does not count at the last vote', async () => {
    const members = [MEMBER.userId, 'U_OTHER'];
    const deps = await waiting(
      { ...TIERED, groups: { S_FIN: members, S_OPS: members } },
      {
        rule: FINANCE,
        approvalsRequired: 2,
      },
    );
    expect(await decideCancel(deps, MEMBER, 'a1', 'approve')).toMatchObject({ ok: true });
    // Still an approver by another group, and not of this tier.
    members.splice(0, 1);
    deps.policy = {
      ...deps.policy,
      approve: { ...deps.policy.approve, users: new Set([FIN.userId, MEMBER.userId]) },
    };
    expect(await decideCancel(deps, FIN, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ status: 'pending', approvals: [FIN], voidApprovals: [MEMBER] }] },
    });
    expect(await decideCancel(deps, { userId: 'U_OTHER' }, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ status: 'approved' }] },
    });
  });

  test('by an administrator in an emergency needs no right of the tier', async () => {
    const options = { ...TIERED, settings: { ...TIERED.settings, breakGlass: true } };
    const deps = await waiting(options, { rule: FINANCE, approvalsRequired: 2, emergencyAllowed: true });
    expect(await decideCancel(deps, CHECKER, 'a1', 'emergency', { reason: 'Urgent' })).toMatchObject({
      ok: true,
      batch: { requests: [{ status: 'approved' }] },
    });
  });

  test('that comes late is told so, whoever it is by', async () => {
    const deps = await waiting(TIERED, { rule: FINANCE });
    await decideCancel(deps, FIN, 'a1', 'reject', { reason: 'Not this one' });
    expect(await decideCancel(deps, OPS, 'a1', 'approve')).toMatchObject({ ok: false, why: 'finished' });
  });

  test('by somebody who loses the right meanwhile is refused, and audited as that', async () => {
    const deps = await waiting(TIERED, { rule: FINANCE });
    const before = deps.directory;
    let asked = 0;
    deps.directory = {
      ...before,
      // The route of the policy still finds them in the group; the rule of the request does not, nor the policy again.
      groupMembers: async (group) => ((asked += 1) > 2 ? new Set<string>() : before.groupMembers(group)),
    };
    await expect(decideCancel(deps, MEMBER, 'a1', 'approve')).rejects.toThrow(
      new Forbidden(notPermitted('approve'), { audited: true }),
    );
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'cancel.approve', outcome: 'not_approver', cancelRequestId: 'a1' },
    ]);
    expect(stored(deps)?.approvals).toEqual([]);
  });

  test('while Slack does not tell of the tier’s group: refused, and nothing is said of a right', async () => {
    const groups = { S_FIN: new Unavailable('Slack is away.'), S_OPS: [MEMBER.userId] };
    const deps = await waiting({ ...TIERED, groups }, { rule: FINANCE });
    await expect(decideCancel(deps, MEMBER, 'a1', 'approve')).rejects.toThrow(NOT_VERIFIED);
    await expect(decideCancel(deps, MEMBER, 'a1', 'approve')).rejects.toThrow(Forbidden);
    expect(stored(deps)?.approvals).toEqual([]);
  });
});

describe('the approval of a deputy', () => {
  const both = { approvalsRequired: 2 };

  test('says for whom, on the request and in the audit', async () => {
    const deps = await waiting({});
    await away(deps, CHECKER);
    expect(await decideCancel(deps, DEPUTY, 'a1', 'approve')).toMatchObject({
      ok: true,
      batch: {
        requests: [
          {
            status: 'approved',
            approvals: [{ ...DEPUTY, at: LATER, onBehalfOf: CHECKER.userId }],
          },
        ],
      },
    });
    expect(auditOf(deps)).toMatchObject([
      { action: 'cancel.approved', actorId: DEPUTY.userId, affectedUserId: CHECKER.userId },
    ]);
  });

  test('a rejection too', async () => {
    const deps = await waiting({});
    await away(deps, CHECKER);
    await decideCancel(deps, DEPUTY, 'a1', 'reject', { reason: 'Not this one' });
    expect(stored(deps)).toMatchObject({ status: 'rejected', closedBy: DEPUTY.userId });
    expect(auditOf(deps)).toMatchObject([{ action: 'cancel.rejected', affectedUserId: CHECKER.userId }]);
  });

  test.each([
    ['the deputy, then the approver', DEPUTY, CHECKER],
    ['the approver, then the deputy', CHECKER, DEPUTY],
  ])('counts once with the approver’s own: %s', async (_name, first, then) => {
    const deps = await waiting({}, both);
    await away(deps, CHECKER);
    expect(await decideCancel(deps, first, 'a1', 'approve')).toMatchObject({ ok: true });
    expect(await decideCancel(deps, then, 'a1', 'approve')).toMatchObject({ ok: false, why: 'counted_once' });
    expect(stored(deps)).toMatchObject({ status: 'pending', approvals: [first] });
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ status: 'approved' }] },
    });
  });

  test('a person approves once, in the own name or in another', async () => {
    const deps = await waiting({}, both);
    await away(deps, CHECKER, SECOND);
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ approvals: [{ ...SECOND, at: LATER }] }] },
    });
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({ why: 'already_approved' });
    expect(await decideCancel(deps, CHECKER, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ status: 'approved' }] },
    });
  });

  test('two deputies of one approver count once', async () => {
    const deps = await waiting({}, both);
    await away(deps, CHECKER);
    await decideCancel(deps, DEPUTY, 'a1', 'approve');
    await away(deps, CHECKER, STRANGER);
    await decideCancel(deps, STRANGER, 'a1', 'approve');
    // The first was replaced, so it is void; the second is the only one.
    expect(stored(deps)).toMatchObject({
      status: 'pending',
      approvals: [{ ...STRANGER, onBehalfOf: CHECKER.userId }],
      voidApprovals: [{ ...DEPUTY, onBehalfOf: CHECKER.userId }],
    });
  });

  type Change = (deps: TestDeps, people: NonNullable<DepsOptions['people']>) => Promise<void> | void;
  const ended: [string, Change][] = [
    ['its time is over', (deps) => void (deps.time.now = END)],
    [
      'the approver is back',
      async (deps) => {
        const [delegation] = await deps.store.delegations.active(LATER);
        if (delegation) await deps.store.delegations.end(delegation, []);
      },
    ],
    ['another deputy was named', (deps) => away(deps, CHECKER, STRANGER)],
    ['the deputy left', (_deps, people) => void (people[DEPUTY.userId] = 'deactivated')],
    ['the approver left', (_deps, people) => void (people[CHECKER.userId] = 'deactivated')],
    [
      'the approver is none any more',
      (deps) => void (deps.policy = policy({ approve: only(SECOND.userId) })),
    ],
  ];
  test.each(ended)(
    'does not count at the last vote when %s, and the record says so',
    async (_name, change) => {
      const people: NonNullable<DepsOptions['people']> = {};
      const deps = await waiting({ people }, both);
      await away(deps, CHECKER);
      await decideCancel(deps, DEPUTY, 'a1', 'approve');
      await change(deps, people);
      const lost = { ...DEPUTY, at: LATER, onBehalfOf: CHECKER.userId };
      expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({
        ok: true,
        batch: { requests: [{ status: 'pending', approvals: [SECOND], voidApprovals: [lost] }] },
      });
      expect(auditOf(deps).slice(1)).toMatchObject([
        { action: 'cancel.approved', approvals: 1, approvalsRequired: 2 },
        { actorId: SYSTEM_ACTOR, action: 'approval.voided', affectedUserId: DEPUTY.userId },
      ]);
    },
  );

  test('counts at the last vote while it is lent', async () => {
    const deps = await waiting({}, both);
    await away(deps, CHECKER);
    await decideCancel(deps, DEPUTY, 'a1', 'approve');
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ status: 'approved', voidApprovals: [] }] },
    });
  });

  test('does not count by the right of another, whose deputy it is as well', async () => {
    const deps = await waiting(
      { policy: policy({ approve: only(CHECKER.userId, SECOND.userId, FIN.userId) }) },
      both,
    );
    await away(deps, CHECKER);
    await decideCancel(deps, DEPUTY, 'a1', 'approve');
    await away(deps, CHECKER, STRANGER);
    await away(deps, SECOND);
    expect(await decideCancel(deps, FIN, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ status: 'pending', approvals: [FIN], voidApprovals: [DEPUTY] }] },
    });
  });

  test.each([
    ['the deputy left, and Slack does not tell of the approver', 'deactivated', AWAY, undefined],
    ['Slack does not tell of the deputy, and the approver left', AWAY, 'deactivated', undefined],
    ['Slack does not tell of the deputy', AWAY, 'member', 'approvers_unknown'],
  ] as const)('at the last vote, %s', async (_name, deputy, lender, why) => {
    const people: NonNullable<DepsOptions['people']> = {};
    const deps = await waiting({ people }, both);
    await away(deps, CHECKER);
    await decideCancel(deps, DEPUTY, 'a1', 'approve');
    people[DEPUTY.userId] = deputy;
    people[CHECKER.userId] = lender;
    const answered = await decideCancel(deps, SECOND, 'a1', 'approve');
    if (why) expect(answered).toMatchObject({ ok: false, why });
    else expect(stored(deps)).toMatchObject({ status: 'pending', voidApprovals: [DEPUTY] });
  });

  test('four are needed: the approver who is back replaces the deputy before the last vote, and others do not', async () => {
    const deps = await waiting(
      { policy: policy({ approve: only(CHECKER.userId, SECOND.userId, FIN.userId) }) },
      { approvalsRequired: 4 },
    );
    await away(deps, CHECKER);
    await decideCancel(deps, DEPUTY, 'a1', 'approve');
    deps.time.now = END;
    await decideCancel(deps, SECOND, 'a1', 'approve');
    expect(stored(deps)).toMatchObject({ approvals: [DEPUTY, SECOND], voidApprovals: [] });
    deps.store.delegations.active = async () => [];
    await decideCancel(deps, CHECKER, 'a1', 'approve');
    expect(stored(deps)).toMatchObject({
      status: 'pending',
      approvals: [SECOND, CHECKER],
      voidApprovals: [DEPUTY],
    });
  });

  test('four are needed: the approver and the deputy count once before the last vote', async () => {
    const deps = await waiting({}, { approvalsRequired: 4 });
    await away(deps, CHECKER);
    await decideCancel(deps, SECOND, 'a1', 'approve');
    await decideCancel(deps, DEPUTY, 'a1', 'approve');
    expect(await decideCancel(deps, CHECKER, 'a1', 'approve')).toMatchObject({ why: 'counted_once' });
    expect(stored(deps)?.approvals).toHaveLength(2);
  });

  test('that ends as the last vote is stored is void, and the last vote carries nothing', async () => {
    const deps = await waiting({}, both);
    await away(deps, CHECKER);
    await decideCancel(deps, DEPUTY, 'a1', 'approve');
    endsAtSave(deps);
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ status: 'pending', approvals: [SECOND], voidApprovals: [DEPUTY] }] },
    });
  });

  test('the approver who is back approves in place of the deputy', async () => {
    const deps = await waiting({}, both);
    await away(deps, CHECKER);
    await decideCancel(deps, DEPUTY, 'a1', 'approve');
    deps.time.now = END;
    expect(await decideCancel(deps, CHECKER, 'a1', 'approve')).toMatchObject({
      batch: { requests: [{ status: 'pending', approvals: [CHECKER], voidApprovals: [DEPUTY] }] },
    });
  });

  test('the last vote is not taken while Slack does not tell of the approver who is away', async () => {
    const people: NonNullable<DepsOptions['people']> = {};
    const deps = await waiting({ people }, both);
    await away(deps, CHECKER);
    await decideCancel(deps, DEPUTY, 'a1', 'approve');
    people[CHECKER.userId] = new Unavailable('Slack is away.');
    expect(await decideCancel(deps, SECOND, 'a1', 'approve')).toMatchObject({ why: 'approvers_unknown' });
    expect(stored(deps)?.approvals).toHaveLength(1);
  });

  test('a deputy whose time ends while Slack is asked is refused', async () => {
    const deps = await waiting({});
    await away(deps, CHECKER);
    const before = deps.directory;
    let asked = 0;
    deps.directory = {
      ...deps.directory,
      async person(userId) {
        asked += 1;
        // The policy let the deputy through; the time ends while the request itself is judged.
        if (asked === 4) deps.time.now = END;
        return before.person(userId);
      },
    };
    expect(await decideCancel(deps, DEPUTY, 'a1', 'approve')).toMatchObject({
      ok: false,
      why: 'deputy_ended',
    });
    expect(stored(deps)).toMatchObject({ status: 'pending', approvals: [] });
    expect(auditOf(deps)).toMatchObject([{ action: 'decision.refused', outcome: 'deputy_ended' }]);
  });

  test('emergency approval is never lent', async () => {
    const deps = await waiting({ settings: { breakGlass: true } }, { emergencyAllowed: true });
    await away(deps, CHECKER);
    await expect(decideCancel(deps, DEPUTY, 'a1', 'emergency', { reason: 'Urgent' })).rejects.toThrow(
      Forbidden,
    );
  });
});

describe('races', () => {
  const acts = {
    deputy: (deps: TestDeps) => decideCancel(deps, DEPUTY, 'a1', 'approve'),
    approver: (deps: TestDeps) => decideCancel(deps, CHECKER, 'a1', 'approve'),
    second: (deps: TestDeps) => decideCancel(deps, SECOND, 'a1', 'approve'),
    back: (deps: TestDeps) => takeBack(deps, CHECKER),
  };
  type Act = keyof typeof acts;
  const orders = permutations<Act>(['deputy', 'approver', 'second', 'back']);

  test.each(orders.map((order) => [order.join(', '), order] as const))(
    'at once (%s): two different approvers, and one decision',
    async (_name, order) => {
      const deps = await waiting({}, { approvalsRequired: 2 });
      await away(deps, CHECKER);
      await Promise.all(order.map((act) => acts[act](deps)));
      const after = stored(deps);
      const voices = after?.approvals.map(voiceOf) ?? [];
      expect(new Set(voices).size).toBe(voices.length);
      expect(after?.status).toBe('approved');
      expect(new Set(voices)).toEqual(new Set([CHECKER.userId, SECOND.userId]));
      const decisions = auditOf(deps).filter(({ action }) => action === 'cancel.approved');
      expect(decisions.filter(({ approvals }) => approvals === 2)).toHaveLength(1);
    },
  );

  test('the right ends after it was looked for and before the decision is stored: nothing is stored', async () => {
    const deps = await waiting({});
    await away(deps, CHECKER);
    endsAtSave(deps);
    expect(await decideCancel(deps, DEPUTY, 'a1', 'approve')).toMatchObject({
      ok: false,
      why: 'deputy_ended',
    });
    expect(stored(deps)).toMatchObject({ status: 'pending', approvals: [] });
  });
});

/** The right that a decision is made by ends right before the decision is stored. */
function endsAtSave(deps: TestDeps): void {
  const { requests } = deps.store;
  deps.store.requests = {
    ...requests,
    async save(changes, messages, holding) {
      const [delegation] = holding?.delegations ?? [];
      if (delegation) await deps.store.delegations.end(delegation, []);
      return requests.save(changes, messages, holding);
    },
  };
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_other, at) => at !== index)).map((rest) => [item, ...rest]),
  );
}

describe('who is called', () => {
  test.each([
    ['APPROVERS, never the requester', undefined, [], [CHECKER, SECOND], []],
    ['the tier', FINANCE, [], [FIN], ['S_FIN']],
    ['a deputy in place of who is away', undefined, [[CHECKER, DEPUTY]], [SECOND, DEPUTY], []],
    ['a deputy of a member of the group', FINANCE, [[MEMBER, DEPUTY]], [FIN, DEPUTY], ['S_FIN']],
    ['not a deputy of another tier', FINANCE, [[OPS, DEPUTY]], [FIN], ['S_FIN']],
    ['not the requester as deputy', undefined, [[CHECKER, MAKER]], [CHECKER, SECOND], []],
    ['not a deputy of the requester', undefined, [[MAKER, DEPUTY]], [CHECKER, SECOND], []],
  ] as const)('%s', async (_name, rule, lent, users, groups) => {
    const deps = makeDeps({
      ...TIERED,
      settings: { approvalRules: { ...RULES, approvers: only(MAKER.userId, CHECKER.userId, SECOND.userId) } },
    });
    for (const [lender, deputy] of lent) await away(deps, lender, deputy);
    const notified = await approversToNotify(deps, request({ rule }), LATER);
    expect(notified.users.toSorted()).toEqual(users.map(({ userId }) => userId).toSorted());
    expect(notified.groups).toEqual(groups);
    expect(await approversToNotify(deps, request({ rule }), END)).toMatchObject({ deputies: [] });
  });
});

import { describe, expect, test } from 'vitest';
import { Forbidden, NotFound, Refused, UsageError } from '../../../src/errors.ts';
import type { ApprovalStatus } from '../../../src/payouts/cancel/request.ts';
import { type Answered, decideCancel, requestCancel } from '../../../src/payouts/cancel/decide.ts';
import { executeCancel } from '../../../src/payouts/cancel/execute.ts';
import type { Actor } from '../../../src/payouts/desk.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import {
  approval,
  auditOf,
  CHECKER,
  keep,
  LINK,
  MAKER,
  makeDesk,
  NOON,
  only,
  policy,
  SECOND,
  STRANGER,
  stored,
  type TestDesk,
  write,
} from '../setup.ts';

/** What a click on Approve does: decide, and carry it out when it was decided by this click. */
async function approve(desk: TestDesk, actor: Actor, approvalId = 'a1'): Promise<Answered> {
  const answered = await decideCancel(desk, actor, approvalId, 'approve');
  if (answered.ok) await executeCancel(desk, answered.approval);
  return answered;
}

describe('decideCancel', () => {
  test('an approver approves', async () => {
    const desk = makeDesk();
    await keep(desk, approval());
    desk.time.now = NOON + HOUR_MS;
    const answered = await decideCancel(desk, CHECKER, 'a1', 'approve');
    expect(answered).toMatchObject({ ok: true, approval: { status: 'approved', version: 8 } });
    expect(stored(desk)).toEqual(answered.approval);
    expect(auditOf(desk)).toMatchObject([
      { action: 'cancel approved', actorId: CHECKER.userId, decisionMs: HOUR_MS },
    ]);
    expect(desk.gateway.calls.cancel).toEqual([]);
  });

  test('an approver rejects, and says why; what they say is masked', async () => {
    const desk = makeDesk();
    await keep(desk, approval());
    const answered = await decideCancel(desk, CHECKER, 'a1', 'reject', ' Call 9876543210 first ');
    expect(answered).toMatchObject({
      ok: true,
      approval: { status: 'rejected', closedBy: CHECKER.userId, closedReason: 'Call ******3210 first' },
    });
    expect(auditOf(desk)).toMatchObject([{ action: 'cancel rejected', reason: 'Call ******3210 first' }]);
  });

  test('a rejection without a reason changes nothing', async () => {
    const desk = makeDesk();
    await keep(desk, approval());
    await expect(decideCancel(desk, CHECKER, 'a1', 'reject')).rejects.toThrow(UsageError);
    expect(stored(desk)?.status).toBe('pending');
  });

  test('the requester withdraws', async () => {
    const desk = makeDesk();
    await keep(desk, approval());
    const answered = await decideCancel(desk, MAKER, 'a1', 'withdraw');
    expect(answered).toMatchObject({ ok: true, approval: { status: 'withdrawn' } });
  });

  test('the requester may not decide, even as an approver', async () => {
    const everybody = only(MAKER.userId, CHECKER.userId);
    const desk = makeDesk({ policy: policy({ approve: everybody }) });
    await keep(desk, approval());
    for (const kind of ['approve', 'reject'] as const) {
      expect(await decideCancel(desk, MAKER, 'a1', kind, 'why')).toMatchObject({
        ok: false,
        why: 'own_request',
        approval: { status: 'pending', version: 7 },
      });
    }
    expect(auditOf(desk)).toMatchObject([
      { action: 'cancel approve refused', outcome: 'own_request', actorId: MAKER.userId, approvalId: 'a1' },
      { action: 'cancel reject refused', outcome: 'own_request' },
    ]);
  });

  test('whoever is no approver is told so, and nothing changes', async () => {
    const desk = makeDesk();
    await keep(desk, approval());
    for (const kind of ['approve', 'reject'] as const) {
      await expect(decideCancel(desk, MAKER, 'a1', kind, 'why')).rejects.toThrow(Forbidden);
    }
    await expect(decideCancel(desk, STRANGER, 'a1', 'withdraw')).rejects.toThrow(Forbidden);
    expect(stored(desk)).toEqual(approval());
    expect(auditOf(desk)).toMatchObject([
      { action: 'cancel approve refused', reason: expect.stringContaining('APPROVERS'), approvalId: 'a1' },
      { action: 'cancel reject refused', reason: expect.stringContaining('APPROVERS') },
      {
        action: 'cancel withdraw refused',
        reason: expect.stringContaining('OPERATORS'),
        actorId: STRANGER.userId,
      },
    ]);
  });

  test('access is asked for at the click: an approver of yesterday is none today', async () => {
    const desk = makeDesk({ policy: policy({ approve: only(SECOND.userId) }) });
    await keep(desk, approval({ approvalsRequired: 2, votes: [{ userId: CHECKER.userId, at: NOON }] }));
    await expect(decideCancel(desk, CHECKER, 'a1', 'approve')).rejects.toThrow(Forbidden);
  });

  test('a request nobody knows is not found', async () => {
    await expect(decideCancel(makeDesk(), CHECKER, 'a9', 'approve')).rejects.toThrow(NotFound);
  });

  test('a click after the lapse stores the lapse, whoever clicks', async () => {
    for (const [actor, kind] of [
      [CHECKER, 'approve'],
      [MAKER, 'withdraw'],
    ] as const) {
      const desk = makeDesk();
      await keep(desk, approval());
      desk.time.now = NOON + 24 * HOUR_MS;
      expect(await decideCancel(desk, actor, 'a1', kind)).toMatchObject({
        ok: false,
        why: 'finished',
        approval: { status: 'lapsed', version: 8 },
      });
      expect(auditOf(desk)).toMatchObject([
        { action: 'cancel request lapsed', actorId: 'desk' },
        { action: `cancel ${kind} refused`, outcome: 'finished' },
      ]);
    }
  });

  test('a millisecond before the lapse still counts', async () => {
    const desk = makeDesk();
    await keep(desk, approval());
    desk.time.now = NOON + 24 * HOUR_MS - 1;
    expect(await decideCancel(desk, CHECKER, 'a1', 'approve')).toMatchObject({ ok: true });
  });
});

describe('two approvals', () => {
  const two = approval({ approvalsRequired: 2 });

  test('need two people', async () => {
    const desk = makeDesk({ script: { cancel: [write('done')] } });
    await keep(desk, two);
    expect(await approve(desk, CHECKER)).toMatchObject({ ok: true, approval: { status: 'pending' } });
    expect(await approve(desk, CHECKER)).toMatchObject({ ok: false, why: 'already_voted' });
    expect(desk.gateway.calls.cancel).toEqual([]);
    expect(await approve(desk, SECOND)).toMatchObject({ ok: true, approval: { status: 'approved' } });
    expect(stored(desk)).toMatchObject({ status: 'executed' });
    expect(auditOf(desk).map((row) => row.outcome)).toEqual([
      '1 of 2 approvals',
      'already_voted',
      '2 of 2 approvals',
      undefined,
      'cancelled',
    ]);
  });

  test('one person clicking twice at once gives one vote', async () => {
    const desk = makeDesk();
    await keep(desk, two);
    const answers = await Promise.all([approve(desk, CHECKER), approve(desk, CHECKER)]);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(stored(desk)).toMatchObject({ status: 'pending', votes: [{ userId: CHECKER.userId }] });
  });

  test('two people clicking at once both count, and one call is made', async () => {
    const desk = makeDesk({ script: { cancel: [write('done')] } });
    await keep(desk, two);
    const answers = await Promise.all([approve(desk, CHECKER), approve(desk, SECOND)]);
    expect(answers.map((answer) => answer.ok)).toEqual([true, true]);
    expect(stored(desk)).toMatchObject({ status: 'executed', votes: { length: 2 } });
    expect(desk.gateway.calls.cancel).toEqual([LINK]);
  });

  test('after a first approval a rejection still closes it', async () => {
    const desk = makeDesk();
    await keep(desk, two);
    await decideCancel(desk, CHECKER, 'a1', 'approve');
    expect(await decideCancel(desk, SECOND, 'a1', 'reject', 'not ours')).toMatchObject({
      approval: { status: 'rejected', votes: { length: 1 } },
    });
  });
});

describe('breaking the glass', () => {
  const open = approval({ approvalsRequired: 2, emergencyAllowed: true });
  const on = { settings: { breakGlass: true } };

  test('an administrator approves alone, with a reason that is masked', async () => {
    const desk = makeDesk({ ...on, script: { cancel: [write('done')] } });
    await keep(desk, open);
    const answered = await decideCancel(desk, CHECKER, 'a1', 'break_glass', ' Fraud, 9876543210 ');
    expect(answered).toMatchObject({
      ok: true,
      approval: { status: 'approved', emergencyReason: 'Fraud, ******3210', votes: { length: 1 } },
    });
    await executeCancel(desk, answered.approval);
    expect(stored(desk)).toMatchObject({ status: 'executed', emergencyReason: 'Fraud, ******3210' });
  });

  test('is for administrators, never for the requester, and not without a reason', async () => {
    const desk = makeDesk({ ...on, policy: policy({ administer: only(MAKER.userId, CHECKER.userId) }) });
    await keep(desk, open);
    await expect(decideCancel(desk, SECOND, 'a1', 'break_glass', 'why')).rejects.toThrow(Forbidden);
    await expect(decideCancel(desk, CHECKER, 'a1', 'break_glass', ' ')).rejects.toThrow(UsageError);
    expect(await decideCancel(desk, MAKER, 'a1', 'break_glass', 'why')).toMatchObject({ why: 'own_request' });
    expect(stored(desk)).toEqual(open);
  });

  test('is refused where it is switched off, now or when the request was made', async () => {
    const off = makeDesk();
    await keep(off, open);
    const refused = decideCancel(off, CHECKER, 'a1', 'break_glass', 'why');
    await expect(refused).rejects.toThrow(Refused);
    await expect(refused).rejects.toThrow('Emergency approval is turned off');
    const since = makeDesk(on);
    await keep(since, approval());
    expect(await decideCancel(since, CHECKER, 'a1', 'break_glass', 'why')).toMatchObject({
      ok: false,
      why: 'no_break_glass',
    });
  });

  test('requests remember whether it was allowed', async () => {
    const opened = await requestCancel(makeDesk(on), MAKER, { linkId: LINK, reason: 'why', askedIn: 'C' });
    expect(opened.approval.emergencyAllowed).toBe(true);
  });
});

describe('races', () => {
  const approvers = Array.from({ length: 50 }, (_, index) => ({ userId: `U_APPROVER_${index}` }));
  const crowd = policy({ approve: only(...approvers.map((one) => one.userId)) });

  test('of fifty approvers at once one approves, and the link is cancelled once', async () => {
    const desk = makeDesk({ policy: crowd, script: { cancel: [write('done')] } });
    await keep(desk, approval());
    const answers = await Promise.all(approvers.map((actor) => approve(desk, actor)));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    for (const answer of answers) if (!answer.ok) expect(answer.why).toBe('finished');
    expect(desk.gateway.calls.cancel).toEqual([LINK]);
    expect(stored(desk)).toMatchObject({ status: 'executed', votes: { length: 1 } });
    const actions = auditOf(desk).map((row) => row.action);
    expect(actions.filter((action) => action === 'cancel approved')).toHaveLength(1);
    expect(actions.filter((action) => action === 'cancel approve refused')).toHaveLength(49);
  });

  test('fifty approvers, two needed: two votes, one call', async () => {
    const desk = makeDesk({ policy: crowd, script: { cancel: [write('done')] } });
    await keep(desk, approval({ approvalsRequired: 2 }));
    const answers = await Promise.all(approvers.map((actor) => approve(desk, actor)));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(2);
    expect(new Set(stored(desk)?.votes.map((vote) => vote.userId)).size).toBe(2);
    expect(desk.gateway.calls.cancel).toEqual([LINK]);
  });

  test.each([
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ] as const)('approve and reject at once: the first (%s) decides', async (first, status) => {
    const desk = makeDesk();
    await keep(desk, approval());
    const second = first === 'approve' ? 'reject' : 'approve';
    const answers = await Promise.all([
      decideCancel(desk, CHECKER, 'a1', first, 'why'),
      decideCancel(desk, SECOND, 'a1', second, 'why'),
    ]);
    const expected: ApprovalStatus = status;
    expect(answers).toMatchObject([
      { ok: true, approval: { status: expected } },
      { ok: false, why: 'finished', approval: { status: expected } },
    ]);
  });

  test('the whole way, asked and approved by two people', async () => {
    const desk = makeDesk({ script: { cancel: [write('done')] } });
    const opened = await requestCancel(desk, MAKER, { linkId: LINK, reason: 'why', askedIn: 'C' });
    await approve(desk, CHECKER, opened.approval.id);
    expect(stored(desk, opened.approval.id)?.outcome?.kind).toBe('cancelled');
    const again = await requestCancel(desk, MAKER, { linkId: LINK, reason: 'why', askedIn: 'C' });
    expect(again.kind).toBe('opened');
  });
});

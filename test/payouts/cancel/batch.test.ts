/** Owns several links in one request: requested together or not at all, decided together, each cancelled on its own. */

import { describe, expect, test } from 'vitest';
import { Unavailable, UsageError } from '../../../src/errors.ts';
import { LinksRefused, requestCancel } from '../../../src/payouts/cancel/ask.ts';
import { batchesOf, LINKS_AT_MOST, totalPaise } from '../../../src/payouts/cancel/batch.ts';
import { decideCancel, waitingRequests } from '../../../src/payouts/cancel/decide.ts';
import { executeAll } from '../../../src/payouts/cancel/execute.ts';
import { advance, advanceAll, age } from '../../../src/payouts/cancel/settle.ts';
import { LEFT_OUT, NO_LINKS, onlyIssued, tooManyLinks } from '../../../src/payouts/cancel/words.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import { auditOf, CHECKER, keep, MAKER, NOON, request, SECOND, type TestDeps, write } from '../setup.ts';
import { askFor, batchDeps, linkAt, linksOf, statusesOf } from './batches.ts';

const INPUT = { reason: 'Paid twice', requestedIn: 'C_FINANCE' };
const [A, B, C] = [linkAt(0), linkAt(1), linkAt(2)];

const messages = (deps: TestDeps) => deps.store.contents().cards.map(({ id }) => id);
const rows = (deps: TestDeps) =>
  auditOf(deps).map(({ action, linkId, cancelRequestId }) => [action, linkId, cancelRequestId]);

describe('requesting several links', () => {
  test('one request in the order of the links, with a row of the audit for each and one card', async () => {
    const deps = batchDeps();
    const batch = await askFor(deps, 3);
    expect(batch).toMatchObject({ id: 'b1', number: 1001, version: 3 });
    expect(batch.requests.map(({ id, linkId }) => [id, linkId])).toEqual([
      ['b1', A],
      ['b1-02', B],
      ['b1-03', C],
    ]);
    expect(batch.requests.every(({ batchId, number }) => batchId === 'b1' && number === 1001)).toBe(true);
    expect(rows(deps)).toEqual([A, B, C].map((linkId) => ['cancel.requested', linkId, 'b1']));
    expect(messages(deps)).toEqual(['b1 request C_APPROVALS']);
    expect(totalPaise(batch)).toBe(3 * 12_345_678);
    expect(await deps.store.requests.findBatch('b1')).toEqual(batch);
  });

  test('a link that is named twice counts once, and the order is kept', async () => {
    const deps = batchDeps();
    const { batch } = await requestCancel(deps, MAKER, { ...INPUT, linkIds: [B, A, B, A] });
    expect(batch.requests.map(({ linkId }) => linkId)).toEqual([B, A]);
    expect(deps.gateway.calls.track).toHaveLength(2);
  });

  test('twenty are the most, none is too few, and InstantPay is not asked for what is refused', async () => {
    const deps = batchDeps();
    const ask = (linkIds: string[]) => requestCancel(deps, MAKER, { ...INPUT, linkIds });
    await expect(ask(linksOf(LINKS_AT_MOST + 1))).rejects.toThrow(tooManyLinks(LINKS_AT_MOST));
    await expect(ask([])).rejects.toThrow(NO_LINKS);
    await expect(ask([])).rejects.toThrow(UsageError);
    expect(deps.gateway.calls.track).toEqual([]);
    const { batch } = await ask(linksOf(LINKS_AT_MOST));
    expect(batch.requests.map(({ linkId }) => linkId)).toEqual(linksOf(LINKS_AT_MOST));
  });

  test('at most four links are looked at the same time', async () => {
    let [running, most] = [0, 0];
    const deps = batchDeps();
    const track = deps.gateway.track.bind(deps.gateway);
    deps.gateway.track = async (linkId) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return track(linkId);
    };
    await askFor(deps, 12);
    expect(most).toBe(4);
  });

  test.each([
    [3, 3 * 12_345_678, 1],
    [4, 3 * 12_345_678, 2],
    [2, 0, 2],
  ])('%s links above %s paise together need %s approvals, each of them', async (count, above, needed) => {
    const deps = batchDeps({}, { settings: { approvalsRequiredAbovePaise: above } });
    const batch = await askFor(deps, count);
    expect(batch.requests.map(({ approvalsRequired }) => approvalsRequired)).toEqual(
      Array.from({ length: count }, () => needed),
    );
  });

  test('all expire when the first of the links does, and are nudged at half of that time', async () => {
    const deps = batchDeps({ expiresAt: { [B]: NOON + 2 * HOUR_MS } });
    const { requests } = await askFor(deps, 3);
    for (const one of requests) {
      expect(one).toMatchObject({
        expiresAt: NOON + 2 * HOUR_MS,
        nudgeAt: NOON + HOUR_MS,
        wakeAt: NOON + HOUR_MS,
      });
    }
    expect(requests.map(({ linkExpiresAt }) => linkExpiresAt)).toEqual([
      NOON + 48 * HOUR_MS,
      NOON + 2 * HOUR_MS,
      NOON + 48 * HOUR_MS,
    ]);
  });

  test('links that cannot be cancelled are named with the reason, and nothing is requested', async () => {
    const deps = batchDeps({ links: { [A]: { status: 'CLAIMED' }, [C]: { amountPaise: undefined } } });
    const refused = requestCancel(deps, MAKER, { ...INPUT, linkIds: [A, B, C] });
    await expect(refused).rejects.toThrow(LinksRefused);
    await expect(refused).rejects.toMatchObject({
      kind: 'refused',
      links: [
        { linkId: A, problem: expect.stringContaining('this link is CLAIMED') },
        { linkId: C, problem: expect.stringContaining('cannot be read') },
      ],
    });
    expect(deps.store.contents()).toMatchObject({ requests: [], cards: [], audit: [] });
    const alone = requestCancel(deps, MAKER, { ...INPUT, linkIds: [A] });
    await expect(alone).rejects.toThrow(onlyIssued('CLAIMED'));
  });

  test('an InstantPay that is away is said once, not of each link', async () => {
    const deps = batchDeps({}, { script: { track: new Unavailable('InstantPay is away.') } });
    const refused = requestCancel(deps, MAKER, { ...INPUT, linkIds: [A, B] });
    await expect(refused).rejects.toThrow('InstantPay is away.');
  });

  test('a link with an unfinished request refuses all of them, and is named', async () => {
    const deps = batchDeps();
    const standing = await keep(deps, request({ linkId: B }));
    const requested = await requestCancel(deps, MAKER, { ...INPUT, linkIds: [A, B, C] });
    expect(requested).toMatchObject({ kind: 'already_open', batch: { id: 'a1' }, taken: [standing] });
    expect(deps.store.contents().requests).toEqual([standing]);
    expect(auditOf(deps)).toEqual([]);
  });

  test('delivered again it opens nothing, while it waits and after its end', async () => {
    const deps = batchDeps();
    const first = await askFor(deps, 2);
    const again = () => requestCancel(deps, MAKER, { ...INPUT, linkIds: linksOf(2), id: 'b1' });
    expect(await again()).toMatchObject({ kind: 'already_open', batch: first });
    await decideCancel(deps, CHECKER, 'b1', 'reject', { reason: 'Not twice' });
    expect(await again()).toMatchObject({ kind: 'delivered_before', batch: { id: 'b1' } });
    expect(deps.store.contents().requests).toHaveLength(2);
  });

  test('of many requests with a link in common one is opened', async () => {
    const deps = batchDeps();
    const asked = Array.from({ length: 20 }, (_, index) => [linkAt(index + 1), A, linkAt(index + 30)]);
    const answers = await Promise.all(
      asked.map((linkIds) => requestCancel(deps, MAKER, { ...INPUT, linkIds })),
    );
    expect(answers.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
    expect(deps.store.contents().requests).toHaveLength(3);
  });
});

describe('deciding on several links', () => {
  test('one approval counts for all, and each is cancelled once, two at the same time', async () => {
    let [running, most] = [0, 0];
    const deps = batchDeps();
    const cancel = deps.gateway.cancel.bind(deps.gateway);
    deps.gateway.cancel = async (linkId, before) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return cancel(linkId, before);
    };
    await askFor(deps, 5);
    const answered = await decideCancel(deps, CHECKER, 'b1', 'approve');
    expect(answered).toMatchObject({ ok: true, batch: { version: 10 } });
    await executeAll(deps, answered.batch);
    expect(await statusesOf(deps)).toEqual(Array.from({ length: 5 }, () => 'executed'));
    expect(deps.gateway.calls.cancel.toSorted()).toEqual(linksOf(5));
    expect(most).toBe(2);
    expect(messages(deps)).toEqual(['b1 outcome U_MAKER', 'b1 request C_APPROVALS']);
  });

  test('a link that the approver leaves out ends as rejected, with the approver and the reason', async () => {
    const deps = batchDeps();
    await askFor(deps, 3);
    const answered = await decideCancel(deps, CHECKER, 'b1', 'approve', { leaveOut: [B] });
    expect(answered.batch.requests).toMatchObject([
      { status: 'approved' },
      { status: 'rejected', closedBy: CHECKER.userId, closedReason: LEFT_OUT },
      { status: 'approved' },
    ]);
    expect(answered.batch).toEqual(await deps.store.requests.findBatch('b1'));
    await executeAll(deps, answered.batch);
    expect(deps.gateway.calls.cancel.toSorted()).toEqual([A, C]);
    expect(
      auditOf(deps).find(({ linkId, action }) => linkId === B && action === 'cancel.rejected'),
    ).toMatchObject({
      actorId: CHECKER.userId,
      cancelRequestId: 'b1',
      reason: LEFT_OUT,
    });
    const again = await requestCancel(deps, MAKER, { ...INPUT, linkIds: [B] });
    expect(again.kind).toBe('opened');
  });

  test('leaving out every link is no approval: nothing changes', async () => {
    const deps = batchDeps();
    const before = await askFor(deps, 2);
    const answered = await decideCancel(deps, CHECKER, 'b1', 'approve', { leaveOut: [A, B] });
    expect(answered).toEqual({ ok: false, why: 'nothing_left', batch: before });
    expect(await deps.store.requests.findBatch('b1')).toEqual(before);
    expect(auditOf(deps).at(-1)).toMatchObject({
      action: 'decision.refused',
      outcome: 'nothing_left',
      linkId: undefined,
      amountPaise: 2 * 12_345_678,
    });
  });

  test('what the first of two approvers left out stays out, whatever the second selects', async () => {
    const deps = batchDeps({}, { settings: { approvalsRequiredAbovePaise: 0 } });
    await askFor(deps, 3);
    const first = await decideCancel(deps, CHECKER, 'b1', 'approve', { leaveOut: [A] });
    expect(first.batch.requests.map(({ status }) => status)).toEqual(['rejected', 'pending', 'pending']);
    expect(deps.gateway.calls.cancel).toEqual([]);
    // A card from before selects A still; and now C is left out by the second approver.
    const second = await decideCancel(deps, SECOND, 'b1', 'approve', { leaveOut: [C] });
    await executeAll(deps, second.batch);
    expect(await statusesOf(deps)).toEqual(['rejected', 'executed', 'rejected']);
    expect(deps.gateway.calls.cancel).toEqual([B]);
  });

  test('leaving out by one what the other needs leaves nothing to approve', async () => {
    const deps = batchDeps({}, { settings: { approvalsRequiredAbovePaise: 0 } });
    await askFor(deps, 2);
    await decideCancel(deps, CHECKER, 'b1', 'approve', { leaveOut: [A] });
    const second = await decideCancel(deps, SECOND, 'b1', 'approve', { leaveOut: [B] });
    expect(second).toMatchObject({ ok: false, why: 'nothing_left' });
    expect(await statusesOf(deps)).toEqual(['rejected', 'pending']);
  });

  test.each([
    ['reject', CHECKER, 'rejected', 'cancel.rejected'],
    ['withdraw', MAKER, 'withdrawn', 'cancel.withdrawn'],
  ] as const)('%s ends all of them, whatever is left out', async (kind, actor, status, action) => {
    const deps = batchDeps();
    await askFor(deps, 3);
    await decideCancel(deps, actor, 'b1', kind, { reason: 'Not twice', leaveOut: [A, B, C] });
    expect(await statusesOf(deps)).toEqual([status, status, status]);
    expect(rows(deps).slice(3)).toEqual([A, B, C].map((linkId) => [action, linkId, 'b1']));
    const [one] = (await deps.store.requests.findBatch('b1'))?.requests ?? [];
    expect(one?.closedReason).toBe(kind === 'reject' ? 'Not twice' : undefined);
  });

  test('an emergency approval is announced once, and leaves out what is not selected', async () => {
    const deps = batchDeps({}, { settings: { breakGlass: true, approvalsRequiredAbovePaise: 0 } });
    await askFor(deps, 3);
    const input = { reason: 'It is urgent', leaveOut: [C] };
    const answered = await decideCancel(deps, CHECKER, 'b1', 'emergency', input);
    expect(answered.batch.requests.map(({ status }) => status)).toEqual(['approved', 'approved', 'rejected']);
    expect(messages(deps)).toEqual(['b1 emergency C_APPROVALS', 'b1 request C_APPROVALS']);
  });

  test('a change of any one of them makes the decision start again from what is stored', async () => {
    const deps = batchDeps();
    const { requests } = await askFor(deps, 2);
    const save = deps.store.requests.save.bind(deps.store.requests);
    let raced = false;
    deps.store.requests.save = async (changes, added) => {
      const [, other] = requests;
      if (!raced && other) {
        raced = true;
        // Another replica nudged the approvers of one request alone: no rule does that, and it must not matter.
        const after = { ...other, version: 2, nudgedAt: NOON };
        expect(await save([{ before: other, after, audit: [] }])).toBe(true);
      }
      return save(changes, added);
    };
    await decideCancel(deps, CHECKER, 'b1', 'approve');
    expect(await statusesOf(deps)).toEqual(['approved', 'approved']);
    expect(rows(deps).slice(2)).toEqual([A, B].map((linkId) => ['cancel.approved', linkId, 'b1']));
  });
});

describe('several links while they wait', () => {
  test('are nudged once and expire together', async () => {
    const deps = batchDeps();
    const { requests } = await askFor(deps, 3);
    deps.time.now = requests[0].nudgeAt;
    await Promise.all(Array.from({ length: 5 }, () => age(deps, 'b1')));
    expect(messages(deps)).toEqual(['b1 nudge C_APPROVALS', 'b1 request C_APPROVALS']);
    deps.time.now = requests[0].expiresAt;
    await Promise.all(Array.from({ length: 5 }, () => advance(deps, 'b1-02')));
    expect(await statusesOf(deps)).toEqual(['expired', 'expired', 'expired']);
    expect(rows(deps).filter(([action]) => action === 'cancel.expired')).toHaveLength(3);
    expect(messages(deps)).toEqual(['b1 nudge C_APPROVALS', 'b1 outcome U_MAKER', 'b1 request C_APPROVALS']);
  });

  test('expire as a whole also when the first link was left out', async () => {
    const deps = batchDeps({}, { settings: { approvalsRequiredAbovePaise: 0 } });
    const { requests } = await askFor(deps, 3);
    await decideCancel(deps, CHECKER, 'b1', 'approve', { leaveOut: [A] });
    deps.time.now = requests[0].expiresAt;
    const due = await deps.store.requests.due(['pending'], deps.time.now, 9);
    for (const { id } of batchesOf(due)) await age(deps, id);
    expect(await statusesOf(deps)).toEqual(['rejected', 'expired', 'expired']);
  });

  test('a click after the expiry finds all of them expired', async () => {
    const deps = batchDeps();
    const { requests } = await askFor(deps, 2);
    deps.time.now = requests[0].expiresAt;
    expect(await decideCancel(deps, CHECKER, 'b1', 'approve')).toMatchObject({ ok: false, why: 'finished' });
    expect(await statusesOf(deps)).toEqual(['expired', 'expired']);
    expect(deps.gateway.calls.cancel).toEqual([]);
  });

  test('are one row of what waits', async () => {
    const deps = batchDeps();
    await askFor(deps, 3);
    const [waiting, ...others] = await waitingRequests(deps, CHECKER);
    expect(others).toEqual([]);
    expect(waiting?.requests).toHaveLength(3);
  });
});

describe('each link comes to its own end', () => {
  test('one is cancelled, one was claimed meanwhile, one answer is lost, one is declined', async () => {
    const D = linkAt(3);
    const links: Record<string, { status?: 'CLAIMED' | 'CANCELLED' | 'ISSUED' }> = {};
    const deps = batchDeps({ links, answers: { [C]: write('unknown'), [D]: write('refused') } });
    await askFor(deps, 4);
    const answered = await decideCancel(deps, CHECKER, 'b1', 'approve');
    links[B] = { status: 'CLAIMED' };
    await executeAll(deps, answered.batch);
    expect(await statusesOf(deps)).toEqual(['executed', 'refused', 'unknown', 'refused']);
    expect(deps.gateway.calls.cancel.toSorted()).toEqual([A, C, D]);
    links[C] = { status: 'CANCELLED' };
    deps.time.now += 5_000;
    const due = await deps.store.requests.due(['unknown'], deps.time.now, 9);
    for (const batch of batchesOf(due)) await advanceAll(deps, batch);
    expect(await statusesOf(deps)).toEqual(['executed', 'refused', 'executed', 'refused']);
    expect(deps.gateway.calls.cancel).toHaveLength(3);
    const outcomes = (await deps.store.requests.findBatch('b1'))?.requests.map(
      ({ outcome }) => outcome?.kind,
    );
    expect(outcomes).toEqual(['cancelled', 'link_changed', 'cancelled', 'instantpay_refused']);
    expect(new Set(rows(deps).map(([, , batchId]) => batchId))).toEqual(new Set(['b1']));
  });

  test('one that fails does not keep the others from their call, and the failure is not hidden', async () => {
    const deps = batchDeps();
    await askFor(deps, 3);
    const answered = await decideCancel(deps, CHECKER, 'b1', 'approve');
    const track = deps.gateway.track.bind(deps.gateway);
    deps.gateway.track = async (linkId) => {
      if (linkId === A) throw new TypeError('a fault of ours');
      return track(linkId);
    };
    await expect(executeAll(deps, answered.batch)).rejects.toThrow('a fault of ours');
    expect(await statusesOf(deps)).toEqual(['approved', 'executed', 'executed']);
  });

  test('what could not be sent within half an hour ends alone', async () => {
    const deps = batchDeps({}, {});
    await askFor(deps, 2);
    const answered = await decideCancel(deps, CHECKER, 'b1', 'approve');
    const track = deps.gateway.track.bind(deps.gateway);
    deps.gateway.track = async (linkId) => {
      if (linkId === B) throw new Unavailable('InstantPay is away.');
      return track(linkId);
    };
    await executeAll(deps, answered.batch);
    deps.time.now += HOUR_MS;
    await advanceAll(deps, answered.batch);
    expect(await statusesOf(deps)).toEqual(['executed', 'refused']);
    expect(deps.gateway.calls.cancel).toEqual([A]);
  });
});

describe('races over several links', () => {
  const people = (count: number) =>
    Array.from({ length: count }, (_, index) => [CHECKER, SECOND][index % 2] ?? CHECKER);

  test.each([
    ['approve at once, each leaving something else out', 1],
    ['approve at once where two are needed', 2],
  ])('many %s: one decision, one call for each link approved', async (_name, needed) => {
    for (let round = 0; round < 20; round += 1) {
      const deps = batchDeps({}, { settings: { approvalsRequiredAbovePaise: needed === 2 ? 0 : undefined } });
      await askFor(deps, 4);
      const answers = await Promise.all(
        people(12).map(async (actor, index) => {
          const answered = await decideCancel(deps, actor, 'b1', 'approve', {
            leaveOut: [linkAt(index % 4)],
          });
          if (answered.ok) await executeAll(deps, answered.batch);
          return answered;
        }),
      );
      expect(answers.filter(({ ok }) => ok)).toHaveLength(needed);
      const batch = await deps.store.requests.findBatch('b1');
      const approved = batch?.requests.filter(({ approvals }) => approvals.length === needed) ?? [];
      const called = deps.gateway.calls.cancel.toSorted();
      expect(called).toEqual(approved.map(({ linkId }) => linkId).toSorted());
      expect(batch?.requests.filter(({ status }) => status === 'pending')).toEqual([]);
    }
  });

  test('replicas that take the same approved links up at once call once for each', async () => {
    const deps = batchDeps();
    await askFor(deps, 6);
    const { batch } = await decideCancel(deps, CHECKER, 'b1', 'approve');
    deps.time.now += 60_000;
    await Promise.all(Array.from({ length: 8 }, () => advanceAll(deps, batch)));
    await Promise.all([executeAll(deps, batch), advanceAll(deps, batch)]);
    expect(deps.gateway.calls.cancel.toSorted()).toEqual(linksOf(6));
    expect(await statusesOf(deps)).toEqual(Array.from({ length: 6 }, () => 'executed'));
  });

  test('a process that dies between two links leaves the rest to the next one', async () => {
    let calls = 0;
    const deps = batchDeps(
      {},
      {
        at: ({ operation, when }) => {
          if (calls >= 2 && operation === 'approvals.save' && when === 'before')
            throw new Unavailable('Gone.');
        },
      },
    );
    const cancel = deps.gateway.cancel.bind(deps.gateway);
    await askFor(deps, 4);
    const { batch } = await decideCancel(deps, CHECKER, 'b1', 'approve');
    deps.gateway.cancel = async (linkId, before) => {
      calls += 1;
      return cancel(linkId, before);
    };
    await expect(executeAll(deps, batch)).rejects.toThrow('Gone.');
    calls = Number.NEGATIVE_INFINITY;
    // Another process knows nothing of what this one did.
    const next = { ...deps, called: new Map(), unsaved: new Map() };
    deps.time.now += 60_000;
    await advanceAll(next, batch);
    const lost = deps.gateway.calls.cancel.slice(0, 2).toSorted();
    expect(deps.gateway.calls.cancel.toSorted()).toEqual(linksOf(4));
    expect(lost).toEqual([A, B]);
    expect((await statusesOf(deps)).slice(2)).toEqual(['executed', 'executed']);
  });
});

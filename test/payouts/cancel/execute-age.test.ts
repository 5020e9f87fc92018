/** Owns what must hold right before the cancel call: the age of the decision, the amount, the holder of the lease. */

import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import { executeCancel, saveUnsaved } from '../../../src/payouts/cancel/execute.ts';
import { advance, settleUnknown } from '../../../src/payouts/cancel/settle.ts';
import { START_WITHIN_MS } from '../../../src/payouts/cancel/transitions.ts';
import { DAY_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import type { CancelRequest } from '../../../src/payouts/cancel/request.ts';
import type { LinkStatus } from '../../../src/payouts/links/link.ts';
import type { WriteAnswer } from '../../../src/payouts/gateway.ts';
import type { Moment } from '../../fakes/memory-store.ts';
import {
  approvedAt,
  approvedDeps,
  auditOf,
  type DepsOptions,
  keep,
  LINK,
  makeDeps,
  NOON,
  request,
  stored,
  tracked,
  write,
} from '../setup.ts';

const TOO_LATE = { status: 'refused', wakeAt: undefined, outcome: { kind: 'too_late' } };

describe('the age of the decision', () => {
  test.each([
    ['half an hour', START_WITHIN_MS],
    ['nine days', 9 * DAY_MS],
    ['six minutes before it, by this clock', -6 * MINUTE_MS],
  ])('%s: no look, no call, an end of its own', async (_name, ageMs) => {
    const deps = makeDeps({ script: { track: [], cancel: [] } });
    await keep(deps, approvedAt(NOON, { wakeAt: NOON - DAY_MS }));
    deps.time.now = NOON + ageMs;
    expect(await advance(deps, 'a1')).toMatchObject(TOO_LATE);
    expect(deps.gateway.calls.track).toEqual([]);
    expect(auditOf(deps)).toMatchObject([{ action: 'cancel.refused', outcome: 'too_late' }]);
  });

  test.each([
    ['just before half an hour', START_WITHIN_MS - 1],
    ['clocks five minutes apart', -5 * MINUTE_MS],
  ])('%s: it is carried out', async (_name, ageMs) => {
    const deps = makeDeps({ script: { cancel: [write('done')] } });
    const approved = await keep(deps, approvedAt(NOON));
    deps.time.now = NOON + ageMs;
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executed' });
  });

  test('it grew too old while the link was tracked: no call', async () => {
    const { deps, approved } = await approvedDeps({
      track: () => {
        deps.time.now = NOON + START_WITHIN_MS;
        return tracked();
      },
      cancel: [],
    });
    expect(await executeCancel(deps, approved)).toMatchObject(TOO_LATE);
  });

  test('it grew too old while the start was stored: no call, and nothing is looked up', async () => {
    const { deps, approved } = await approvedDeps({ cancel: [] }, afterSave(START_WITHIN_MS));
    expect(await executeCancel(deps, approved)).toMatchObject(TOO_LATE);
    expect(auditOf(deps).map((row) => row.action)).toEqual(['cancel.started', 'cancel.refused']);
  });

  test('a clock set back far behind the decision while the start was stored: no call', async () => {
    const { deps, approved } = await approvedDeps({ cancel: [] }, afterSave(-DAY_MS));
    expect(await executeCancel(deps, approved)).toMatchObject(TOO_LATE);
  });

  test('the call is told until when it may leave: within its lease and before the decision is too old', async () => {
    const soon = await approvedDeps({ cancel: [write('done')] });
    await executeCancel(soon.deps, soon.approved);
    // The claim, one time-out and the margin.
    expect(soon.deps.gateway.callBefore).toEqual([NOON + 1_000 + 20_000 + 10_000]);
    const late = await approvedDeps({ cancel: [write('done')] });
    late.deps.time.now = NOON + START_WITHIN_MS - 5_000;
    await executeCancel(late.deps, late.approved);
    expect(late.deps.gateway.callBefore).toEqual([NOON + START_WITHIN_MS]);
  });

  test('an answer "not sent" that comes when it is too late ends it', async () => {
    const { deps, approved } = await approvedDeps({
      cancel: [
        () => {
          deps.time.now = NOON + START_WITHIN_MS;
          return write('not_sent', 'No route.');
        },
      ],
    });
    expect(await executeCancel(deps, approved)).toMatchObject({
      ...TOO_LATE,
      outcome: { kind: 'too_late', message: 'No route.' },
    });
  });
});

describe('what is found is what was approved', () => {
  test('another amount: no call, and both are kept', async () => {
    const { deps, approved } = await approvedDeps({
      track: tracked({ amountPaise: 9_90_00_000_00 }),
      cancel: [],
    });
    expect(await executeCancel(deps, approved)).toMatchObject({
      status: 'refused',
      amountPaise: 12_345_678,
      outcome: { kind: 'link_changed', linkStatus: 'ISSUED', amountPaise: 9_90_00_000_00 },
    });
  });

  test.each([12_345_677, 12_345_679, 0])('%d paise instead of 12345678: no call', async (amountPaise) => {
    const { deps, approved } = await approvedDeps({ track: tracked({ amountPaise }), cancel: [] });
    expect((await executeCancel(deps, approved)).outcome?.kind).toBe('link_changed');
  });

  test('an amount that cannot be read: no call, tried again, then too late', async () => {
    const { deps, approved } = await approvedDeps({
      track: tracked({ amountPaise: undefined }),
      cancel: [],
    });
    const reschedule = await executeCancel(deps, approved);
    expect(reschedule).toMatchObject({ status: 'approved', problem: expect.stringContaining('amount') });
    deps.time.now = NOON + START_WITHIN_MS;
    expect(await executeCancel(deps, reschedule)).toMatchObject(TOO_LATE);
  });

  test('approved in one environment, found in another: no call', async () => {
    const { deps, approved } = await approvedDeps({ track: tracked({ environment: 'sandbox' }), cancel: [] });
    expect((await executeCancel(deps, approved)).outcome?.kind).toBe('wrong_environment');
  });

  test('an answer that does not say its environment is no other one', async () => {
    const { deps, approved } = await approvedDeps({
      track: tracked({ environment: undefined }),
      cancel: [write('done')],
    });
    expect((await executeCancel(deps, approved)).status).toBe('executed');
  });
});

describe('the holder of the claim', () => {
  test.each([
    ['the last moment', 29_999, 1],
    ['its lease may have passed', 30_000, 0],
  ])('frozen after the claim until %s: %d ms, %d calls', async (_name, frozenMs, calls) => {
    const { deps, approved } = await approvedDeps({ cancel: [write('done')] }, afterSave(frozenMs));
    const after = await executeCancel(deps, approved);
    expect(deps.gateway.calls.cancel).toHaveLength(calls);
    expect(after).toMatchObject(
      calls === 1
        ? { status: 'executed' }
        : { status: 'approved', holder: undefined, executingAt: undefined },
    );
  });

  test('frozen beyond its lease, and another replica looks the outcome up: put back without a call', async () => {
    const taken: DepsOptions = {
      at: async ({ operation, when }) => {
        if (operation !== 'approvals.save' || when !== 'after' || deps.time.now > NOON + MINUTE_MS) return;
        deps.time.now = NOON + 2 * MINUTE_MS;
        const executing = stored(deps);
        if (executing) await settleUnknown(deps, executing);
      },
    };
    const { deps, approved } = await approvedDeps({ cancel: [] }, taken);
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'approved', holder: undefined });
    expect(auditOf(deps).map((row) => row.action)).toEqual([
      'cancel.started',
      'cancel.outcome_unknown',
      'cancel.rechecked',
      'cancel.rescheduled',
    ]);
  });

  test('a lost answer to its commit: the record says whose it is, and it calls once', async () => {
    const { deps, approved } = await approvedDeps({ cancel: [write('done')] }, failing('after', 1));
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executed', holder: 'id-1' });
    expect(deps.gateway.calls.cancel).toEqual([LINK]);
    expect(auditOf(deps).map((row) => row.action)).toEqual(['cancel.started', 'cancel.executed']);
  });

  test('a commit that did not happen is made again', async () => {
    const { deps, approved } = await approvedDeps({ cancel: [write('done')] }, failing('before', 1));
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executed' });
    expect(deps.gateway.calls.cancel).toEqual([LINK]);
  });

  test('a lost commit while another replica was faster: its claim is not taken for ours', async () => {
    let other = false;
    const { deps, approved } = await approvedDeps(
      { cancel: [write('done')] },
      {
        at: async ({ operation, when }) => {
          if (other || operation !== 'approvals.save' || when !== 'before') return;
          other = true;
          await executeCancel(deps, approved);
          throw new Unavailable('The database is away.');
        },
      },
    );
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executed', holder: 'id-2' });
    expect(deps.gateway.calls.cancel).toEqual([LINK]);
  });

  test('a lost commit and a store that stays away: put back when it answers, also after a look-up', async () => {
    const store = awayFrom('after');
    const { deps, approved } = await approvedDeps({ cancel: [] }, store.options);
    await expect(executeCancel(deps, approved)).rejects.toThrow(Unavailable);
    await expect(saveUnsaved(deps)).rejects.toThrow(Unavailable);
    store.comeBack();
    const executing = stored(deps);
    expect(executing?.status).toBe('executing');
    deps.time.now = NOON + MINUTE_MS;
    if (executing) expect(await settleUnknown(deps, executing)).toMatchObject({ status: 'unknown' });
    await saveUnsaved(deps);
    expect(stored(deps)).toMatchObject({ status: 'approved', holder: undefined });
    expect(deps.unsaved.size).toBe(0);
    deps.gateway.script.cancel = write('done');
    const back = stored(deps);
    if (back) expect(await executeCancel(deps, back)).toMatchObject({ status: 'executed' });
    expect(deps.gateway.calls.cancel).toEqual([LINK]);
  });

  test('a commit that may still take effect is watched until something else stands', async () => {
    const store = awayFrom('before');
    const { deps, approved } = await approvedDeps({ cancel: [] }, store.options);
    await expect(executeCancel(deps, approved)).rejects.toThrow(Unavailable);
    store.comeBack();
    await saveUnsaved(deps);
    expect(stored(deps)).toEqual(approved);
    expect(deps.unsaved.size).toBe(1);
    deps.gateway.script.cancel = write('done');
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executed' });
    await saveUnsaved(deps);
    expect(stored(deps)?.status).toBe('executed');
    expect(deps.unsaved.size).toBe(0);
  });

  test('a fault of the store that is none of its kinds is not swallowed', async () => {
    const { deps, approved } = await approvedDeps(
      { cancel: [] },
      {
        at: ({ operation }) => {
          if (operation === 'approvals.save') throw new TypeError('a bug');
        },
      },
    );
    await expect(executeCancel(deps, approved)).rejects.toThrow('a bug');
    expect(deps.unsaved.size).toBe(0);
  });
});

describe('a failover takes the confirmed claim back', () => {
  /** The request is approved again; the row in the audit is kept, for what every test checks at its end. */
  async function failingOver(answer: WriteAnswer, then: LinkStatus) {
    const { deps, approved } = await approvedDeps({
      // Also after a plain no the link is looked at, at once.
      track: [tracked(), tracked({ status: then }), tracked({ status: then })],
      cancel: [answer],
    });
    const save = deps.store.requests.save.bind(deps.store.requests);
    deps.store.requests.save = async (changes, messages) => {
      if (!changes.some(({ after }) => after.status === 'executing')) return save(changes, messages);
      for (const row of changes.flatMap(({ audit }) => audit)) await deps.store.audit.append(row);
      return true;
    };
    return { deps, approved };
  }

  test.each<[WriteAnswer['kind'], LinkStatus, Partial<CancelRequest>]>([
    ['done', 'CANCELLED', { status: 'executed' }],
    ['refused', 'ISSUED', { status: 'unknown' }],
    ['unknown', 'ISSUED', { status: 'unknown' }],
    ['unknown', 'CANCELLED', { status: 'executed' }],
  ])('after the call was answered %s: looked up, %s, and never made again', async (kind, then, outcome) => {
    const { deps, approved } = await failingOver(write(kind), then);
    expect(await executeCancel(deps, approved)).toMatchObject({
      status: 'unknown',
      executingAt: NOON + 1_000,
    });
    expect(stored(deps)?.status).toBe('unknown');
    deps.time.now += MINUTE_MS;
    expect(await advance(deps, 'a1')).toMatchObject(outcome);
    expect(deps.gateway.calls.cancel).toHaveLength(1);
  });

  test('while the call is under way: the job looks the outcome up, and the answer still counts', async () => {
    const { deps, approved } = await failingOver(write('done'), 'ISSUED');
    const cancel = deps.gateway.cancel.bind(deps.gateway);
    deps.gateway.cancel = async (...asked) => {
      deps.time.now += MINUTE_MS;
      expect(await advance(deps, 'a1')).toMatchObject({ status: 'unknown' });
      return cancel(...asked);
    };
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executed' });
  });

  test('nothing was sent: the request is carried out all the same', async () => {
    const { deps, approved } = await failingOver(write('not_sent'), 'ISSUED');
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'approved' });
    expect(deps.called.size).toBe(0);
  });

  test('calls are remembered for a day', async () => {
    const { deps, approved } = await failingOver(write('unknown'), 'ISSUED');
    deps.called.set('yesterday', request({ status: 'executing', executingAt: NOON - DAY_MS }));
    deps.called.set('today', request({ status: 'executing', executingAt: NOON - DAY_MS + MINUTE_MS }));
    await executeCancel(deps, approved);
    expect([...deps.called.keys()]).toEqual(['today', 'a1']);
  });
});

describe('what could not be stored', () => {
  test('the answer of the call: stored once more, else owed and stored by the job', async () => {
    const away = { is: false };
    const { deps, approved } = await approvedDeps(
      {
        cancel: [
          () => {
            away.is = true;
            return write('refused', 'Not yours.');
          },
        ],
      },
      { at: () => (away.is ? Promise.reject(new Unavailable('The database is away.')) : undefined) },
    );
    await expect(executeCancel(deps, approved)).rejects.toThrow(Unavailable);
    expect(stored(deps)?.status).toBe('executing');
    await expect(saveUnsaved(deps)).rejects.toThrow(Unavailable);
    away.is = false;
    await saveUnsaved(deps);
    expect(stored(deps)).toMatchObject({ status: 'refused', outcome: { kind: 'instantpay_refused' } });
    expect(deps.unsaved.size).toBe(0);
  });

  test('an answer whose commit was not confirmed is stored once', async () => {
    let saves = 0;
    const { deps, approved } = await approvedDeps(
      { cancel: [write('not_sent')] },
      {
        at: ({ operation, when }) => {
          if (operation === 'approvals.save' && when === 'after' && (saves += 1) === 2)
            throw new Unavailable('The database is away.');
        },
      },
    );
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'approved', checks: 1 });
    expect(auditOf(deps).map((row) => row.action)).toEqual(['cancel.started', 'cancel.rescheduled']);
  });
});

/** Time passes right after the claim is stored, as when the process is frozen there. */
function afterSave(durationMs: number): DepsOptions {
  let frozen = false;
  return {
    at({ operation, when }, time) {
      if (frozen || operation !== 'approvals.save' || when !== 'after') return;
      frozen = true;
      time.now += durationMs;
    },
  };
}

/** The first saves fail on this side of their effect. */
function failing(side: Moment['when'], times: number): DepsOptions {
  let left = times;
  return {
    at({ operation, when }) {
      if (operation !== 'approvals.save' || when !== side || left === 0) return;
      left -= 1;
      throw new Unavailable('No COMMIT.');
    },
  };
}

/** From the first save on, from this side of its effect, the store is away until it comes back. */
function awayFrom(side: Moment['when']) {
  let away: boolean | undefined;
  const options: DepsOptions = {
    at({ operation, when }) {
      if (operation === 'approvals.save' && when === side) away ??= true;
      if (away) throw new Unavailable('The database is away.');
    },
  };
  return { options, comeBack: () => (away = false) };
}

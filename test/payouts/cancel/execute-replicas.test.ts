/** Owns execution by several replicas: one cancel call, also when a replica is slow, dies or holds an old copy. */

import { describe, expect, test } from 'vitest';
import { executeCancel } from '../../../src/payouts/cancel/execute.ts';
import { advance, settleUnknown } from '../../../src/payouts/cancel/settle.ts';
import type { RequestStatus } from '../../../src/payouts/cancel/request.ts';
import type { WriteAnswer } from '../../../src/payouts/gateway.ts';
import { MINUTE_MS } from '../../../src/payouts/time.ts';
import { approvedDeps, LINK, NOON, stored, tracked, write } from '../setup.ts';
import { linkIs } from '../../../src/payouts/cancel/words.ts';

describe('several replicas', () => {
  test('whoever stores the claim calls; the others get the request as it is', async () => {
    const { deps, approved } = await approvedDeps({ cancel: [write('done')] });
    const all = await Promise.all(Array.from({ length: 20 }, () => executeCancel(deps, approved)));
    expect(deps.gateway.calls.cancel).toEqual([LINK]);
    const states = all.map((one) => one.status);
    expect(states.filter((status) => status === 'executed')).toHaveLength(1);
    expect(new Set(states)).toEqual(new Set(['executing', 'executed']));
  });

  test('an old copy of an approved request leads to no second call', async () => {
    const { deps, approved } = await approvedDeps({ cancel: [write('done')] });
    await executeCancel(deps, approved);
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executed' });
    expect(deps.gateway.calls.cancel).toHaveLength(1);
  });

  test.each<[WriteAnswer['kind'], RequestStatus]>([
    ['done', 'executed'],
    ['refused', 'refused'],
    ['not_sent', 'approved'],
    ['unknown', 'unknown'],
    // The link is still ISSUED, and InstantPay said no.
    ['verify', 'refused'],
  ])(
    'an answer (%s) that comes after another replica took over counts when it is certain: %s',
    async (kind, status) => {
      const { deps, approved } = await approvedDeps({
        cancel: [
          async () => {
            deps.time.now += 51_000;
            const executing = stored(deps);
            if (executing) await settleUnknown(deps, executing);
            return write(kind);
          },
        ],
      });
      const after = await executeCancel(deps, approved);
      expect(after.status).toBe(status);
      expect(after).toEqual(stored(deps));
      expect(deps.gateway.calls.cancel).toHaveLength(1);
    },
  );

  test('a replica that dies right after its claim leaves a request nobody calls for again', async () => {
    let alive = true;
    const { deps, approved } = await approvedDeps(
      { cancel: [] },
      {
        at({ operation, when }) {
          if (alive && operation === 'approvals.save' && when === 'after') {
            alive = false;
            throw new Error('the process died');
          }
        },
      },
    );
    await expect(executeCancel(deps, approved)).rejects.toThrow('died');
    expect(await executeCancel(deps, approved)).toMatchObject({ status: 'executing' });
    deps.time.now = NOON + MINUTE_MS;
    expect(await advance(deps, 'a1')).toMatchObject({ status: 'unknown', problem: linkIs('ISSUED') });
    expect(deps.gateway.calls.cancel).toEqual([]);
  });

  test('a replica that dies during the call leaves an outcome that is looked up, not a second call', async () => {
    const { deps, approved } = await approvedDeps({
      track: [tracked(), tracked({ status: 'CANCELLED' })],
      cancel: [new Error('the process died')],
    });
    await expect(executeCancel(deps, approved)).rejects.toThrow('died');
    deps.time.now = NOON + 50_999;
    expect(await advance(deps, 'a1')).toMatchObject({ status: 'executing' });
    deps.time.now = NOON + 51_000;
    expect(await advance(deps, 'a1')).toMatchObject({ status: 'executed', outcome: { kind: 'cancelled' } });
    expect(deps.gateway.calls.cancel).toHaveLength(1);
  });
});

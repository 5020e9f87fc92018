import { describe, expect, test } from 'vitest';
import { attend, executeCancel, settleCancel } from '../../../src/payouts/cancel/execute.ts';
import type { ApprovalStatus } from '../../../src/payouts/cancel/request.ts';
import type { WriteAnswer } from '../../../src/payouts/ports.ts';
import { MINUTE_MS } from '../../../src/payouts/time.ts';
import { approvedDesk, LINK, NOON, stored, tracked, write } from '../setup.ts';

describe('several desks', () => {
  test('whoever stores the claim calls; the others get the request as it is', async () => {
    const { desk, approved } = await approvedDesk({ cancel: [write('done')] });
    const all = await Promise.all(Array.from({ length: 20 }, () => executeCancel(desk, approved)));
    expect(desk.gateway.calls.cancel).toEqual([LINK]);
    const states = all.map((one) => one.status);
    expect(states.filter((status) => status === 'executed')).toHaveLength(1);
    expect(new Set(states)).toEqual(new Set(['executing', 'executed']));
  });

  test('an old copy of an approved request leads to no second call', async () => {
    const { desk, approved } = await approvedDesk({ cancel: [write('done')] });
    await executeCancel(desk, approved);
    expect(await executeCancel(desk, approved)).toMatchObject({ status: 'executed' });
    expect(desk.gateway.calls.cancel).toHaveLength(1);
  });

  test.each<[WriteAnswer['kind'], ApprovalStatus]>([
    ['done', 'executed'],
    ['refused', 'refused'],
    ['not_sent', 'approved'],
    ['unknown', 'unknown'],
    // The link is still ISSUED, and InstantPay said no.
    ['verify', 'refused'],
  ])(
    'an answer (%s) that comes after another desk took over counts when it is certain: %s',
    async (kind, status) => {
      const { desk, approved } = await approvedDesk({
        cancel: [
          async () => {
            desk.time.now += 51_000;
            const executing = stored(desk);
            if (executing) await settleCancel(desk, executing);
            return write(kind);
          },
        ],
      });
      const after = await executeCancel(desk, approved);
      expect(after.status).toBe(status);
      expect(after).toEqual(stored(desk));
      expect(desk.gateway.calls.cancel).toHaveLength(1);
    },
  );

  test('a desk that dies right after its claim leaves a request nobody calls for again', async () => {
    let alive = true;
    const { desk, approved } = await approvedDesk(
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
    await expect(executeCancel(desk, approved)).rejects.toThrow('died');
    expect(await executeCancel(desk, approved)).toMatchObject({ status: 'executing' });
    desk.time.now = NOON + MINUTE_MS;
    expect(await attend(desk, 'a1')).toMatchObject({ status: 'unknown', problem: 'The link is ISSUED.' });
    expect(desk.gateway.calls.cancel).toEqual([]);
  });

  test('a desk that dies during the call leaves an outcome that is looked up, not a second call', async () => {
    const { desk, approved } = await approvedDesk({
      track: [tracked(), tracked({ status: 'CANCELLED' })],
      cancel: [new Error('the process died')],
    });
    await expect(executeCancel(desk, approved)).rejects.toThrow('died');
    desk.time.now = NOON + 50_999;
    expect(await attend(desk, 'a1')).toMatchObject({ status: 'executing' });
    desk.time.now = NOON + 51_000;
    expect(await attend(desk, 'a1')).toMatchObject({ status: 'executed', outcome: { kind: 'cancelled' } });
    expect(desk.gateway.calls.cancel).toHaveLength(1);
  });
});

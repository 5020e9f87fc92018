/** Owns an InstantPay that answers nothing: only what asks it waits. */

import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { openWay } from '../chaos/way.ts';
import { approval, entry } from '../store/samples.ts';
import { openDesk, read } from './desk.ts';
import { askToCancel } from './steps.ts';

test('look-ups hang at the start: the desk opens, and an expiry that is due is shown at once', async () => {
  const desk = await openDesk({ env: { APPROVAL_TTL: '1h' } });
  const way = await openWay(desk.instantpay.url);
  const away = Promise.withResolvers<void>();
  const asked: string[] = [];
  way.before = async ({ path }) => {
    asked.push(path);
    await away.promise;
  };
  try {
    const { card } = await askToCancel(desk);
    await desk.stop();
    await desk.records(async (store) => {
      for (let index = 0; index < 6; index += 1) {
        const unknown = approval({
          id: `u${index}`,
          linkId: `65f1a2b3c4d5e6f70819200${index}`,
          status: 'unknown',
          decidedAt: desk.clock(),
          executingAt: desk.clock(),
          wakeAt: desk.clock(),
        });
        await store.approvals.open(unknown, entry(), []);
      }
    });
    desk.env['INSTANTPAY_BASE_URL'] = way.url;
    desk.skip(HOUR_MS);
    let isTakenUp = false;
    const starting = desk.start().then(() => {
      isTakenUp = true;
    });
    await desk.slack.waitFor(() => !read(card).includes('[Approve]'), {
      what: 'the card to show that its request has expired',
      withinMs: 15_000,
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(isTakenUp).toBe(false);
    away.resolve();
    await starting;
  } finally {
    away.resolve();
    await desk.close();
    await way.close();
  }
});

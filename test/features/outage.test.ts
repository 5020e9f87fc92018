/** Owns an InstantPay that answers nothing: only what asks it waits. */

import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { openWay } from '../chaos/way.ts';
import { request, entry } from '../store/samples.ts';
import { openBot, read } from './bot.ts';
import { askToCancel } from './steps.ts';

test('look-ups hang at the start: Payout Desk opens, and an expiry that is due is shown at once', async () => {
  const bot = await openBot({ env: { APPROVAL_TTL: '1h' } });
  const way = await openWay(bot.instantpay.url);
  const away = Promise.withResolvers<void>();
  const asked: string[] = [];
  way.before = async ({ path }) => {
    asked.push(path);
    await away.promise;
  };
  try {
    const { card } = await askToCancel(bot);
    await bot.stop();
    await bot.onStore(async (store) => {
      for (let index = 0; index < 6; index += 1) {
        const unknown = request({
          id: `u${index}`,
          linkId: `65f1a2b3c4d5e6f70819200${index}`,
          status: 'unknown',
          decidedAt: bot.clock(),
          executingAt: bot.clock(),
          wakeAt: bot.clock(),
        });
        await store.requests.open([unknown], [entry()], []);
      }
    });
    bot.env['INSTANTPAY_BASE_URL'] = way.url;
    bot.skip(HOUR_MS);
    let isTakenUp = false;
    const starting = bot.start().then(() => {
      isTakenUp = true;
    });
    await bot.slack.waitFor(() => !read(card).includes('[Approve]'), {
      what: 'the card to show that its request has expired',
      withinMs: 15_000,
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(isTakenUp).toBe(false);
    away.resolve();
    await starting;
  } finally {
    away.resolve();
    await bot.close();
    await way.close();
  }
});

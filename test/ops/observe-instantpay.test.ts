/** Owns what the events of the InstantPay client become: lines in the log and metrics. */

import { expect, test } from 'vitest';
import type { ClientEvent } from '../../src/instantpay/client.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import {
  MISMATCHED,
  observeInstantPay,
  PACE_FASTER,
  PACE_SLOWER,
  UNREADABLE,
} from '../../src/ops/observe-instantpay.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';

function observed() {
  const lines: Record<string, unknown>[] = [];
  const log = createLog('trace', [], { write: (line: string) => void lines.push(JSON.parse(line)) });
  const metrics = createMetrics(() => 0);
  const time = { now: 0 };
  const value = async (name: string): Promise<string | undefined> =>
    (await metrics.registry.metrics()).split('\n').find((line) => line.startsWith(`${name} `));
  return { lines, time, value, see: observeInstantPay(log, metrics, () => time.now) };
}

const page = (unreadable: number, status: number): ClientEvent => ({
  type: 'page',
  operation: 'list',
  pageNumber: 1,
  recordsReceived: 10,
  mismatched: { status, linkId: 0, contact: 0 },
  unreadable,
  ipayUuid: 'h0009',
});

const call = (skewMs: number | undefined): ClientEvent => ({
  type: 'attempt',
  operation: 'list',
  attempt: 1,
  kind: 'ok',
  sent: true,
  httpStatus: 200,
  statuscode: 'TXN',
  group: 'success',
  ipayUuid: 'h0009',
  elapsedMs: 5,
  reason: undefined,
  skewMs,
});

test('mismatches and unreadable records are two lines and two metrics (R1)', async () => {
  const { lines, see, value } = observed();
  see(page(2, 3));
  expect(lines).toMatchObject([
    { level: 'warn', mismatched: 3, msg: MISMATCHED },
    { level: 'warn', unreadable: 2, msg: UNREADABLE },
  ]);
  expect(await value('payout_desk_instantpay_filter_mismatches_total')).toMatch(/ 3$/);
  expect(await value('payout_desk_instantpay_unreadable_records_total')).toMatch(/ 2$/);
  see(page(1, 0));
  expect(lines).toHaveLength(3);
  expect(await value('payout_desk_instantpay_filter_mismatches_total')).toMatch(/ 3$/);
});

test('a clock more than 2 minutes off is a metric at every answer and a line once an hour (R24)', async () => {
  const { lines, time, see, value } = observed();
  const warnings = () => lines.filter(({ level }) => level === 'warn');
  see(call(2 * MINUTE_MS));
  see(call(undefined));
  expect(warnings()).toEqual([]);
  expect(await value('payout_desk_instantpay_clock_skew_seconds')).toMatch(/ 120$/);
  see(call(-2 * MINUTE_MS - 1));
  see(call(3 * MINUTE_MS));
  expect(warnings()).toMatchObject([{ skewMs: -120_001, msg: 'clock differs from InstantPay' }]);
  expect(await value('payout_desk_instantpay_clock_skew_seconds')).toMatch(/ 180$/);
  time.now = HOUR_MS;
  see(call(3 * MINUTE_MS));
  expect(warnings()).toHaveLength(2);
});

test('a refused page size is told with what is asked for from now on (R2)', () => {
  const { lines, see } = observed();
  see({ type: 'page_size', from: 100, to: 50 });
  expect(lines).toMatchObject([{ from: 100, to: 50, msg: expect.stringContaining('page size') }]);
});

test('a walk that presses InstantPay less, or more again, is a line', () => {
  const { lines, see } = observed();
  see({ type: 'pace', from: 8, to: 4 });
  see({ type: 'pace', from: 4, to: 5 });
  expect(lines).toMatchObject([
    { level: 'warn', from: 8, to: 4, msg: PACE_SLOWER },
    { level: 'info', from: 4, to: 5, msg: PACE_FASTER },
  ]);
});

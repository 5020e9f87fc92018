/** Owns that a chart is a picture that can be read, and that what goes wrong in its process is one failure in this one. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawChart, NOT_DRAWN } from '../../src/chart/draw-chart.ts';
import { chartSpec, pointsOf } from '../../src/chart/spec.ts';
import type { ChartData, DailyTotal } from '../../src/payouts/digest/files.ts';
import { chartAltText } from '../../src/slack/views/digest-files.ts';
import { temporaryFolder } from '../store/engines.ts';

const DAYS = Array.from({ length: 30 }, (_none, index) =>
  Temporal.PlainDate.from('2026-10-24').add({ days: index }).toString(),
);
/** Nothing on the third day. */
const TOTALS = DAYS.flatMap((day, index): DailyTotal[] =>
  index === 2 ? [] : [{ day, status: 'EXPIRED', count: 20 + index, totalPaise: 2n ** 60n + BigInt(index) }],
);
const DATA: ChartData = {
  timezone: 'Asia/Kolkata',
  days: DAYS,
  statuses: ['EXPIRED', 'PROCESSING'],
  totals: TOTALS,
};

/** Width and height, as the PNG says. */
async function sizeOf(picture: Blob): Promise<[number, number]> {
  const bytes = Buffer.from(await picture.arrayBuffer());
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

test('thirty days are drawn, large enough for a phone, with the bundled font alone', async () => {
  const picture = await drawChart(DATA);
  expect(picture.type).toBe('image/png');
  expect(picture.size).toBeGreaterThan(20_000);
  const [width, height] = await sizeOf(picture);
  expect(width).toBeGreaterThan(1_000);
  expect(height).toBeGreaterThan(800);
});

test('one day is drawn, and none', async () => {
  for (const totals of [TOTALS.slice(-1), []])
    expect((await drawChart({ ...DATA, totals })).size).toBeGreaterThan(5_000);
});

test('a day without a digest is a gap, never a zero', () => {
  const points = pointsOf(DATA);
  expect(points).toHaveLength(60);
  expect(points[2]).toEqual({ day: DAYS[2], status: 'EXPIRED', count: null, rupees: null });
  expect(points.filter(({ count }) => count === 0)).toEqual([]);
});

test('the background is solid, and the title says the zone', () => {
  const spec = JSON.stringify(chartSpec(DATA));
  expect(spec).toContain('"background":"#ffffff"');
  expect(spec).toContain('days in Asia/Kolkata');
});

describe('a process that fails', () => {
  const script = (code: string): string => {
    const path = join(temporaryFolder(), 'draw.mjs');
    writeFileSync(path, code);
    return path;
  };
  const fails = (code: string) =>
    expect(drawChart(DATA, script(code))).rejects.toMatchObject({ kind: 'unavailable', message: NOT_DRAWN });

  test('by an error, without a word, by a signal, or with what is no picture', async () => {
    await fails('throw new Error("no font");');
    await fails('');
    await fails('process.kill(process.pid, "SIGKILL");');
    await fails('process.stdout.write("<svg>");');
  });

  test('gets nothing of this one’s environment', async () => {
    process.env['PAYOUT_DESK_TEST_SECRET'] = 'xoxb-secret';
    await fails(
      'process.stdin.resume(); process.stdin.on("end", () => process.stdout.write(process.env.PAYOUT_DESK_TEST_SECRET === undefined ? "clean" : "\\x89PNG\\r\\n\\x1a\\n", "latin1"));',
    );
    delete process.env['PAYOUT_DESK_TEST_SECRET'];
  });
});

describe('the words for those who do not see it', () => {
  test('how each status began and ended, and where a digest is missing', () => {
    expect(
      chartAltText({ ...DATA, totals: TOTALS.map((total) => ({ ...total, totalPaise: 1_250_000n })) }),
    ).toContain(
      '24 Oct 2026 to 22 Nov 2026. EXPIRED: from 20 to 49 (lowest 20, highest 49), now ₹12,500.00. No digest on 1 day.',
    );
  });

  test('fit Slack’s thousand characters, whatever the amounts', () => {
    const statuses = ['ISSUED', 'PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED'] as const;
    const totals = statuses.map((status) => ({
      day: DAYS[0] ?? '',
      status,
      count: 2 ** 52,
      totalPaise: 10n ** 300n,
    }));
    expect(chartAltText({ ...DATA, statuses, totals }).length).toBeLessThanOrEqual(1_000);
  });
});

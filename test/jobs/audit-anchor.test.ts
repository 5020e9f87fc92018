/** Owns the audit’s anchor in the log: the end of the chain that an auditor compares with, once an Indian day. */

import { expect, test } from 'vitest';
import { ANCHOR_CRON, ANCHOR_TIMEZONE, logAuditAnchor } from '../../src/jobs/audit-anchor.ts';
import { createCalendar } from '../../src/payouts/subscriptions/calendar.ts';
import { createLog } from '../../src/log.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import { request, keep, makeDeps } from '../payouts/setup.ts';

test('the line carries the sequence and the whole hash of the last row', async () => {
  const deps = makeDeps();
  await keep(deps, request());
  const lines: unknown[] = [];
  await logAuditAnchor(
    deps.store,
    createLog('info', [], { write: (line) => void lines.push(JSON.parse(line)) }),
  );
  const { sequence, hash } = await deps.store.audit.anchor();
  expect(sequence).toBeGreaterThan(0);
  expect(lines).toEqual([expect.objectContaining({ level: 'info', msg: 'audit anchor', sequence, hash })]);
});

test('due once a day, a quarter of an hour before the Indian midnight', () => {
  const night = Date.parse('2026-11-20T23:45:00+05:30');
  const due = createCalendar(ANCHOR_CRON, ANCHOR_TIMEZONE).between(night - 1, night + DAY_MS, 9);
  expect(due).toEqual([night, night + DAY_MS]);
});

/** Owns reading the audit: for administrators, filtered, and itself audited. */

import { describe, expect, test } from 'vitest';
import { Forbidden } from '../../src/errors.ts';
import {
  AUDIT_CSV_ROWS,
  AUDIT_LINES,
  type AuditQuery,
  type AuditReport,
  readAudit,
  readAuditRows,
} from '../../src/payouts/audit.ts';
import type { AuditAction } from '../../src/payouts/audit-entry.ts';
import { auditOf, CHECKER, keep, LINK, MAKER, makeDeps, NOON, request } from './setup.ts';

const rowsOf = ({ lines }: AuditReport) => lines.flatMap((line) => (line.kind === 'row' ? line.row : []));

const ALL: AuditQuery = { linkId: undefined, actorId: undefined, csv: false };

/** A store with so many audit rows; every third is about LINK, every second by MAKER. */
async function depsWith(rows: number) {
  const deps = makeDeps();
  for (let index = 0; index < rows; index += 1) {
    await deps.store.audit.append({
      at: NOON + index,
      actorId: index % 2 === 0 ? MAKER.userId : CHECKER.userId,
      action: 'cancel.requested',
      detail: `row ${index}`,
      linkId: index % 3 === 0 ? LINK : undefined,
    });
  }
  return deps;
}

describe('readAudit', () => {
  test('the newest first, and reading is itself audited', async () => {
    const deps = await depsWith(3);
    deps.time.now = NOON + 99;
    const report = await readAudit(deps, CHECKER, ALL);
    expect(report).toMatchObject({ query: ALL, more: false });
    expect(rowsOf(report).map((row) => row.detail)).toEqual(['row 2', 'row 1', 'row 0']);
    expect(auditOf(deps).at(-1)).toEqual({
      sequence: 4,
      at: NOON + 99,
      actorId: CHECKER.userId,
      action: 'audit.read',
      rowCount: 3,
    });
  });

  test('of one link, of one person, of both', async () => {
    const deps = await depsWith(12);
    const found = async (query: Partial<AuditQuery>) =>
      rowsOf(await readAudit(deps, CHECKER, { ...ALL, ...query })).map((row) => row.detail);
    expect(await found({ linkId: LINK })).toEqual(['row 9', 'row 6', 'row 3', 'row 0']);
    expect(auditOf(deps).at(-1)).toMatchObject({ action: 'audit.read', linkId: LINK, rowCount: 4 });
    expect(await found({ actorId: MAKER.userId })).toEqual(
      [10, 8, 6, 4, 2, 0].map((index) => `row ${index}`),
    );
    // The row about reading the link's rows is by CHECKER.
    expect(await found({ linkId: LINK, actorId: MAKER.userId })).toEqual(['row 6', 'row 0']);
  });

  test('of some days in India, both included', async () => {
    const deps = makeDeps();
    const append = (at: string) =>
      deps.store.audit.append({
        at: Date.parse(at),
        actorId: MAKER.userId,
        action: 'link.revealed',
        detail: at,
      });
    const rows = [
      '2026-11-18T23:59:59.999',
      '2026-11-19T00:00',
      '2026-11-20T23:59:59.999',
      '2026-11-21T00:00',
    ];
    for (const at of rows) await append(`${at}+05:30`);
    const found = async (days: Partial<AuditQuery>) => {
      const report = await readAudit(deps, CHECKER, { ...ALL, actorId: MAKER.userId, ...days });
      return rowsOf(report)
        .map(({ detail }) => rows.indexOf(detail?.slice(0, -6) ?? ''))
        .toReversed();
    };
    expect(await found({ from: '2026-11-19' })).toEqual([1, 2, 3]);
    expect(await found({ from: '2026-11-19', to: '2026-11-20' })).toEqual([1, 2]);
    expect(await found({ from: '2026-11-21', to: '2026-11-21' })).toEqual([3]);
  });

  test.each([
    [AUDIT_LINES - 1, AUDIT_LINES - 1, false],
    [AUDIT_LINES, AUDIT_LINES, false],
    [AUDIT_LINES + 1, AUDIT_LINES, true],
  ])('of %d rows %d are shown; more: %s', async (written, shown, more) => {
    const deps = await depsWith(written);
    const report = await readAudit(deps, CHECKER, ALL);
    expect(report.lines).toHaveLength(shown);
    expect(report.more).toBe(more);
    expect(auditOf(deps).at(-1)?.rowCount).toBe(shown);
  });

  test('a request is one line at its latest step; a refusal about it is a line of its own', async () => {
    const deps = makeDeps();
    await keep(deps, request());
    const append = (at: number, action: AuditAction) =>
      deps.store.audit.append({ at, actorId: CHECKER.userId, action, cancelRequestId: 'a1', linkId: LINK });
    await append(NOON + 1, 'approvers.nudged');
    await append(NOON + 2, 'decision.refused');
    await deps.store.audit.append({ at: NOON + 3, actorId: MAKER.userId, action: 'link.revealed' });
    await append(NOON + 4, 'cancel.approved');
    // Of a request that cannot be read the rows stand for themselves.
    for (const action of ['cancel.requested', 'cancel.expired'] as const)
      await deps.store.audit.append({ at: NOON + 5, actorId: MAKER.userId, action, cancelRequestId: 'lost' });
    const linesOf = async (query: Partial<AuditQuery> = {}) =>
      (await readAudit(deps, CHECKER, { ...ALL, ...query })).lines.map((line) =>
        line.kind === 'request' ? `${line.batch.id} at ${line.at - NOON}` : line.row.action,
      );
    const cancels = ['cancel.expired', 'cancel.requested', 'a1 at 4', 'decision.refused'];
    expect(await linesOf({ cancels: true })).toEqual(cancels);
    expect(await linesOf({ linkId: LINK })).toEqual([
      'cancel.approved',
      'decision.refused',
      'approvers.nudged',
    ]);
    // Of some days by the times, not in the order they were written.
    expect(await linesOf({ from: '2026-11-20', to: '2026-11-20' })).toEqual([
      'cancel.expired',
      'cancel.requested',
      'a1 at 4',
      'link.revealed',
      'decision.refused',
      'audit.read',
      'audit.read',
      'cancel.requested',
    ]);
  });

  test('however many rows the first requests have, twenty lines are found', async () => {
    const deps = makeDeps();
    for (let number = 0; number < 30; number += 1) {
      const id = `r${String(number).padStart(2, '0')}`;
      await keep(deps, request({ id, batchId: id, linkId: `link-${number}` }));
      for (let row = 0; row < 20; row += 1)
        await deps.store.audit.append({
          at: NOON,
          actorId: MAKER.userId,
          action: 'cancel.rechecked',
          cancelRequestId: id,
        });
    }
    const { lines, more } = await readAudit(deps, CHECKER, { ...ALL, cancels: true });
    expect(lines.map((line) => line.kind)).toEqual(Array.from({ length: AUDIT_LINES }, () => 'request'));
    expect(more).toBe(true);
  });

  test('a CSV holds more of them, and is told apart in the audit', async () => {
    const deps = await depsWith(AUDIT_LINES + 5);
    const report = await readAuditRows(deps, CHECKER, { ...ALL, csv: true });
    expect(report.rows).toHaveLength(AUDIT_LINES + 5);
    expect(report.more).toBe(false);
    expect(auditOf(deps).at(-1)).toMatchObject({ action: 'audit.exported', rowCount: 25 });
    expect(AUDIT_CSV_ROWS).toBe(10_000);
  });

  test('is for administrators', async () => {
    const deps = await depsWith(1);
    await expect(readAudit(deps, MAKER, { ...ALL, linkId: LINK })).rejects.toThrow(Forbidden);
    expect(auditOf(deps).at(-1)).toMatchObject({
      action: 'access.refused',
      subject: 'audit.read',
      linkId: LINK,
      actorId: MAKER.userId,
      outcome: 'not_administrator',
    });
  });
});

/** Owns reading the audit: for administrators, filtered, and itself audited. */

import { describe, expect, test } from 'vitest';
import { Forbidden } from '../../src/errors.ts';
import { AUDIT_CSV_ROWS, AUDIT_ROWS, type AuditQuery, readAudit } from '../../src/payouts/audit.ts';
import { auditOf, CHECKER, LINK, MAKER, makeDeps, NOON } from './setup.ts';

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
    expect(report.rows.map((row) => row.detail)).toEqual(['row 2', 'row 1', 'row 0']);
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
      (await readAudit(deps, CHECKER, { ...ALL, ...query })).rows.map((row) => row.detail);
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
      return report.rows.map(({ detail }) => rows.indexOf(detail?.slice(0, -6) ?? '')).toReversed();
    };
    expect(await found({ from: '2026-11-19' })).toEqual([1, 2, 3]);
    expect(await found({ from: '2026-11-19', to: '2026-11-20' })).toEqual([1, 2]);
    expect(await found({ from: '2026-11-21', to: '2026-11-21' })).toEqual([3]);
  });

  test.each([
    [AUDIT_ROWS - 1, AUDIT_ROWS - 1, false],
    [AUDIT_ROWS, AUDIT_ROWS, false],
    [AUDIT_ROWS + 1, AUDIT_ROWS, true],
  ])('of %d rows %d are shown; more: %s', async (written, shown, more) => {
    const deps = await depsWith(written);
    const report = await readAudit(deps, CHECKER, ALL);
    expect(report.rows).toHaveLength(shown);
    expect(report.more).toBe(more);
    expect(auditOf(deps).at(-1)?.rowCount).toBe(shown);
  });

  test('a CSV holds more of them, and is told apart in the audit', async () => {
    const deps = await depsWith(AUDIT_ROWS + 5);
    const report = await readAudit(deps, CHECKER, { ...ALL, csv: true });
    expect(report.rows).toHaveLength(AUDIT_ROWS + 5);
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

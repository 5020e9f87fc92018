/** Owns the audit’s rows and its file, which can do no harm in a spreadsheet. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUDIT_ACTIONS, AUDIT_SUBJECTS, SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import { auditCsv, auditFileName, auditFileWords } from '../../../src/slack/views/audit-csv.ts';
import { DAY_MS } from '../../../src/payouts/time.ts';
import { auditList, NO_ROWS } from '../../../src/slack/views/audit-list.ts';
import { labelsOf, problemsOf, readable } from '../shown.ts';
import { alone } from '../../payouts/setup.ts';
import { anApproval, anAuditRow, anOutcome, asLines, DECIDED, LINK_ID, NOW } from './samples.ts';
import { actionLabel, outcomeLabel, subjectLabel } from '../../../src/slack/views/audit-labels.ts';

const query = { linkId: undefined, actorId: undefined, csv: false };

describe('the audit', () => {
  test('tells who, when, what, why and the request id', () => {
    const rows = [
      anAuditRow({
        ipayUuid: 'h0059',
        statusBefore: 'ISSUED',
        statusAfter: 'CANCELLED',
        decisionMs: 7_200_000,
      }),
      anAuditRow({ actorId: SYSTEM_ACTOR }),
      anAuditRow({ action: 'access.refused', subject: 'audit.read', outcome: 'not_administrator' }),
      anAuditRow({ action: 'cancel.approved', approvals: 2, approvalsRequired: 3 }),
      anAuditRow({ action: 'approval.voided', affectedUserId: 'U0GONE' }),
      anAuditRow({ action: 'audit.read', rowCount: 1 }),
      anAuditRow({ outcome: 'failed', reference: 'ORDER-1', transactionDate: '2026-11-20', detail: 'AePS' }),
      anAuditRow({ action: 'link.frozen' }),
    ];
    const message = auditList({ query, lines: asLines(rows), more: true }, NOW);
    for (const words of [
      '<@U0REQ>',
      'today 09:00',
      actionLabel('cancel.requested'),
      '₹12,500.00 · ISSUED → CANCELLED',
      LINK_ID,
      '“Duplicate of invoice 118”',
      'Decided after 2 hours',
      'InstantPay request ID h0059',
      'Payout Desk',
      `${actionLabel('access.refused')} · ${subjectLabel('audit.read')} · ${outcomeLabel('not_administrator')}`,
      '2 of 3 approvals',
      'About <@U0GONE>',
      '1 row',
      'ORDER-1 · 2026-11-20',
      'AePS',
      // Of a later version: the key stands for itself.
      'link.frozen',
      'add `csv` to the command',
    ]) {
      expect(readable(message)).toContain(words);
    }
    expect(readable(auditList({ query, lines: asLines(rows), more: false }, NOW))).toContain('none older');
  });

  test('a request is one line: amount, recipient, who requested and decided, what became of it, why', () => {
    const of = (changes: Parameters<typeof anApproval>[0]) =>
      auditList(
        {
          query,
          lines: [{ kind: 'request', at: NOW - 60_000, batch: alone(anApproval(changes)) }],
          more: false,
        },
        NOW,
      );
    const executed = of({ ...DECIDED, status: 'executed', outcome: anOutcome() });
    for (const words of [
      'Link cancelled: ₹2,50,000.00 to Asha Rao',
      'today 09:59',
      'C-1042',
      'requested by <@U0REQ>',
      'approved by <@U0APP>',
      '“Duplicate of invoice 118”',
    ])
      expect(readable(executed)).toContain(words);
    expect(labelsOf(executed)).toEqual(['Details']);
    expect(executed.text).toContain('requested by <@U0REQ>');
    const rejected = of({ status: 'rejected', decidedAt: NOW, closedBy: 'U0APP', closedReason: 'No' });
    expect(readable(rejected)).toContain('rejected by <@U0APP>');
    const emergency = of({ ...DECIDED, status: 'executed', outcome: anOutcome(), emergencyReason: 'Fraud' });
    expect(readable(emergency)).toContain('emergency approval by <@U0APP>');
    expect(readable(of({}))).not.toMatch(/approved by|rejected by/);
  });

  test('a failed payment is not a failed query', () => {
    expect(outcomeLabel('failed')).not.toBe(outcomeLabel('query_failed'));
    expect(outcomeLabel('failed')).toContain('Answered');
  });

  test('fits with all its rows and says when there is none', () => {
    const rows = Array.from({ length: 20 }, () => anAuditRow());
    const full = auditList({ query, lines: asLines(rows), more: true }, NOW);
    expect(problemsOf(full)).toEqual([]);
    expect(readable(full)).toContain('The newest 20 entries');
    const none = auditList(
      { query: { ...query, linkId: LINK_ID, actorId: 'U0REQ' }, lines: [], more: false },
      NOW,
    );
    expect(readable(none)).toContain(NO_ROWS);
    expect(readable(none)).toContain(`Link ${LINK_ID}`);
  });

  test.each([
    [{ from: '2026-11-01', to: undefined }, 'from 1 Nov 2026 on'],
    [{ from: '2026-11-01', to: '2026-11-20' }, '1 Nov 2026 to 20 Nov 2026'],
  ])('says which days it is of: %j', (days, words) => {
    const message = auditList({ query: { ...query, ...days }, lines: [], more: false }, NOW);
    expect(readable(message)).toContain(words);
    expect(message.text).toContain(words);
  });
});

describe('its words', () => {
  test('every key follows one grammar', () => {
    for (const action of AUDIT_ACTIONS) expect(action).toMatch(/^[a-z]+\.[a-z_]+$/);
    for (const subject of AUDIT_SUBJECTS) expect(subject).toMatch(/^([a-z]+\.[a-z_]+|help)$/);
  });

  test('every action and every subject reads differently', () => {
    for (const labels of [AUDIT_ACTIONS.map(actionLabel), AUDIT_SUBJECTS.map(subjectLabel)]) {
      expect(new Set(labels).size).toBe(labels.length);
      for (const label of labels) expect(label).toMatch(/^[A-Z][^.]+$/);
    }
  });

  test.each(['constructor', '__proto__', ''])('a key that is none of ours stands for itself: %j', (key) => {
    expect([actionLabel(key), subjectLabel(key), outcomeLabel(key)]).toEqual([key, key, key]);
  });
});

describe('its file', () => {
  test('has a header, both times and rupees', () => {
    const [header, row] = auditCsv(
      [anAuditRow({ decisionMs: 1_500 })],
      new Map([['U0REQ', 'Meera Iyer']]),
    ).split('\n');
    expect(header).toMatch(
      /^\ufeffsequence,time_ist,time_utc,actor,actor_name,action,action_label,subject,outcome/,
    );
    expect(header?.split(',')).toHaveLength(cellsOf(row ?? '').length);
    expect(row).toBe(
      `7,"20 Nov 2026, 09:00 IST",2026-11-20T03:30:00.000Z,U0REQ,Meera Iyer,cancel.requested,${actionLabel('cancel.requested')},,,,${LINK_ID},,,,12500.00,Duplicate of invoice 118,,,,,,,,,2,,${'a'.repeat(64)},${'b'.repeat(64)}`,
    );
  });

  test('is named after what it holds, and says how much', () => {
    const days = { ...query, from: '2026-11-01', to: '2026-11-30' };
    const rows = [anAuditRow(), anAuditRow({ at: NOW - 3 * DAY_MS })];
    expect(auditFileName({ rows, more: false }, days, NOW)).toBe('payout-audit-2026-11-01..30.csv');
    expect(auditFileName({ rows, more: false }, query, NOW)).toBe('payout-audit-2026-11-17..20.csv');
    expect(auditFileName({ rows: [], more: false }, query, NOW)).toBe('payout-audit-2026-11-20.csv');
    expect(auditFileWords({ rows, more: false }, days, NOW)).toBe('2 audit rows, 1 Nov 2026 to 30 Nov 2026.');
    const cut = auditFileWords({ rows, more: true }, query, NOW);
    expect(cut).toContain('newest 2 audit rows');
    expect(cut).toContain('/payout export audit');
  });

  test.each([
    [1, '0.01'],
    [9_007_199_254_740_991, '90071992547409.91'],
  ])('%d paise are %s rupees', (amountPaise, amount) => {
    expect(auditCsv([anAuditRow({ amountPaise })])).toContain(`,${amount},`);
  });

  test('no cell starts a formula', () => {
    const start = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n=', ' =', '\u200b=', '"=', '＝', 'x');
    const nasty = fc.tuple(start, fc.string()).map((parts) => parts.join(''));
    fc.assert(
      fc.property(nasty, nasty, (reason, action) => {
        const [, line = ''] = auditCsv([anAuditRow({ reason, action })]).split('\n');
        for (const cell of cellsOf(line)) expect(cell).not.toMatch(/^[\s\u200b]*[=+\-@\t\r＝＋－＠]/);
      }),
      { numRuns: 300 },
    );
    expect(auditCsv([anAuditRow({ reason: '=1+1' })])).toContain(",'=1+1,");
  });
});

/** The cells of one CSV line, without their quotation marks. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    (match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? '',
  );
}

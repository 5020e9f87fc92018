/** Owns the operator's audit commands: verify the chain, and export a range of rows. */

import { UsageError } from '../errors.ts';
import { parseDay } from '../payouts/dates.ts';
import type { AuditAnchor, ChainedAuditRow } from '../payouts/audit-port.ts';
import { addDays, istDay, istInstant } from '../payouts/time.ts';
import { auditCsv } from '../slack/views/audit-csv.ts';
import type { AuditVerdict } from '../store/audit-verify.ts';
import { openAudit } from '../store/database.ts';

/** Rows formatted at once. */
const PART = 500;
/** The last instant that ISO text with a year of four digits can name. */
const END_OF_TIME = Date.parse('9999-12-31T00:00:00Z');

export interface AuditOptions {
  databaseUrl: string;
  auditKey: string | undefined;
  /** Days in IST, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** Rows that must exist: `<sequence>:<hash>`. */
  expect?: readonly string[] | undefined;
}

/** Returns the exit code: 0 done and intact, 1 not. Rejects with UsageError, or with a one-line Error of the store. */
export type AuditCommand = (options: AuditOptions, write: (text: string) => Promise<void>) => Promise<number>;

/** Writes each changed, removed or inserted row, then the last row’s anchor. */
export const verifyAudit: AuditCommand = async ({ databaseUrl, auditKey, expect = [] }, write) => {
  const expected = expect.map(readAnchor);
  const records = await openAudit(databaseUrl, auditKey);
  try {
    const verdict = await records.audit.verify(expected);
    for (const line of faultLines(verdict)) await write(`${line}\n`);
    await write(`${verdictLine(verdict)}\n`);
    return verdict.intact ? 0 : 1;
  } finally {
    await records.close();
  }
};

export function faultLines({ faults }: AuditVerdict): string[] {
  return faults.map(({ kind, sequence, through, why }) => {
    const rows = sequence === through ? `row ${sequence}` : `rows ${sequence} to ${through}`;
    return `${kind}: ${rows}: ${why}`;
  });
}

/** What was found, how much was checked, and the last row’s anchor. */
export function verdictLine({ intact, faults, rowsChecked, keyedFrom, last }: AuditVerdict): string {
  const found = intact ? 'intact' : `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
  const keyed = keyedFrom === undefined ? '' : `, keyed from ${keyedFrom}`;
  return `${found}: ${rowsChecked.toLocaleString('en-IN')} rows${keyed}, last ${last.sequence}:${last.hash}`;
}

/** Writes every row of the range as CSV; memory use does not grow with their number. */
export const exportAudit: AuditCommand = async ({ databaseUrl, auditKey, from, to }, write) => {
  const fromAt = istInstant(dayOf(from, '--from') ?? '2000-01-01');
  const last = dayOf(to, '--to');
  const toAt = last === undefined ? END_OF_TIME : istInstant(addDays(last, 1));
  const records = await openAudit(databaseUrl, auditKey);
  try {
    let rows: ChainedAuditRow[] = [];
    let isFirst = true;
    const flush = async (): Promise<void> => {
      const csv = auditCsv(rows);
      // One byte order mark and one header for the whole file.
      await write(isFirst ? csv : csv.slice(csv.indexOf('\n') + 1));
      isFirst = false;
      rows = [];
    };
    for await (const row of records.audit.rows(fromAt, toAt)) {
      rows.push(row);
      if (rows.length === PART) await flush();
    }
    if (rows.length > 0 || isFirst) await flush();
    return 0;
  } finally {
    await records.close();
  }
};

/** As printed by `verify`, the log and digests; the hash may be shortened to 8 digits or more. */
function readAnchor(text: string): AuditAnchor {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{8,64})$/i.exec(text.trim()) ?? [];
  if (sequence === undefined || hash === undefined)
    throw new UsageError('--expect: expected <sequence>:<hash>, as verify prints it.');
  return { sequence: Number(sequence), hash: hash.toLowerCase() };
}

function dayOf(text: string | undefined, option: string): string | undefined {
  if (text === undefined) return undefined;
  const day = parseDay(text, istDay(Date.now()));
  if (day === undefined) throw new UsageError(`${option}: expected a day such as 2026-11-30.`);
  return day;
}

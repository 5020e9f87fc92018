/** Owns leased rows in memory, as src/store/leased-rows.ts has them in the database: one holder, who writes by its token. */

export interface LeasedRow {
  id: string;
  token: number;
  attempts: number;
  leaseUntil: number | undefined;
  nextAttemptAt: number;
  finishedAt: number | undefined;
}

interface LeasedRows<Row> {
  rows: Map<string, Row>;
  /** IDs of those that are not finished, due and not leased, the longest waiting first. */
  due: (now: number, limit: number) => string[];
  claim(id: string, now: number, leaseMs: number): Row | undefined;
  /** The writes of a holder: false when the lease was lost, or the row is finished. */
  save(held: { id: string; token: number }, changes: Partial<Row>): boolean;
  prune: (before: number) => void;
}

/** What a holder is given. */
export function withoutLease<Row extends LeasedRow>({
  leaseUntil: _lease,
  nextAttemptAt: _next,
  finishedAt: _end,
  ...held
}: Row): Omit<Row, 'leaseUntil' | 'nextAttemptAt' | 'finishedAt'> {
  return held;
}

export const isFree = ({ leaseUntil }: { leaseUntil: number | undefined }, now: number): boolean =>
  leaseUntil === undefined || leaseUntil <= now;

export function leasedRows<Row extends LeasedRow>(): LeasedRows<Row> {
  const rows = new Map<string, Row>();
  const isDue = (row: Row, now: number): boolean =>
    row.finishedAt === undefined && row.nextAttemptAt <= now && isFree(row, now);
  return {
    rows,
    due: (now, limit) =>
      [...rows.values()]
        .filter((row) => isDue(row, now))
        .sort((one, other) => one.nextAttemptAt - other.nextAttemptAt || (one.id < other.id ? -1 : 1))
        .slice(0, limit)
        .map(({ id }) => id),
    claim(id, now, leaseMs) {
      const row = rows.get(id);
      if (!row || !isDue(row, now)) return undefined;
      return Object.assign(row, {
        token: row.token + 1,
        attempts: row.attempts + 1,
        leaseUntil: now + leaseMs,
      });
    },
    save({ id, token }, changes) {
      const row = rows.get(id);
      if (row?.token !== token || row.finishedAt !== undefined) return false;
      Object.assign(row, changes);
      return true;
    },
    prune(before) {
      for (const [id, { finishedAt }] of rows)
        if (finishedAt !== undefined && finishedAt < before) rows.delete(id);
    },
  };
}

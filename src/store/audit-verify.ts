/** Owns verifying the audit: reads it in batches and reports every row that is not as it was written. */

import type { AuditAnchor } from '../payouts/audit-port.ts';
import { FIRST_HASH, proofOf, type StoredAudit, UNKEYED } from './audit-chain.ts';
import type { Database } from './schema.ts';

/** Why rows cannot be proved, or count as forged, for the sake of the key. */
export const KEY_PROBLEMS = {
  notSet: 'hashed with a key, and AUDIT_KEY is not set: set it to check them',
  another: 'hashed with another key than AUDIT_KEY: set the key they were written with',
  noneKeyed: 'AUDIT_KEY is set and no row was hashed with a key',
} as const;

/** A row that `--expect` names. */
export function absentRow(last: number): string {
  return `it is absent; the last row is ${last}`;
}

const BATCH = 500;

/**
 * Rows `sequence` to `through`; `changed`, `inserted` and `unexpected` report one row each. `unkeyed`: hashed without a
 * key after keyed rows. `unproved`: the key to check them with is missing. `unexpected`: differs from an expected anchor.
 */
export interface AuditFault {
  kind: 'changed' | 'removed' | 'inserted' | 'unkeyed' | 'unproved' | 'unexpected';
  sequence: number;
  through: number;
  why: string;
}

export interface AuditVerdict {
  intact: boolean;
  rowsChecked: number;
  /** The last row: the anchor to keep elsewhere and to expect next time. */
  last: AuditAnchor;
  /** The first keyed row; undefined without one. */
  keyedFrom: number | undefined;
  /** In the order of the rows. */
  faults: AuditFault[];
}

/**
 * Checks each row against the row before it, and the last one against the head row. Somebody with write access to the
 * database can rewrite rows, head and an unkeyed chain: only an anchor kept elsewhere, or the key, finds that.
 */
export async function verifyAudit(
  db: Database,
  key: string | undefined,
  expected: readonly AuditAnchor[],
): Promise<AuditVerdict> {
  // One statement is one snapshot: replicas may append while the rows up to here are read.
  const snapshot = await db
    .selectNoFrom((eb) => [
      eb.selectFrom('audit_head').select('sequence').where('id', '=', 1).as('length'),
      eb.selectFrom('audit_head').select('hash').where('id', '=', 1).as('hash'),
      eb
        .selectFrom('audit')
        .select(({ fn }) => fn.max('sequence').as('last'))
        .as('last'),
    ])
    .executeTakeFirstOrThrow();
  const last = Math.max(snapshot.length ?? 0, snapshot.last ?? 0);
  const walk = new Walk(snapshot.length ?? last, snapshot.hash ?? undefined, key, expected);
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const batch = await db
      .selectFrom('audit')
      .selectAll()
      .where('sequence', '>', after)
      .where('sequence', '<=', last)
      .orderBy('sequence')
      .limit(BATCH)
      .execute();
    for (const row of batch) walk.see(row);
    const end = batch.at(-1);
    if (end === undefined) break;
    after = end.sequence;
  }
  return walk.end();
}

class Walk {
  readonly #length: number;
  readonly #hash: string | undefined;
  readonly #key: string | undefined;
  /** Expected hashes by sequence, without those already checked. */
  readonly #expected: Map<number, Set<string>>;
  readonly #faults: AuditFault[] = [];
  #previous: StoredAudit | undefined;
  #previousIsSound = true;
  #keyedFrom: number | undefined;
  #rows = 0;

  /** `hash` is undefined when the head row is missing. */
  constructor(
    length: number,
    hash: string | undefined,
    key: string | undefined,
    expected: readonly AuditAnchor[],
  ) {
    this.#length = length;
    this.#hash = hash;
    this.#key = key;
    // The anchor of an empty audit expects nothing.
    const rows = expected.filter((row) => row.sequence > 0 || !FIRST_HASH.startsWith(row.hash));
    const anchors = Map.groupBy(rows, ({ sequence }) => sequence);
    this.#expected = new Map(
      [...anchors].map(([sequence, each]) => [sequence, new Set(each.map((anchor) => anchor.hash))]),
    );
    if (hash === undefined)
      this.#fault('removed', 0, 0, 'the head row is missing, so a lost end cannot be told');
  }

  see(row: StoredAudit): void {
    this.#rows += 1;
    if (row.sequence < 1 || !Number.isSafeInteger(row.sequence) || row.sequence > this.#length) {
      this.#fault('inserted', row.sequence, row.sequence, 'Payout Desk never wrote a row of this number');
      return;
    }
    const expected = (this.#previous?.sequence ?? 0) + 1;
    if (row.sequence > expected) {
      this.#fault('removed', expected, row.sequence - 1, 'the numbers have a gap');
    }
    const proof = proofOf(row, this.#key);
    if (proof === 'changed')
      this.#fault('changed', row.sequence, row.sequence, 'its content does not match its hash');
    else if (row.sequence === expected) this.#checkLink(row);
    if (proof === 'no key') this.#fault('unproved', row.sequence, row.sequence, this.#keyProblem());
    this.#checkScheme(row);
    this.#checkExpected(row);
    this.#previous = row;
    this.#previousIsSound = proof !== 'changed';
  }

  end(): AuditVerdict {
    const last = this.#previous?.sequence ?? 0;
    const lastHash = this.#previous?.hash ?? FIRST_HASH;
    if (last < this.#length) this.#fault('removed', last + 1, this.#length, 'the end is missing');
    else if (this.#hash !== undefined && this.#hash !== lastHash && this.#previousIsSound) {
      this.#fault('changed', last, last, 'it is not the row that was written last');
    }
    // A replica with a key writes a keyed row at start, before any other.
    if (this.#key !== undefined && this.#keyedFrom === undefined)
      this.#fault('unkeyed', Math.min(1, last), last, KEY_PROBLEMS.noneKeyed);
    for (const sequence of this.#expected.keys())
      this.#fault('unexpected', sequence, sequence, absentRow(last));
    const faults = this.#faults.toSorted((a, b) => a.sequence - b.sequence);
    return {
      intact: faults.length === 0,
      rowsChecked: this.#rows,
      last: { sequence: last, hash: lastHash },
      keyedFrom: this.#keyedFrom,
      faults,
    };
  }

  /** Only this finds a row that was replaced together with its hash: the next row follows another hash. */
  #checkLink(row: StoredAudit): void {
    const previous = this.#previous;
    if (previous === undefined) {
      if (row.previous_hash === FIRST_HASH) return;
      this.#fault('changed', row.sequence, row.sequence, 'the first row follows nothing');
    } else if (previous.hash !== row.previous_hash && this.#previousIsSound) {
      this.#fault(
        'changed',
        previous.sequence,
        previous.sequence,
        'the next row was written after another one',
      );
    }
  }

  /** A forger without the key can only append unkeyed rows. */
  #checkScheme(row: StoredAudit): void {
    if (row.scheme !== UNKEYED) this.#keyedFrom ??= row.sequence;
    else if (this.#keyedFrom !== undefined)
      this.#fault('unkeyed', row.sequence, row.sequence, 'hashed without a key, after rows that have one');
  }

  #checkExpected(row: StoredAudit): void {
    const hashes = this.#expected.get(row.sequence);
    if (hashes === undefined) return;
    this.#expected.delete(row.sequence);
    // Digests and people write the first digits of a hash only.
    for (const hash of hashes)
      if (!row.hash.startsWith(hash))
        this.#fault('unexpected', row.sequence, row.sequence, `its hash is ${row.hash}, not ${hash}`);
  }

  #keyProblem(): string {
    return this.#key === undefined ? KEY_PROBLEMS.notSet : KEY_PROBLEMS.another;
  }

  /** Merges adjacent rows with the same fault: a wrong key must not fill the screen. */
  #fault(kind: AuditFault['kind'], sequence: number, through: number, why: string): void {
    const before = this.#faults.findLast((fault) => fault.kind === kind);
    const joins = kind === 'unkeyed' || kind === 'unproved';
    if (joins && before?.why === why && before.through === sequence - 1) before.through = through;
    else this.#faults.push({ kind, sequence, through, why });
  }
}

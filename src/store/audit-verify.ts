/** Owns proving the audit: walks it in batches and names every row that is not as the desk wrote it. */

import { FIRST_HASH, type StoredAudit, hashOf } from './audit-chain.ts';
import type { Database } from './schema.ts';

const BATCH = 500;

/** Rows `sequence` to `through`; `changed` and `inserted` name one row each. */
export interface AuditFault {
  kind: 'changed' | 'removed' | 'inserted';
  sequence: number;
  through: number;
  why: string;
}

export interface AuditVerdict {
  intact: boolean;
  rowsChecked: number;
  /** In the order of the rows. */
  faults: AuditFault[];
  first: AuditFault | undefined;
}

/**
 * The chain proves the rows against each other and its end against the head row. Whoever can write to the database
 * and recomputes the whole chain and the head is not found; keeping `audit_head.hash` elsewhere finds that too.
 */
export async function verifyAudit(db: Database): Promise<AuditVerdict> {
  // One statement is one snapshot: the desk may go on appending while the rows up to here are walked.
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
  const walk = new Walk(snapshot.length ?? last, snapshot.hash ?? undefined);
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
  readonly #faults: AuditFault[] = [];
  #previous: StoredAudit | undefined;
  #previousIsSound = true;
  #rows = 0;

  /** Without a hash the head row itself is gone. */
  constructor(length: number, hash: string | undefined) {
    this.#length = length;
    this.#hash = hash;
    if (hash === undefined)
      this.#fault('removed', 0, 0, 'the head row is missing, so a lost end cannot be told');
  }

  see(row: StoredAudit): void {
    this.#rows += 1;
    if (row.sequence < 1 || !Number.isSafeInteger(row.sequence) || row.sequence > this.#length) {
      this.#fault('inserted', row.sequence, row.sequence, 'the desk never wrote a row of this number');
      return;
    }
    const expected = (this.#previous?.sequence ?? 0) + 1;
    if (row.sequence > expected) {
      this.#fault('removed', expected, row.sequence - 1, 'the numbers have a gap');
    }
    const sound = hashOf(row) === row.hash;
    if (!sound) this.#fault('changed', row.sequence, row.sequence, 'its content does not match its hash');
    else if (row.sequence === expected) this.#checkLink(row);
    this.#previous = row;
    this.#previousIsSound = sound;
  }

  end(): AuditVerdict {
    const last = this.#previous?.sequence ?? 0;
    const lastHash = this.#previous?.hash ?? FIRST_HASH;
    if (last < this.#length) this.#fault('removed', last + 1, this.#length, 'the end is missing');
    else if (this.#hash !== undefined && this.#hash !== lastHash && this.#previousIsSound) {
      this.#fault('changed', last, last, 'it is not the row the desk wrote last');
    }
    const faults = this.#faults.toSorted((a, b) => a.sequence - b.sequence);
    return { intact: faults.length === 0, rowsChecked: this.#rows, faults, first: faults[0] };
  }

  /** A row replaced together with its hash shows only here: the row after it was chained to another one. */
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

  #fault(kind: AuditFault['kind'], sequence: number, through: number, why: string): void {
    this.#faults.push({ kind, sequence, through, why });
  }
}

/** Owns the doctor’s look at the store, which changes nothing: a running process keeps what it has, and nothing is migrated. */

import type { SchemaState } from '../store/migrations/all.ts';
import { OTHER_VERSION } from '../store/migrations/all.ts';
import { inspectStore } from '../store/inspect.ts';
import { explainFailure } from './explain-failure.ts';
import type { Finding } from './finding.ts';

/** What is said of a file that a running process has to itself. */
export const IN_USE = 'in use by a running Payout Desk, as it should be';

export async function examineStore(databaseUrl: string): Promise<Finding[]> {
  try {
    const { isHeld, schema, auditRows } = await inspectStore(databaseUrl);
    const { verdict, detail } = schema ? judge(schema) : NOT_READ;
    const rows = auditRows === undefined ? [] : [`${auditRows.toLocaleString('en-IN')} audit rows`];
    const details = [...(isHeld ? [IN_USE] : []), detail, ...rows];
    return [{ verdict, about: 'store', detail: details.join('; ') }];
  } catch (error) {
    return [{ verdict: 'fail', about: 'store', detail: explainFailure(error) }];
  }
}

type Judged = Pick<Finding, 'verdict' | 'detail'>;

const NOT_READ: Judged = { verdict: 'ok', detail: 'a crash left its log; the next start merges it' };

function judge({ applied, pending, newer }: SchemaState): Judged {
  const known = applied.length - newer.length + pending.length;
  const schema = `schema ${applied.length} of ${known}`;
  if (newer.some(({ isAdditive }) => !isAdditive))
    return { verdict: 'fail', detail: `${schema}: ${OTHER_VERSION}` };
  if (newer.length > 0) {
    return { verdict: 'ok', detail: `${schema}: migrated by a newer version, this one works on it as well` };
  }
  if (applied.length === 0)
    return { verdict: 'ok', detail: 'empty: its tables are created at the next start' };
  return pending.length === 0
    ? { verdict: 'ok', detail: schema }
    : { verdict: 'ok', detail: `${schema}: will be migrated at the next start; back it up before` };
}

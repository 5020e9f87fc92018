/** Owns which payout link a transaction belongs to, as far as the local index knows. */

import type { Deps } from '../deps.ts';
import type { TransactionQuery } from './transaction.ts';

/** Returns the one link with this reference; undefined when none is known, or several: a reference may be used twice. */
export async function linkOfTransaction(
  { linkIndex }: Deps,
  { externalRef }: TransactionQuery,
): Promise<string | undefined> {
  const [linkId, ...others] = await linkIndex.candidates({ kind: 'reference', reference: externalRef }, 2);
  return others.length === 0 ? linkId : undefined;
}

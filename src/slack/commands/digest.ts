/** Owns `/payout digest`: the current digest, to the person alone. */

import { digestFor } from '../../payouts/digest/digest.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import { digestMessage } from '../views/digest-message.ts';

export async function digest(context: Context): Promise<void> {
  const { deps, actor, digestStatuses: statuses, toldDigest: previous } = context;
  const composed = await digestFor(deps, actor, { statuses, previous });
  await context.answer(digestMessage(composed, { now: deps.clock(), offers: await offersOf(context) }));
}

/** Owns `/payout digest`: the current digest, to the person alone. */

import { digestFor } from '../../payouts/digest/digest.ts';
import type { Context } from '../context.ts';
import { digestMessage } from '../views/digest-message.ts';

export async function digest(context: Context): Promise<void> {
  const composed = await digestFor(context.deps, context.actor, context.digestStatuses);
  await context.answer(digestMessage(composed, { now: context.deps.clock() }));
}

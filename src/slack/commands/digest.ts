/** Owns `/payout digest`: the digest of now, to the asker alone. */

import { digestFor } from '../../payouts/digest/digest.ts';
import type { Call } from '../context.ts';
import { digestMessage } from '../views/digest-message.ts';

export async function digest(call: Call): Promise<void> {
  const composed = await digestFor(call.desk, call.actor, call.digestStatuses);
  await call.answer(digestMessage(composed, { now: call.desk.clock() }));
}

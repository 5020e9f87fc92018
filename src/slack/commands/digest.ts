/** Owns `/payout digest`: the digest of now, to the asker alone. */

import { digestFor } from '../../payouts/digest.ts';
import type { Call } from '../call.ts';
import { digestMessage } from '../views/digest-message.ts';

export async function digest(call: Call): Promise<void> {
  const composed = await digestFor(call.desk, call.actor, call.digestStatuses);
  await call.answer(digestMessage(composed, { now: call.desk.clock() }));
}

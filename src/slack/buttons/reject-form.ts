/** Owns the form that asks why a cancel request is rejected. */

import { Unavailable } from '../../errors.ts';
import { decodeRejectMetadata, readReasonInput } from '../actions.ts';
import type { Call } from '../call.ts';
import { decide } from './decide.ts';

export async function rejectWithReason(call: Call, values: unknown, metadata: string): Promise<void> {
  const form = decodeRejectMetadata(metadata, call.seal);
  if (!form)
    throw new Unavailable('This form is from before a restart. Nothing was done; please press Reject again.');
  await decide(call, form.approvalId, 'reject', readReasonInput(values));
}

/** Owns the forms for the reason of a rejection or an emergency approval. */

import { Forbidden } from '../../errors.ts';
import type { Decision } from '../../payouts/cancel/decision.ts';
import { decodeDecisionMetadata, readReasonInput } from '../block-kit/form-metadata.ts';
import type { Context } from '../context.ts';
import { decide } from './decide.ts';
import { FORM_NOT_VALID } from './values.ts';

export const rejectWithReason = decideWithReason('reject');
export const approveEmergencyWithReason = decideWithReason('emergency');

function decideWithReason(kind: Decision['kind']) {
  return async (context: Context, values: unknown, metadata: string): Promise<void> => {
    const form = decodeDecisionMetadata(metadata, context.seal);
    if (!form) throw new Forbidden(`${FORM_NOT_VALID} Select the button again.`);
    const { cancelRequestId, from, leaveOut } = form;
    await decide(context, cancelRequestId, kind, { reason: readReasonInput(values), from, leaveOut });
  };
}

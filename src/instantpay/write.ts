/** Owns what a write's answer or failure says about whether it was done (R9). */

import type { WriteAnswer } from '../payouts/gateway.ts';
import type { Answer } from './answer.ts';
import type { CodeGroup } from './codes.ts';
import type { InstantPayError } from './errors.ts';

export function confirmedWrite(answer: Answer): WriteAnswer {
  return {
    kind: 'done',
    message: answer.words ?? 'Done.',
    ipayUuid: answer.ipayUuid,
    environment: answer.environment,
  };
}

export function failedWrite(error: InstantPayError): WriteAnswer {
  return {
    kind: outcomeOfFailure(error),
    message: error.message,
    ipayUuid: error.ipayUuid,
    environment: error.environment,
  };
}

/**
 * Only a readable answer with a published code says anything. HTTP 429 or 401 without one may come from a proxy
 * that counted or checked the request after InstantPay had already done it, so they prove nothing either.
 */
function outcomeOfFailure(error: InstantPayError): WriteAnswer['kind'] {
  if (error.kind === 'invalid') return 'refused';
  if (!error.sent) return 'not_sent';
  return error.kind === 'code' ? outcomeOfGroup(error.group ?? 'unknown') : 'unknown';
}

function outcomeOfGroup(group: CodeGroup): WriteAnswer['kind'] {
  switch (group) {
    case 'bad_request':
    case 'credentials':
    case 'funds':
      return 'refused';
    case 'duplicate':
    case 'failure':
    case 'money_back':
      return 'verify';
    case 'success':
    case 'pending':
    case 'transient':
    case 'unknown':
      return 'unknown';
  }
}

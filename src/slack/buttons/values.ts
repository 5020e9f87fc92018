/** Owns reading what a button carries: a value that Payout Desk did not make is refused. */

import { Forbidden } from '../../errors.ts';
import { decodeRequestId, decodeLinkId } from '../block-kit/values.ts';

export const BUTTON_NOT_VALID = 'This button is not valid. No action was taken.';

/** Before the next step of a form whose metadata Payout Desk did not seal. */
export const FORM_NOT_VALID = 'This form is no longer valid. No action was taken.';

/** Returns the decoded value; throws Forbidden when there is none. */
export function mustDecode<Value>(decoded: Value | undefined): Value {
  if (decoded === undefined) throw new Forbidden(BUTTON_NOT_VALID);
  return decoded;
}

export const linkIdOf = (value: string): string => mustDecode(decodeLinkId(value));
export const requestIdOf = (value: string): string => mustDecode(decodeRequestId(value));

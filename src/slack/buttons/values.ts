/** Owns reading what a button carries: a value the desk did not make is refused. */

import { Forbidden } from '../../errors.ts';
import { decodeRequestId, decodeLinkId } from '../block-kit/values.ts';

/** The decoded value, or Forbidden: nothing is ever done on a guess. */
export function mustDecode<Value>(decoded: Value | undefined): Value {
  if (decoded === undefined)
    throw new Forbidden('This button does not come from this desk, so nothing was done.');
  return decoded;
}

export const linkIdOf = (value: string): string => mustDecode(decodeLinkId(value));
export const requestIdOf = (value: string): string => mustDecode(decodeRequestId(value));

/** Owns what the buttons of a digest carry. */

import type { StatusQuery } from '../../payouts/digest/show.ts';
import { KNOWN_STATUSES } from '../../payouts/links/link.ts';

/** Of a filter for purposes: a longer one would not fit a button. */
export const PURPOSE_LENGTH = 200;
const PAGE = /^[1-9]\d{0,4}$/;

/** The value of `Show`, `Older` and `Newer`: the page they open. The purpose is the schedule's, and no secret. */
export function encodeStatusQuery({ status, purpose, pageNumber }: StatusQuery): string {
  const filter = purpose === undefined ? '' : `.${Buffer.from(purpose).toString('base64url')}`;
  return `${status}.${pageNumber}${filter}`;
}

/** Undefined when Payout Desk did not make the value. */
export function decodeStatusQuery(value: unknown): StatusQuery | undefined {
  const [name, page = '', filter, ...more] = typeof value === 'string' ? value.split('.') : [];
  const status = KNOWN_STATUSES.find((one) => one === name);
  const purpose = filter === undefined ? undefined : Buffer.from(filter, 'base64url').toString();
  if (!status || !PAGE.test(page) || more.length > 0) return undefined;
  if (purpose !== undefined && (purpose === '' || purpose.length > PURPOSE_LENGTH)) return undefined;
  return { status, purpose, pageNumber: Number(page) };
}

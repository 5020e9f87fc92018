/** Owns finding the links of the same recipient: by the unmasked mobile number or email address, which stay in here (R17). */

import { given } from '../payouts/given.ts';
import type { SameRecipient } from '../payouts/gateway.ts';
import { type KnownStatus, type PayoutLink, parseLinkId } from '../payouts/links/link.ts';
import type { LinkFilter, LinkPage, WalkEnd } from '../payouts/links/page.ts';
import type { Answer } from './answer.ts';
import { InstantPayError, NO_ANSWER_IN_TIME } from './errors.ts';
import { readList, readRecord } from './read-record.ts';

/** Where the search stops: a person waits for it. */
export const SAME_RECIPIENT_PAGES = 5;
const SAME_RECIPIENT_MS = 5_000;

// Read by people.
export const NO_CONTACT = 'InstantPay returned no mobile number or email address of the recipient.';
const PAGES_MISSING = 'InstantPay did not return every page.';

/** What of the client it takes. */
interface Reads {
  record: (linkId: string, signal: AbortSignal) => Promise<Answer>;
  /** Incomplete when it comes to more than SAME_RECIPIENT_PAGES. */
  walk: (filter: LinkFilter, signal: AbortSignal) => AsyncGenerator<LinkPage, WalkEnd, void>;
  timeoutMs: number;
}

/** Resolves for every outcome; `problem` says why these may not be all. */
export async function readSameRecipient(
  linkId: string,
  statuses: readonly KnownStatus[],
  { record, walk, timeoutMs }: Reads,
): Promise<SameRecipient> {
  const signal = AbortSignal.timeout(Math.min(timeoutMs, SAME_RECIPIENT_MS));
  const found = new Map<string, PayoutLink>();
  const end = (problem?: string): SameRecipient => ({ links: [...found.values()], problem });
  try {
    const contact = reachedBy(parseLinkId(linkId), await record(linkId, signal));
    if (contact === undefined) return end(NO_CONTACT);
    const pages = walk({ contact, statuses }, signal);
    for (;;) {
      const { done, value } = await pages.next();
      if (done === true) {
        const { complete, reason = PAGES_MISSING } = value;
        return complete ? end() : end(signal.aborted ? NO_ANSWER_IN_TIME : reason);
      }
      // A link that moved to another status meanwhile comes again, outside the filter (R1).
      for (const moved of value.mismatchedIds) found.delete(moved);
      for (const link of value.links) found.set(link.linkId, link);
    }
  } catch (error) {
    if (!(error instanceof InstantPayError)) throw error;
    return end(signal.aborted ? NO_ANSWER_IN_TIME : error.message);
  }
}

/** What the recipient is found by; undefined where InstantPay has neither, or hides them. */
function reachedBy(linkId: string | undefined, answer: Answer): string | undefined {
  const records = readList(answer.data)?.records ?? [];
  const record = records.flatMap((entry) => readRecord(entry) ?? []).find((one) => one.linkId === linkId);
  const mobile = given(record?.contactDetails.mobile);
  const email = given(record?.contactDetails.email);
  if (mobile !== undefined && /^[\d\s+().-]+$/.test(mobile) && mobile.replace(/\D/g, '').length >= 10)
    return mobile;
  return email?.includes('@') && !email.includes('*') ? email : undefined;
}

/** Owns what approvers decide by besides amount, recipient and reason: types alone, everything masked (R17). */

import type { LinkStatus } from './link.ts';

/** Another open link of the recipient, as it was when the cancellation was requested. */
export interface OtherLink {
  linkId: string;
  status: LinkStatus;
  amountPaise: number | undefined;
  /** Epoch milliseconds, UTC. */
  expiresAt: number | undefined;
}

/** The link's facts as they were when its cancellation was requested. */
export interface LinkFacts {
  description: string | undefined;
  referenceNo: string | undefined;
  orderId: string | undefined;
  /** Epoch milliseconds, UTC. */
  createdAt: number | undefined;
  paymentModes: readonly string[];
  /** The recipient's other open links: possible duplicates first, then what expires first; bounded. */
  others: readonly OtherLink[];
  /** How many more were found. */
  othersLeftOut: number;
  /** Why there may be others, or why nothing could be checked: one sentence. Undefined: these are all. */
  othersIncomplete: string | undefined;
}

/** Owns what a payout link is: its id, its statuses and which of them allow an action. */

/** The published link statuses (seeds/link-track). */
export const KNOWN_STATUSES = ['ISSUED', 'PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED'] as const;

export type KnownStatus = (typeof KNOWN_STATUSES)[number];

/** `UNKNOWN` stands for every status InstantPay has not published; it disables every action (R7). */
export type LinkStatus = KnownStatus | 'UNKNOWN';

export type Environment = 'live' | 'sandbox';

/** Who is paid. `email` and `mobile` are masked (R17) before they get here. */
export interface Contact {
  name: string | undefined;
  email: string | undefined;
  mobile: string | undefined;
}

/** A record of the list operation. */
export interface PayoutLink {
  linkId: string;
  status: LinkStatus;
  /** The status as InstantPay wrote it; differs from `status` only when that is UNKNOWN. */
  statusText: string;
  amountPaise: number;
  purpose: string | undefined;
  description: string | undefined;
  contact: Contact;
  referenceNo: string | undefined;
  orderId: string | undefined;
  paymentModes: string[];
  /** Epoch milliseconds, UTC. */
  activatedAt: number | undefined;
  /** Epoch milliseconds, UTC. When the link expires or expired. */
  expiresAt: number | undefined;
}

/** One line of a link's history. `text` is free text with every number and address in it masked (R7). */
export interface LinkActivity {
  text: string;
  /** Epoch milliseconds, UTC. */
  at: number | undefined;
  orderId: string | undefined;
  accountType: string | undefined;
  /** Masked (R17). */
  accountNumber: string | undefined;
  accountIfsc: string | undefined;
}

/** The answer of the track operation; the link id is the asker's, since the answer has none (R18). */
export interface TrackedLink {
  linkId: string;
  status: LinkStatus;
  statusText: string;
  amountPaise: number;
  activity: LinkActivity[];
  /** Where the answer came from, as the answer says (R15). */
  environment: Environment | undefined;
  ipayUuid: string | undefined;
}

const LINK_ID = /^[0-9a-f]{24}$/i;

/** The link id in lower case, or undefined when the text is not 24 hex digits (R18). */
export function parseLinkId(text: string): string | undefined {
  const trimmed = text.trim();
  return LINK_ID.test(trimmed) ? trimmed.toLowerCase() : undefined;
}

/** A published status, or UNKNOWN for anything else (R7). */
export function readStatus(text: string): LinkStatus {
  const upper = text.trim().toUpperCase();
  return KNOWN_STATUSES.find((status) => status === upper) ?? 'UNKNOWN';
}

/** Only an ISSUED link may be cancelled (R8). */
export function canCancel(status: LinkStatus): boolean {
  return status === 'ISSUED';
}

/** Only an ISSUED link waits for its recipient, so only that one is worth a reminder. */
export function canNotify(status: LinkStatus): boolean {
  return status === 'ISSUED';
}

/** PROCESSING may go back to ISSUED when a payout fails, so it is not final (R7). */
export function isFinal(status: LinkStatus): boolean {
  return status === 'CLAIMED' || status === 'CANCELLED' || status === 'EXPIRED';
}

/** Owns the words around `/payout`: the forms of links and days, what statuses mean, and the terms of Payout Desk. */

import type { KnownStatus } from '../../payouts/links/link.ts';

/** The forms of `<link>`. */
export const LINK_FORMS =
  'A link is a link ID (24 hex digits), an instant.pe address, an order ID, a reference, or its recipient: a mobile number, an email address or a name.';

/** What a link status means, and what it allows. */
export const STATUS_MEANINGS: Readonly<Record<KnownStatus, string>> = {
  ISSUED: 'Sent, not claimed yet; can be reminded or cancelled.',
  PROCESSING: 'Claimed, payout in progress.',
  CLAIMED: 'Paid to the recipient.',
  EXPIRED: 'Not claimed in time.',
  CANCELLED: 'Cancelled before it was claimed.',
};

/** The terms of Payout Desk, as `/payout help words` explains them. */
export const TERM_MEANINGS: readonly (readonly [term: string, meaning: string])[] = [
  [
    'Requester',
    'Requests a cancellation and can withdraw the request until it is decided. Never decides on it.',
  ],
  ['Approver', 'Approves or rejects a request. The link is cancelled only after approval.'],
  ['Administrator', 'Reads the audit and can reveal masked details.'],
  ['Deputy', 'Decides in place of an approver who is away.'],
  ['Request no.', 'The short number of a request, such as C-1042.'],
  ['Link ID', '24 hex digits; names one payout link.'],
  ['Order ID', 'The order the link was created for.'],
  ['Reference', 'The reference number that was given with the link.'],
  ['Reminder', 'InstantPay sends the link to the recipient again.'],
  ['Nudge', 'Reminds approvers of a request that is still waiting.'],
  ['Emergency approval', 'One administrator approves without the required approvals; it is announced.'],
  [
    'Not confirmed',
    'The cancellation may have been sent. Payout Desk checks the link; it never sends it again.',
  ],
  ['InstantPay request ID', 'What InstantPay support asks for.'],
  ['Support code', 'What your administrator asks for after an unexpected failure.'],
  ['SANDBOX', 'InstantPay’s test environment: no real money.'],
];

/** The forms of a day. */
export const DAY_FORMS =
  '2026-11-20, 20-11-2026, 20/11, 20 Nov, today, yesterday, monday, last friday or 3 days ago';

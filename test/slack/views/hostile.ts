/** Owns hostile data for the views' tests: text from outside that tries to format, mention, reorder, flood or vanish. */

import * as fc from 'fast-check';
import { OUTCOME_KINDS } from '../../../src/payouts/cancel/outcome.ts';
import { type CancelRequest, REQUEST_STATUSES } from '../../../src/payouts/cancel/request.ts';
import type { Contact, PayoutLink } from '../../../src/payouts/links/link.ts';
import { aLink, anApproval, anOutcome, LINK_ID, NOW } from './samples.ts';

/** Stands at both ends of every outside text, so that it is found wherever a piece of it ends up. */
export const MARK = 'Ꝏwxꝏ';
const NASTY = [
  '<!channel>',
  '<@U123>',
  '<https://evil.example|pay>',
  '`x`',
  '*b*',
  '_i_',
  ':tada:',
  'محمد علي',
  'राहुल',
  '👩‍👧',
  '\u202e',
  '\u200b',
  '\n\n',
  '&amp;',
  '"',
  'x'.repeat(200_000),
  'م'.repeat(5_000),
];
export const outside = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    ),
    { maxLength: 4 },
  )
  .map((parts) => `${MARK}${parts.join('')}${MARK}`);
export const maybe = fc.option(fc.oneof(outside, fc.constantFrom('', ' ', '\u200b')), { nil: undefined });
export const amount = fc.integer({ min: 0, max: 10 ** 13 });

const contact: fc.Arbitrary<Contact> = fc.record({ name: maybe, email: maybe, mobile: maybe });
export const link: fc.Arbitrary<PayoutLink> = fc
  .record({
    // Ids are checked at the edges; a view does not lean on that.
    linkId: fc.constantFrom(LINK_ID, `${MARK}<!channel>`),
    status: fc.constantFrom('ISSUED', 'PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED', 'UNKNOWN'),
    statusText: outside,
    amountPaise: amount,
    purpose: maybe,
    description: maybe,
    contact,
    referenceNo: maybe,
    orderId: maybe,
    paymentModes: fc.array(outside, { maxLength: 3 }),
    activatedAt: fc.constantFrom(undefined, NOW - 86_400_000),
    expiresAt: fc.constantFrom(undefined, NOW - 1, NOW + 86_400_000),
  })
  .map((fields) => aLink(fields));
export const links = fc.array(link, { minLength: 1, maxLength: 12 });

export const request: fc.Arbitrary<CancelRequest> = fc
  .record({
    linkId: fc.constantFrom(LINK_ID, `${MARK}<!channel>`),
    status: fc.constantFrom(...REQUEST_STATUSES),
    amountPaise: amount,
    contact,
    purpose: maybe,
    facts: fc.record({
      description: maybe,
      referenceNo: maybe,
      orderId: maybe,
      createdAt: fc.constantFrom(undefined, NOW),
      paymentModes: fc.array(outside, { maxLength: 3 }),
      others: fc.array(
        fc.record({
          linkId: outside,
          status: fc.constantFrom('ISSUED' as const, 'PROCESSING' as const),
          amountPaise: fc.option(amount, { nil: undefined }),
          expiresAt: fc.constantFrom(undefined, NOW + 1),
        }),
        { maxLength: 5 },
      ),
      othersLeftOut: fc.constantFrom(0, 7),
      othersIncomplete: maybe,
    }),
    reason: outside,
    environment: fc.constantFrom('live', 'sandbox', undefined),
    approvalsRequired: fc.constantFrom(1, 2),
    approvals: fc.array(fc.record({ userId: fc.constantFrom('U0APP', MARK), at: fc.constant(NOW) }), {
      maxLength: 2,
    }),
    closedBy: fc.constantFrom('U0APP', undefined, MARK),
    closedReason: maybe,
    problem: maybe,
    ipayUuid: maybe,
    decidedAt: fc.constantFrom(undefined, NOW),
    executingAt: fc.constantFrom(undefined, NOW),
    outcome: fc.option(
      fc
        .record({
          kind: fc.constantFrom(...OUTCOME_KINDS),
          message: outside,
          linkStatus: fc.constantFrom('CANCELLED', 'UNKNOWN', undefined),
        })
        .map((fields) => anOutcome(fields)),
      { nil: undefined },
    ),
  })
  .map((fields) => anApproval(fields));

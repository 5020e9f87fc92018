/** Owns what a tracked status proves after a cancel call. */

import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../src/payouts/cancel/outcome.ts';
import { provenEnd, refusalOf } from '../../../src/payouts/cancel/transitions.ts';
import type { LinkStatus } from '../../../src/payouts/links/link.ts';
import { write } from '../setup.ts';

describe('what a tracked status proves after the call', () => {
  test.each<[LinkStatus, Outcome['kind'] | undefined]>([
    ['CANCELLED', 'cancelled'],
    ['PROCESSING', 'recipient_won'],
    ['CLAIMED', 'recipient_won'],
    ['EXPIRED', 'link_expired'],
    ['ISSUED', undefined],
    ['UNKNOWN', undefined],
  ])('%s: %s', (linkStatus, kind) => {
    expect(provenEnd(linkStatus, 'words', 'uuid-look')).toEqual(
      kind && { kind, linkStatus, message: 'words', ipayUuid: 'uuid-look', settledByTracking: true },
    );
  });

  test.each([
    [undefined, false],
    ['ISSUED', true],
  ] as const)('a refusal with the link seen as %s', (linkStatus, settledByTracking) => {
    expect(refusalOf(write('refused'), linkStatus)).toEqual({
      kind: 'instantpay_refused',
      linkStatus,
      message: 'words of refused',
      ipayUuid: 'uuid-refused',
      settledByTracking,
    });
  });
});

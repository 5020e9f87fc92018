/** Owns what the buttons of a digest carry, and which values are refused. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { KNOWN_STATUSES } from '../../../src/payouts/links/link.ts';
import {
  decodeStatusQuery,
  encodeStatusQuery,
  PURPOSE_LENGTH,
} from '../../../src/slack/block-kit/digest-values.ts';
import { LIMITS } from '../../../src/slack/block-kit/limits.ts';

test('whatever is encoded is read back, and fits a button', () => {
  const query = fc.record({
    status: fc.constantFrom(...KNOWN_STATUSES),
    purpose: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), { nil: undefined }),
    pageNumber: fc.integer({ min: 1, max: 99_999 }),
  });
  fc.assert(
    fc.property(query, (one) => {
      const purpose = one.purpose?.slice(0, PURPOSE_LENGTH).toWellFormed();
      const value = encodeStatusQuery({ ...one, purpose });
      expect(value.length).toBeLessThanOrEqual(LIMITS.buttonValue);
      expect(decodeStatusQuery(value)).toEqual({ ...one, purpose });
    }),
  );
  const longest = encodeStatusQuery({ status: 'PROCESSING', purpose: '₹'.repeat(200), pageNumber: 99_999 });
  expect(longest.length).toBeLessThanOrEqual(LIMITS.buttonValue);
});

test.each([
  undefined,
  7,
  '',
  'EXPIRED',
  'EXPIRED.',
  'EXPIRED.0',
  'EXPIRED.01',
  'EXPIRED.100000',
  'expired.1',
  'UNKNOWN.1',
  'EXPIRED.1.',
  'EXPIRED.1.YQ.YQ',
  `EXPIRED.1.${Buffer.from('a'.repeat(201)).toString('base64url')}`,
])('%s is none', (value) => {
  expect(decodeStatusQuery(value)).toBeUndefined();
});

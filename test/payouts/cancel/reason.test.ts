/** Owns what may be given as a reason, and how it is masked. */

import { expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { REASON_LENGTH, readReason } from '../../../src/payouts/cancel/reason.ts';
import { LINK } from '../setup.ts';

test('ids of other links and amounts stay readable, numbers and addresses do not', () => {
  expect(readReason(` duplicate of ${LINK}, Rs 12500.50 `)).toBe(`duplicate of ${LINK}, Rs 12500.50`);
  expect(readReason(`call 9820011102 about ${LINK}`)).toBe(`call ******1102 about ${LINK}`);
  expect(readReason('98.20.01.11.02 or asha@okbank')).toBe('******1102 or a***@okbank');
  expect(readReason(`see ${'4'.repeat(24)}`)).toBe(`see ${'*'.repeat(20)}4444`);
  expect(readReason(`see ${'4'.repeat(23)}f`)).toBe(`see ${'4'.repeat(23)}f`);
  expect(readReason('4'.repeat(23))).not.toContain('44444');
});

test('too short or too long says nothing, or too much', () => {
  for (const text of ['', '  ', ' x ', 'ok', 'x'.repeat(REASON_LENGTH + 1)]) {
    expect(() => readReason(text)).toThrow(UsageError);
  }
  expect(readReason('dup')).toBe('dup');
  expect(readReason('x'.repeat(REASON_LENGTH))).toHaveLength(REASON_LENGTH);
});

import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { readReason, REASON_LENGTH } from '../../src/payouts/reason.ts';

describe('readReason', () => {
  test('is kept as it is, up to its length', () => {
    expect(readReason(' Paid twice\n')).toBe('Paid twice');
    expect(readReason(`  ${'x'.repeat(REASON_LENGTH)}  `)).toBe('x'.repeat(REASON_LENGTH));
  });

  test('numbers and addresses in it are masked', () => {
    expect(readReason('Wrong: 98765 43210, asha@example.in')).toBe('Wrong: ******3210, a***@example.in');
  });

  test.each([
    ['', 'Please say why'],
    [' \n ', 'Please say why'],
    ['x'.repeat(REASON_LENGTH + 1), 'under 500 characters'],
  ])('%j is refused', (text, words) => {
    expect(() => readReason(text)).toThrow(UsageError);
    expect(() => readReason(text)).toThrow(words);
  });
});

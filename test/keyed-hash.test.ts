/** Owns the quick hash of recipients: the same text is the same, any other is another, and another key tells nothing. */

import { expect, test } from 'vitest';
import { createQuickHash } from '../src/keyed-hash.ts';

test('100,000 mobile numbers side by side, and addresses that differ in one letter, have hashes of their own', () => {
  const hash = createQuickHash([1, 2]);
  const texts = Array.from({ length: 100_000 }, (_none, index) => String(9_820_000_000 + index));
  for (const letter of 'abcdefghijklmnopqrstuvwxyz')
    texts.push(`${letter}sha@mail.example`, `ash${letter}@mail.example`);
  const unique = new Set(texts);
  expect(new Set([...unique].map(hash)).size).toBe(unique.size);
  expect(hash('9820011101')).toBe(hash('9820011101'));
});

test('the letters’ order counts, and half of the hash is not enough', () => {
  const hash = createQuickHash([7, 9]);
  const hashes = Array.from({ length: 20_000 }, (_none, index) => Number(hash(`person ${index}`)));
  for (const half of [(one: number) => one % 2 ** 26, (one: number) => Math.floor(one / 2 ** 27)]) {
    const met = new Set(hashes.map(half)).size;
    // Of 20,000 random values in 2^26 a few agree; many would be a weak half.
    expect(met).toBeGreaterThan(19_950);
  }
  expect(hash('ab')).not.toBe(hash('ba'));
});

test('another key gives other hashes, and each process draws its own', () => {
  expect(createQuickHash([1, 2])('9820011101')).not.toBe(createQuickHash([2, 1])('9820011101'));
  expect(createQuickHash()('9820011101')).not.toBe(createQuickHash()('9820011101'));
});

/** Owns the reference of a request: short, unlike the last one, and easy to read out. */

import { expect, test } from 'vitest';
import { newReference } from '../src/reference.ts';

test('eight letters and digits that cannot be confused', () => {
  const references = Array.from({ length: 200 }, newReference);
  expect(references.filter((reference) => !/^[A-HJ-NP-Z2-9]{8}$/.test(reference))).toEqual([]);
  expect(new Set(references).size).toBe(200);
});

/** Owns reading one field of an answer, as loose as the wire is (R3). What comes of it is not masked yet. */

import { paiseFromRupees, wholePaise } from '../payouts/money.ts';
import { parseIst } from '../payouts/time.ts';

/**
 * Longer than any field InstantPay publishes, and than what is shown of one: before it is shown such a text is cut again,
 * away from a number that this cut may have split.
 */
const FIELD_MAX = 2_000;
/** More marks on one letter than any script has: normalising a long run of them takes time that grows with its square. */
const MARKS = /(\p{M}{8})\p{M}+/gu;
/** Basic Latin, without the space: no mark is one of these. */
const isPlain = (code: number): boolean => code > 0x20 && code < 0x7f;

/** Text, bounded before anything else is done with it; undefined when there is none. A number is text as well. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '') return undefined;
  if (isPlainText(value)) return value;
  return value.replace(MARKS, '$1').trim().slice(0, FIELD_MAX) || undefined;
}

/** As most texts are: nothing is to be taken away. A loop, since a walk asks it of ten texts of each link. */
function isPlainText(text: string): boolean {
  const last = text.length - 1;
  if (last >= FIELD_MAX || !isPlain(text.charCodeAt(0)) || !isPlain(text.charCodeAt(last))) return false;
  for (let index = 1; index < last; index += 1) {
    const code = text.charCodeAt(index);
    if (code !== 0x20 && !isPlain(code)) return false;
  }
  return true;
}

/** An amount that cannot be read hides nothing but itself (R3). */
export function readPaise(value: unknown): number | undefined {
  const exact = typeof value === 'number' ? wholePaise(value) : undefined;
  if (exact !== undefined) return exact;
  const text = readText(value);
  return text === undefined ? undefined : paiseFromRupees(text);
}

export function readTime(value: unknown): number | undefined {
  return typeof value === 'string' ? parseIst(value) : undefined;
}

/** A count in `meta`, where numbers come as text as well (R2). */
export function readCount(value: unknown): number | undefined {
  const text = readText(value);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** True and false as PHP writes them too: 1, "true", 0, "". */
export function readFlag(value: unknown): boolean | undefined {
  const text = typeof value === 'boolean' ? String(value) : readText(value)?.toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object, or `{}` for everything InstantPay writes when there is none: null, "", [], nothing at all (R3). */
export function readObject(value: unknown): Record<string, unknown> {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isObject(only) ? only : {};
}

/** PHP writes an array with gaps in it as an object: {"1": ..., "2": ...}. */
export function readArray(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

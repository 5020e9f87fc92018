/** Owns reading and writing stored JSON: it is checked, since an older version may have written it. */

import { z } from 'zod';

/** JSON has no undefined: such a field is null in the text, or missing when an older version wrote it. */
export function maybe<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value): z.output<T> | undefined => value ?? undefined);
}

export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) => (field === undefined ? null : field));
}

/** One of the keys; the record makes the compiler ask for every member of the union. */
export function oneOf<T extends string>(known: Record<T, true>): z.ZodType<T> {
  return z.custom<T>(
    (value) => typeof value === 'string' && Object.hasOwn(known, value),
    'not a known value',
  );
}

/** Throws an Error that names the record and the fields at fault, and holds none of their values. */
export function readJson<T>(schema: z.ZodType<T>, text: string, record: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`The stored ${record} is not JSON.`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join('.') || '(all of it)');
  throw new Error(`The stored ${record} cannot be read: ${fields.join(', ')}.`);
}

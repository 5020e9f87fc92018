/** Owns reading and writing stored JSON: it is checked, since an older version may have written it. */

import { z } from 'zod';

/** JSON has no undefined: such a field is null in the text, or missing when an older version wrote it. */
export function maybe<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value): z.output<T> | undefined => value ?? undefined);
}

export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) => (field === undefined ? null : field));
}

export function notJson(record: string): string {
  return `The stored ${record} is not JSON.`;
}

export function notReadable(record: string, fields: readonly string[]): string {
  return `The stored ${record} cannot be read: ${fields.join(', ')}.`;
}

/** Throws an Error that names the record and the fields at fault, and holds none of their values. */
export function readJson<T>(schema: z.ZodType<T>, text: string, record: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(notJson(record));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join('.') || '(all of it)');
  throw new Error(notReadable(record, fields));
}

const instants = z.array(z.number());

/** Returns stored instants; none when they cannot be read: a digest must not fail for what it tells beside. */
export function readInstants(text: string): number[] {
  try {
    return instants.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

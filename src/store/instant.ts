/** Owns how an instant is written in the database: epoch milliseconds outside, ISO 8601 text in UTC inside. */

/** ISO 8601 in UTC, as `Date.toISOString` writes it: texts sort as their instants do. */
export type Instant = string;

export function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export function fromInstant(text: string): number {
  return Date.parse(text);
}

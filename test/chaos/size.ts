/** Owns how hard the chaos tests try: small in `npm test`, the figures of the guarantees in `npm run test:chaos`. */

export const isFull = process.env['CHAOS'] === 'full';

export function size(small: number, full: number): number {
  return isFull ? full : small;
}

/** A figure for the closing note: said in the full run alone, never asserted. */
export function report(what: string, figures: Record<string, number | string>): void {
  if (!isFull) return;
  const said = Object.entries(figures).map(([name, figure]) => `${name} ${figure}`);
  process.stdout.write(`\n[chaos] ${what}: ${said.join(', ')}\n`);
}

/** The pth percentile (0 to 1) in whole milliseconds. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN);
}

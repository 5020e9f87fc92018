/** Owns what a benchmark reports. */

export interface Result {
  name: string;
  ratio: number;
  /** What the ratio has to stay under (or over) for the design to be right. */
  bound: { atMost?: number; atLeast?: number };
}

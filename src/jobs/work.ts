/** Owns what a job needs to be counted: types alone. */

export interface InFlight {
  /** Counts work in; the returned function counts it out. Undefined while stopping. */
  accept(): (() => void) | undefined;
}

/** Owns what the processes of the benchmarks tell each other. */

/** Commands that people type. */
export interface Order {
  /** The app's `/slack/events`. */
  app: string;
  commands: number;
  atOnce: number;
  /** Of so many links in turn. */
  links: number;
  /** What is typed after `/payout`, `LINK` in it replaced; default: `track LINK`. */
  text?: string | undefined;
  /** Commands a second; default: as fast as they are answered. */
  aSecond?: number | undefined;
}

export interface Outcome {
  seconds: number;
  failed: number;
  /** From command to answer, in milliseconds, at the median and at 99 of 100. */
  p50Ms: number;
  p99Ms: number;
}

/** `faultEvery`: of so many requests to either service one fails; 0: none. */
export type Message = { order: Order } | { faultEvery: number };

export const SIGNING_SECRET = 'bench'.repeat(8);

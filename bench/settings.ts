/** Owns what the processes of the benchmarks tell each other. */

/** Commands that people type. */
export interface Order {
  /** The app's `/slack/events`; in Socket Mode `SOCKET` and its app token. */
  app: string;
  /** Typed as a mention, and told by this event, in Socket Mode alone; default: a command. */
  mention?: 'app_mention' | 'message' | undefined;
  commands: number;
  atOnce: number;
  /** Of so many links in turn. */
  links: number;
  /** What is typed after `/payout`, `LINK` in it replaced; default: `track LINK`. */
  text?: string | undefined;
  /** An answer is what names the link: not that it takes longer, nor the answer to the command before, which was late. */
  naming?: boolean | undefined;
  /** Commands a second; default: as fast as they are answered. */
  aSecond?: number | undefined;
}

export interface Outcome {
  seconds: number;
  failed: number;
  /** From command to answer, in milliseconds, at the median and at 99 of 100. */
  p50Ms: number;
  p99Ms: number;
  /** The body of the last answer. */
  answer: string;
}

/** `faultEvery`: of so many requests to either service one fails; 0: none. */
export type Message = { order: Order } | { faultEvery: number };

export const SIGNING_SECRET = 'bench'.repeat(8);

/** What an order's `app` begins with in Socket Mode. */
export const SOCKET = 'socket:';

/** Owns when a failed attempt is made again, and the backoff before it (R9). */

import { InstantPayError } from './errors.ts';

export interface RetryTools {
  /** How long one attempt may take; all attempts and waits together may take twice that. */
  timeoutMs: number;
  /** 0 <= random() < 1. */
  random: () => number;
  sleep: (durationMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

const RETRIES = 2;
const BACKOFF_MS = 250;

/** `read`: may be asked again. `once`: never again once anything was sent (writes by R9, transaction status by R12). */
export type RetryRule = 'read' | 'once';

/** Runs the attempt, and again while the rule, the retries and the time allow; throws the last failure. */
export async function withRetries<Result>(
  rule: RetryRule,
  tools: RetryTools,
  signal: AbortSignal | undefined,
  attempt: (attemptNumber: number, deadlineMs: number) => Promise<Result>,
): Promise<Result> {
  // Added up rather than read from a clock, so that a clock that jumps changes nothing.
  let leftMs = tools.timeoutMs * 2;
  for (let attemptNumber = 1; ; attemptNumber += 1) {
    try {
      return await attempt(attemptNumber, Math.ceil(Math.min(tools.timeoutMs, leftMs)));
    } catch (error) {
      if (!(error instanceof InstantPayError)) throw error;
      const again = rule === 'read' ? error.transient : error.transient && !error.sent;
      if (!again || attemptNumber > RETRIES) throw error;
      // Full jitter; when InstantPay says how long to wait, that is the least.
      const jitterMs = tools.random() * BACKOFF_MS * 2 ** (attemptNumber - 1);
      const delayMs = (error.retryAfterMs ?? 0) + jitterMs;
      leftMs -= (error.elapsedMs ?? 0) + delayMs;
      // InstantPay asks for a longer wait than is left: give up instead of asking too early.
      if (leftMs <= 0) throw error;
      await tools.sleep(delayMs, signal);
    }
  }
}

/** Milliseconds of a Retry-After header, in seconds or as an HTTP date. */
export function readRetryAfter(header: string, now: number): number | undefined {
  const text = header.trim();
  if (/^\d{1,7}$/.test(text)) return Number(text) * 1000;
  const at = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

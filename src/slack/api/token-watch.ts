/** Owns whether Slack accepts the bot token: asked every minute, and at once when a call was refused for its sake. */

import type { Log } from '../../log.ts';
import { MINUTE_MS } from '../../payouts/time.ts';
import { isTokenRefused } from './error-codes.ts';
import { SlackFailure } from './client.ts';

export interface TokenWatch {
  start(): void;
  stop(): void;
  /** A call was refused, with Slack's code. */
  refused: (code: string) => void;
  /** What is wrong with the token; undefined while Slack accepts it. */
  problem(): string | undefined;
}

/** As readiness says it; `code` is Slack's. */
export const tokenProblem = (code: string): string => `Slack refuses the bot token (${code})`;

/** `ask`: auth.test. Only a refusal by Slack counts; an outage says nothing about the token. */
export function watchToken(ask: () => Promise<unknown>, log: Log, everyMs = MINUTE_MS): TokenWatch {
  let refusal: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const refused = (code: string): void => {
    if (refusal === undefined) log.error({ code }, 'bot token refused by Slack');
    refusal = code;
  };
  const check = async (): Promise<void> => {
    try {
      await ask();
      if (refusal !== undefined) log.info('bot token accepted again');
      refusal = undefined;
    } catch (error) {
      if (error instanceof SlackFailure && isTokenRefused(error.code)) refused(error.code);
      else if (!(error instanceof SlackFailure)) log.error({ error }, 'token check failed');
    }
  };
  return {
    start() {
      timer = setInterval(() => void check(), everyMs).unref();
    },
    stop() {
      clearInterval(timer);
    },
    refused,
    problem: () => refusal && tokenProblem(refusal),
  };
}

/** Owns whether Slack accepts the bot token: asked every minute, and at once when a call was refused for its sake. */

import type { Log } from '../../log.ts';
import { MINUTE_MS } from '../../payouts/time.ts';
import { isTokenRefused } from './error-codes.ts';
import { SlackFailure } from './client.ts';

export interface TokenWatch {
  start(): void;
  stop(): void;
  /** A call was refused, with Slack's word for why. */
  refused: (code: string) => void;
  /** Undefined while Slack accepts the token, else what is wrong. */
  problem(): string | undefined;
}

/** `ask` is auth.test. Whether Slack can be reached is another question: only its own refusal counts. */
export function watchToken(ask: () => Promise<unknown>, log: Log, everyMs = MINUTE_MS): TokenWatch {
  let word: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const refused = (code: string): void => {
    if (word === undefined) log.error({ code }, 'Slack refuses the bot token');
    word = code;
  };
  const look = async (): Promise<void> => {
    try {
      await ask();
      if (word !== undefined) log.info('Slack accepts the bot token again');
      word = undefined;
    } catch (error) {
      if (error instanceof SlackFailure && isTokenRefused(error.code)) refused(error.code);
      else if (!(error instanceof SlackFailure)) log.error({ error }, 'token check failed');
    }
  };
  return {
    start() {
      timer = setInterval(() => void look(), everyMs).unref();
    },
    stop() {
      clearInterval(timer);
    },
    refused,
    problem: () => word && `Slack refuses the bot token (${word})`,
  };
}

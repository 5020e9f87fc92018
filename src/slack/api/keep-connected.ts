/**
 * Owns staying connected in Socket Mode. Slack's client gives up when a reconnect is refused, and waits without
 * end for a greeting that never comes (traps 2 and 4); here every disconnect leads to another attempt, with backoff.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';
import { withDeadline } from '../../deadline.ts';
import type { Log } from '../../log.ts';
import { isTokenRefused } from './error-codes.ts';
import { call, SlackFailure } from './client.ts';

export interface KeptConnection {
  /** Resolves when connected; rejects with SlackFailure when the token is refused, or after 15 s. */
  start(): Promise<void>;
  /** Connects in the background, however long it takes: for the spare connection. */
  startLater(afterMs: number): void;
  stop(): Promise<void>;
  connected(): boolean;
}

const ATTEMPT_MS = 15_000;
const DROP_MS = 2_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** A connection that held this long ended by a routine refresh: it is replaced at once (trap 1). */
const STEADY_MS = 10_000;

/** `client` must not reconnect by itself: that would leave two connections. */
export function keepConnected(client: SocketModeReceiver['client'], log: Log): KeptConnection {
  const stopping = new AbortController();
  let connectedAt: number | undefined;
  let trying = false;

  const drop = (): Promise<void> => withDeadline(client.disconnect(), DROP_MS, () => {});

  const attempt = async (withinMs: number): Promise<void> => {
    try {
      await withDeadline(call(client.start()), withinMs, () => {
        throw new SlackFailure('no_connection_in_time');
      });
    } catch (error) {
      // A half-open connection must not complete beside the next one.
      await drop();
      throw error instanceof SlackFailure ? error : new SlackFailure('connection_lost');
    }
  };

  /** Attempts with backoff until one succeeds, `until` is reached, or its failure is `hopeless`. */
  const connect = async (
    firstPauseMs: number,
    until: number,
    hopeless: (failure: SlackFailure) => boolean,
  ): Promise<void> => {
    trying = true;
    try {
      for (let pauseMs = firstPauseMs; !stopping.signal.aborted; ) {
        await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
        if (stopping.signal.aborted) return;
        try {
          return await attempt(Math.min(ATTEMPT_MS, until - Date.now()));
        } catch (error) {
          if (!(error instanceof SlackFailure)) throw error;
          if (hopeless(error)) throw error;
          pauseMs = Math.min(Math.max(pauseMs * 1.5, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
          pauseMs = Math.max(pauseMs, error.retryAfterMs ?? 0);
          if (Date.now() + pauseMs >= until) throw new SlackFailure('no_connection_in_time');
          log.warn({ code: error.code }, 'no connection to Slack, trying again');
        }
      }
    } finally {
      trying = false;
    }
  };

  const reconnect = (heldMs: number): void => begin(heldMs >= STEADY_MS ? 0 : FIRST_PAUSE_MS);

  const begin = (pauseMs: number): void => {
    if (trying || stopping.signal.aborted) return;
    connect(pauseMs, Infinity, () => false).then(
      // It may have been lost again already.
      () => connectedAt === undefined && reconnect(0),
      (error: unknown) => log.error({ error }, 'connection to Slack lost'),
    );
  };

  client.on('connected', () => {
    connectedAt = Date.now();
  });
  client.on('disconnected', () => {
    const heldMs = connectedAt === undefined ? 0 : Date.now() - connectedAt;
    connectedAt = undefined;
    reconnect(heldMs);
  });
  return {
    // A refused token ends a start. Later attempts go on: an administrator may restore the token.
    start: () => connect(0, Date.now() + ATTEMPT_MS, ({ code }) => isTokenRefused(code)),
    startLater: begin,
    async stop() {
      stopping.abort();
      connectedAt = undefined;
      await drop();
    },
    connected: () => connectedAt !== undefined,
  };
}

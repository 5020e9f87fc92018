/** Owns Slack's Web API clients: none waits for another one's answers, and their failures are one class. */

import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { Log } from '../../log.ts';
import { libraryLogger } from './library-logger.ts';

/** Slack refused or could not be reached. `code` is Slack's error code, or one of ours such as `unreachable`. */
export class SlackFailure extends Error {
  readonly code: string;
  /** Retry-After in milliseconds, when rate-limited. */
  readonly retryAfterMs: number | undefined;
  /** The scope the app lacks, with `missing_scope`. */
  readonly neededScope: string | undefined;

  constructor(code: string, retryAfterMs?: number, neededScope?: string) {
    super(`Slack: ${code}`);
    this.name = 'SlackFailure';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.neededScope = neededScope;
  }

  /** True when Slack may have carried out the call: a refusal is certain, a lost answer is not. */
  get answerLost(): boolean {
    return this.code === 'unreachable' || this.code === 'unreadable_answer' || this.code.startsWith('http_5');
  }
}

const CALL_MS = 10_000;
/** For calls a person waits for, within the 3 s of a trigger. */
const FAST_CALL_MS = 2_500;
/** For a 429 without a readable Retry-After. */
const DEFAULT_RETRY_MS = 1_000;

/** The options of every client. Retries are set, since Socket Mode would raise them to 100 (trap 5). */
export function clientOptions(apiUrl: string | undefined, log?: Log): WebClientOptions {
  return {
    logger: libraryLogger(log),
    ...(apiUrl && { slackApiUrl: apiUrl }),
    timeout: CALL_MS,
    // By default one 429 pauses the client’s whole queue for Retry-After, which no timeout bounds.
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 2, minTimeout: 500, maxTimeout: 2_000 },
    allowAbsoluteUrls: false,
  };
}

/** Returns the answer of a Web API call. Rejects with SlackFailure: the library’s errors carry headers and bodies. */
export async function call<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof WebAPIPlatformError) {
      const { error: code, response_metadata: metadata } = error.data;
      // The library puts a body that is no JSON, such as a proxy’s page, where the code belongs.
      if (!/^[\w.:-]{1,80}$/.test(code)) throw new SlackFailure('unreadable_answer');
      const pauseMs = /^rate_?limited$/.test(code) ? DEFAULT_RETRY_MS : undefined;
      const needed: unknown = Reflect.get(error.data, 'needed');
      throw new SlackFailure(
        code,
        toMs(metadata?.retryAfter) ?? pauseMs,
        typeof needed === 'string' && /^[\w.:,-]{1,80}$/.test(needed) ? needed : undefined,
      );
    }
    if (error instanceof WebAPIHTTPError) throw new SlackFailure(`http_${error.statusCode}`);
    if (error instanceof WebAPIRateLimitedError)
      throw new SlackFailure('ratelimited', toMs(error.retryAfter));
    // A 429 without a readable Retry-After is a plain error with this message.
    if (error instanceof Error && error.message.startsWith('Retry header did not contain'))
      throw new SlackFailure('ratelimited', DEFAULT_RETRY_MS);
    // The library does not wrap an answer that broke off or could not be read.
    throw new SlackFailure('unreachable');
  }
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** Returns Retry-After in milliseconds; default 1,000. */
export function readRetryAfter(header: string | null): number {
  const seconds = header?.trim() ?? '';
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1_000 : DEFAULT_RETRY_MS;
}

/** Separate clients, since calls of one client queue behind each other. */
export interface Clients {
  /** Retries: for idempotent calls. */
  web: WebClient;
  /** Does not retry: after a lost answer the message may have been posted already. */
  once: WebClient;
  /** Gives up early, for forms: a trigger lives 3 s. */
  fast: WebClient;
  /** Gives up early, for people and groups: every permission check waits for it. */
  directory: WebClient;
}

export function createClients(botToken: string, apiUrl: string | undefined, log?: Log): Clients {
  const options = clientOptions(apiUrl, log);
  const fast = { ...options, timeout: FAST_CALL_MS, retryConfig: { retries: 0 } };
  return {
    web: new WebClient(botToken, options),
    once: new WebClient(botToken, { ...options, retryConfig: { retries: 0 } }),
    fast: new WebClient(botToken, fast),
    directory: new WebClient(botToken, fast),
  };
}

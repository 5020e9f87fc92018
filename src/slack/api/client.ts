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

/** Slack refused or could not be reached. `code` is Slack's own error word, or what went wrong on the way. */
export class SlackFailure extends Error {
  readonly code: string;
  /** How long Slack asks to wait before the next call of this kind, in milliseconds; set when rate-limited. */
  readonly retryAfterMs: number | undefined;
  /** The scope that the app lacks, with `missing_scope`. */
  readonly neededScope: string | undefined;

  constructor(code: string, retryAfterMs?: number, neededScope?: string) {
    super(`Slack: ${code}`);
    this.name = 'SlackFailure';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.neededScope = neededScope;
  }

  /** True when Slack may have done what was asked: a refusal is certain, a lost answer is not. */
  get answerLost(): boolean {
    return this.code === 'unreachable' || this.code === 'unreadable_answer' || this.code.startsWith('http_5');
  }
}

const CALL_MS = 10_000;
/** A trigger lives 3 s, and a person waits for who they are to be known. */
const EARLY_MS = 2_500;
/** A 429 that does not say how long to wait. */
const UNTOLD_RETRY_MS = 1_000;

/** The options every client of the desk has; retries are set since Socket Mode would turn them to 100. */
export function clientOptions(apiUrl: string | undefined, log?: Log): WebClientOptions {
  return {
    logger: libraryLogger(log),
    ...(apiUrl && { slackApiUrl: apiUrl }),
    timeout: CALL_MS,
    // By default one 429 pauses the client’s whole queue for Retry-After, which no time-out bounds.
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 2, minTimeout: 500, maxTimeout: 2_000 },
    allowAbsoluteUrls: false,
  };
}

/** Returns the answer of a Web API call. Rejects with SlackFailure: the library’s own errors carry headers and bodies. */
export async function call<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof WebAPIPlatformError) {
      const { error: word, response_metadata: told } = error.data;
      // The library takes a body that is no JSON, such as a proxy’s page, for the error word.
      if (!/^[\w.:-]{1,80}$/.test(word)) throw new SlackFailure('unreadable_answer');
      const pauseMs = /^rate_?limited$/.test(word) ? UNTOLD_RETRY_MS : undefined;
      const needed: unknown = Reflect.get(error.data, 'needed');
      throw new SlackFailure(
        word,
        toMs(told?.retryAfter) ?? pauseMs,
        typeof needed === 'string' && /^[\w.:,-]{1,80}$/.test(needed) ? needed : undefined,
      );
    }
    if (error instanceof WebAPIHTTPError) throw new SlackFailure(`http_${error.statusCode}`);
    if (error instanceof WebAPIRateLimitedError)
      throw new SlackFailure('ratelimited', toMs(error.retryAfter));
    // A 429 without a readable Retry-After is a plain error with this message.
    if (error instanceof Error && error.message.startsWith('Retry header did not contain'))
      throw new SlackFailure('ratelimited', UNTOLD_RETRY_MS);
    // What is left is an answer that broke off or could not be read; the library lets those out as they are.
    throw new SlackFailure('unreachable');
  }
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** Returns Retry-After in milliseconds; a 429 without a readable one still asks for a pause. */
export function readRetryAfter(header: string | null): number {
  const seconds = header?.trim() ?? '';
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1_000 : UNTOLD_RETRY_MS;
}

/** The clients the desk speaks to Slack with; none waits for another one’s answers. */
export interface Clients {
  /** Retries: for what may be done twice. */
  web: WebClient;
  /** Does not: a message whose answer was lost must not be posted again unseen. */
  once: WebClient;
  /** For forms, which cannot wait: a trigger lives 3 s. */
  fast: WebClient;
  /** For who is who: every permission check waits for it, so it gives up early. */
  directory: WebClient;
}

export function createClients(botToken: string, apiUrl: string | undefined, log?: Log): Clients {
  const options = clientOptions(apiUrl, log);
  const early = { ...options, timeout: EARLY_MS, retryConfig: { retries: 0 } };
  return {
    web: new WebClient(botToken, options),
    once: new WebClient(botToken, { ...options, retryConfig: { retries: 0 } }),
    fast: new WebClient(botToken, early),
    directory: new WebClient(botToken, early),
  };
}

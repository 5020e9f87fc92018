/** Owns Slack's Web API clients: none waits for another one's answers, and their failures are one class. */

import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { Log } from '../../log.ts';
import { isContentRefused, isMessageGone, isPlaceClosed, isTokenRefused } from './error-codes.ts';
import { libraryLogger } from './library-logger.ts';
import { webFetch } from './web-fetch.ts';

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
    fetch: webFetch,
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
    throw failureOf(error);
  }
}

function failureOf(error: unknown): SlackFailure {
  if (error instanceof WebAPIPlatformError) {
    const { error: code, response_metadata: metadata } = error.data;
    // The library puts a body that is no JSON, such as a proxy’s page, where the code belongs.
    if (!/^[\w.:-]{1,80}$/.test(code)) return new SlackFailure('unreadable_answer');
    const pauseMs = /^rate_?limited$/.test(code) ? DEFAULT_RETRY_MS : undefined;
    const needed: unknown = Reflect.get(error.data, 'needed');
    return new SlackFailure(
      code,
      toMs(metadata?.retryAfter) ?? pauseMs,
      typeof needed === 'string' && /^[\w.:,-]{1,80}$/.test(needed) ? needed : undefined,
    );
  }
  if (error instanceof WebAPIHTTPError) return new SlackFailure(`http_${error.statusCode}`);
  if (error instanceof WebAPIRateLimitedError) return new SlackFailure('ratelimited', toMs(error.retryAfter));
  // A 429 without a readable Retry-After is a plain error with this message.
  if (error instanceof Error && error.message.startsWith('Retry header did not contain'))
    return new SlackFailure('ratelimited', DEFAULT_RETRY_MS);
  // The library does not wrap an answer that broke off or could not be read.
  return new SlackFailure('unreachable');
}

/**
 * How a call ended, for metrics: a few kinds of Slack's many codes. `gone`: what it was about is not there any more, or
 * takes no message. `unavailable`: no answer, or one that is none.
 */
export const CALL_OUTCOMES = [
  'ok',
  'ratelimited',
  'unavailable',
  'token_refused',
  'missing_scope',
  'gone',
  'content_refused',
  'refused',
] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

export function outcomeOf({ code }: SlackFailure): CallOutcome {
  if (/^rate_?limited$/.test(code)) return 'ratelimited';
  if (/^(unreachable|unreadable_answer|(response_url_)?http_5|response_url_(5|unreachable))/.test(code))
    return 'unavailable';
  if (isTokenRefused(code)) return 'token_refused';
  if (code === 'missing_scope') return 'missing_scope';
  if (isPlaceClosed(code) || isMessageGone(code)) return 'gone';
  return isContentRefused(code) ? 'content_refused' : 'refused';
}

/** Told of each call when it ended, its retries within; the method is Slack's name. */
export type OnCall = (method: string, outcome: CallOutcome, elapsedMs: number) => void;

/** The library binds each method to `apiCall` of its own class, so all of them come through here. */
class ObservedClient extends WebClient {
  onCall: OnCall | undefined;

  override async apiCall(
    method: string,
    options?: Parameters<WebClient['apiCall']>[1],
  ): ReturnType<WebClient['apiCall']> {
    const startedAt = performance.now();
    const tell = (outcome: CallOutcome): void =>
      this.onCall?.(method, outcome, performance.now() - startedAt);
    try {
      const answer = await super.apiCall(method, options && asTexts(options));
      tell('ok');
      return answer;
    } catch (error) {
      tell(outcomeOf(failureOf(error)));
      throw error;
    }
  }
}

/** Blocks and views as the JSON that is sent: the library looks through what is no text for secrets, for a line of its log that is off. */
function asTexts(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** Returns Retry-After in milliseconds; default 1,000. */
export function readRetryAfter(header: string | null | undefined): number {
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

export function createClients(
  botToken: string,
  apiUrl: string | undefined,
  log?: Log,
  onCall?: OnCall,
): Clients {
  const options = clientOptions(apiUrl, log);
  const fast = { ...options, timeout: FAST_CALL_MS, retryConfig: { retries: 0 } };
  const client = (own: WebClientOptions): WebClient => {
    const made = new ObservedClient(botToken, own);
    made.onCall = onCall;
    return made;
  };
  return {
    web: client(options),
    once: client({ ...options, retryConfig: { retries: 0 } }),
    fast: client(fast),
    directory: client(fast),
  };
}

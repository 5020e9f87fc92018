/** Owns how messages leave: Slack's Web API and response_urls, with deadlines, and failures as one class. */

import {
  type MessageMetadata,
  type View,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { Log } from '../log.ts';
import { type Message, shortForm } from './blocks.ts';
import { libraryLogger } from './library-logger.ts';
import { isContentRefused } from './slack-errors.ts';

/** Slack refused or could not be reached. `code` is Slack's own error word, or what went wrong on the way. */
export class SlackFailure extends Error {
  readonly code: string;
  /** How long Slack asks to wait before the next call of this kind, in milliseconds; set when rate-limited. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, retryAfterMs?: number) {
    super(`Slack: ${code}`);
    this.name = 'SlackFailure';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** True when Slack may have done what was asked: a refusal is certain, a lost answer is not. */
  get answerLost(): boolean {
    return this.code === 'unreachable' || this.code === 'unreadable_answer' || this.code.startsWith('http_5');
  }
}

export interface Posted {
  channelId: string;
  ts: string;
}

export interface Reply {
  /** Edits the message the click came from instead of adding one. */
  replace?: boolean;
  /** Shows it to everybody in the channel instead of the asker alone. */
  inChannel?: boolean;
}

export interface Post {
  message(
    channelId: string,
    message: Message,
    options?: { threadTs?: string; broadcast?: boolean; metadata?: MessageMetadata },
  ): Promise<Posted>;
  /**
   * The channel's messages since then that carry metadata of this type, among the newest 200; undefined when
   * Slack does not show them to the desk.
   */
  findOwn(
    channelId: string,
    since: number,
    eventType: string,
  ): Promise<{ ts: string; payload: Record<string, unknown> }[] | undefined>;
  update(at: Posted, message: Message): Promise<void>;
  /** Takes a message of the bot’s own away. */
  remove(at: Posted): Promise<void>;
  ephemeral(channelId: string, userId: string, message: Message): Promise<void>;
  direct(userId: string, message: Message): Promise<Posted>;
  /** Answers through a response_url: five times within 30 minutes. */
  reply(responseUrl: string, message: Message, options?: Reply): Promise<void>;
  openView(triggerId: string, view: View): Promise<void>;
  publishHome(userId: string, view: View): Promise<void>;
  /** Puts a file into the person's direct messages. */
  fileToPerson(
    userId: string,
    file: { name: string; title: string; content: string; comment: string },
  ): Promise<void>;
  permalink(at: Posted): Promise<string | undefined>;
}

const CALL_MS = 10_000;
/** A trigger lives 3 s, and a person waits for who they are to be known. */
const EARLY_MS = 2_500;
/** A 429 that does not say how long to wait. */
const UNTOLD_RETRY_MS = 1_000;
/** Cards and names from outside must never unfurl. */
const QUIET = { unfurl_links: false, unfurl_media: false };

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

export function createPost({ web, once, fast }: Clients, log?: Log, fetchFn: typeof fetch = fetch): Post {
  const open = async (userId: string): Promise<string> => {
    const answer = await call(web.conversations.open({ users: userId }));
    const channelId = answer.channel?.id;
    if (!channelId) throw new SlackFailure('no_direct_message');
    return channelId;
  };
  const post: Post = {
    async message(channelId, message, options = {}) {
      const { metadata, threadTs, broadcast = false } = options;
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs, reply_broadcast: broadcast };
      const base = { channel: channelId, ...QUIET, ...(metadata && { metadata }), ...thread };
      const answer = await inShortIfRefused(message, log, (shown) =>
        call(once.chat.postMessage({ ...base, ...shown })),
      );
      return { channelId: answer.channel ?? channelId, ts: answer.ts ?? '' };
    },
    async findOwn(channelId, since, eventType) {
      try {
        const { messages = [] } = await call(
          web.conversations.history({
            channel: channelId,
            oldest: String(since / 1_000),
            limit: 200,
            include_all_metadata: true,
          }),
        );
        return messages.flatMap(({ ts, metadata }) =>
          ts && metadata?.event_type === eventType && metadata.event_payload
            ? [{ ts, payload: metadata.event_payload }]
            : [],
        );
      } catch (error) {
        if (!(error instanceof SlackFailure)) throw error;
        return undefined;
      }
    },
    async update(at, message) {
      await inShortIfRefused(message, log, (shown) =>
        call(web.chat.update({ channel: at.channelId, ts: at.ts, ...shown })),
      );
    },
    async remove(at) {
      await call(web.chat.delete({ channel: at.channelId, ts: at.ts }));
    },
    async ephemeral(channelId, userId, message) {
      await inShortIfRefused(message, log, (shown) =>
        call(web.chat.postEphemeral({ channel: channelId, user: userId, ...shown })),
      );
    },
    async direct(userId, message) {
      return post.message(await open(userId), message);
    },
    async reply(responseUrl, message, options = {}) {
      const body = {
        ...message,
        response_type: options.inChannel ? 'in_channel' : 'ephemeral',
        replace_original: options.replace ?? false,
      };
      const response = await fetchFn(responseUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(CALL_MS),
        redirect: 'error',
      }).catch(() => undefined);
      // The cause is dropped on purpose: it names the response_url.
      if (response?.status === 429)
        throw new SlackFailure('ratelimited', readRetryAfter(response.headers.get('retry-after')));
      if (!response?.ok)
        throw new SlackFailure(response ? `response_url_${response.status}` : 'response_url_unreachable');
      await response.body?.cancel();
    },
    async openView(triggerId, view) {
      await call(fast.views.open({ trigger_id: triggerId, view }));
    },
    async publishHome(userId, view) {
      await call(web.views.publish({ user_id: userId, view }));
    },
    async fileToPerson(userId, file) {
      await call(
        web.files.uploadV2({
          channel_id: await open(userId),
          filename: file.name,
          title: file.title,
          initial_comment: file.comment,
          content: file.content,
        }),
      );
    },
    async permalink(at) {
      const answer = await call(web.chat.getPermalink({ channel: at.channelId, message_ts: at.ts })).catch(
        () => undefined,
      );
      return answer?.permalink;
    },
  };
  return post;
}

/** Slack never takes a message that it refused for its content, so the short form goes at once instead of a retry. */
async function inShortIfRefused<T>(
  message: Message,
  log: Log | undefined,
  send: (shown: Message) => Promise<T>,
): Promise<T> {
  try {
    return await send(message);
  } catch (error) {
    if (!(error instanceof SlackFailure && isContentRefused(error.code))) throw error;
    log?.error(
      { code: error.code, count: message.blocks.length },
      'message refused, short form sent instead',
    );
    return send(shortForm(message));
  }
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
      throw new SlackFailure(
        word,
        toMs(told?.retryAfter) ?? (/^rate_?limited$/.test(word) ? UNTOLD_RETRY_MS : undefined),
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
function readRetryAfter(header: string | null): number {
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

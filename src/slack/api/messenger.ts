/** Owns sending messages, by Slack's Web API and by response_urls. Failures are SlackFailure. */

import type { ConversationsOpenResponse, KnownBlock, View } from '@slack/web-api';
import type { Log } from '../../log.ts';
import type { Clock } from '../../payouts/time.ts';
import { type Message, plainForm, shortForm } from '../block-kit/blocks.ts';
import { createPauses } from './pauses.ts';
import { isBlockRefused, isContentRefused, isTokenRefused } from './error-codes.ts';
import { type Clients, call, type OnCall, SlackFailure } from './client.ts';
import { findFile, findMarked, type HistoryPage, type Mark, metadataOf } from './find-own.ts';
import { createResponder } from './response-url.ts';
import { type FileToUpload, type FileWords, uploadBytes } from './upload.ts';

export interface Posted {
  channelId: string;
  ts: string;
}

/** A form that is open. */
export interface OpenView {
  id: string;
  /** Of the view it shows; undefined when not known. */
  hash: string | undefined;
}

export interface Reply {
  /** Edits the clicked message instead of adding one. */
  replace?: boolean;
  /** Shows it to everybody in the channel; default: to the person alone. */
  inChannel?: boolean;
  /** Without it, an answer to a click in a thread lands in the channel. */
  threadTs?: string | undefined;
}

export interface Messenger {
  /** Here as in `findOwn`, `update` and `remove`, `channelId` may be a person's user ID: their direct messages. */
  message(
    channelId: string,
    message: Message,
    options?: { threadTs?: string; broadcast?: boolean; mark?: Mark },
  ): Promise<Posted>;
  /**
   * Returns the `ts` of each of Payout Desk's messages with this mark since then, an hour of clock skew allowed.
   * Undefined: not known, since Slack does not show the channel, or it holds more messages than one look-up reads.
   * With `threadTs` among the replies of that message, which the channel's history does not hold.
   */
  findOwn(channelId: string, since: number, mark: Mark, threadTs?: string): Promise<string[] | undefined>;
  update(at: Posted, message: Message): Promise<void>;
  /** Deletes a message of Payout Desk's own. */
  remove(at: Posted): Promise<void>;
  /** `channelId` is a channel: unlike chat.postMessage, chat.postEphemeral takes no user ID. */
  ephemeral(channelId: string, userId: string, message: Message, threadTs?: string): Promise<void>;
  /** Deletes what a command was answered with through its response_url. */
  takeBack(responseUrl: string): Promise<void>;
  /** Answers through a response_url: five times within 30 minutes. */
  reply(responseUrl: string, message: Message, options?: Reply): Promise<void>;
  openView(triggerId: string, view: View): Promise<OpenView>;
  /** Shows another view in it. Slack refuses with `not_found` once the person closed it, with `hash_conflict` when it shows a newer one. */
  updateView(at: OpenView, view: View): Promise<OpenView>;
  publishHome(userId: string, view: View): Promise<void>;
  /** Shows blocks below addresses of somebody's message, in place of Slack's own preview. */
  unfurl(at: Posted, blocks: Readonly<Record<string, KnownBlock[]>>): Promise<void>;
  /** Sends a file's bytes to Slack and returns its ID; until it is shared nobody sees it. */
  upload(file: FileToUpload): Promise<string>;
  /** Shares an uploaded file in a message of its own, or as a reply. */
  shareFile(
    fileId: string,
    at: { channelId: string; threadTs?: string | undefined },
    words: FileWords,
  ): Promise<void>;
  /** Whether a message since then shares this file; as in `findOwn`, undefined when that is not known. */
  findFile(channelId: string, since: number, fileId: string, threadTs?: string): Promise<boolean | undefined>;
  /** Puts a file into the person's direct messages. */
  fileToPerson(userId: string, file: FileWords & { name: string; content: string }): Promise<void>;
  permalink(at: Posted): Promise<string | undefined>;
  /** Whether Payout Desk is in the channel; undefined when Slack does not tell. Never rejects. */
  isMember(channelId: string): Promise<boolean | undefined>;
}

/** Cards and names from outside must never unfurl. */
const QUIET = { unfurl_links: false, unfurl_media: false };

export interface MessengerOptions {
  clock: Clock;
  log?: Log | undefined;
  /** Called with Slack's code when it refuses the token. */
  onTokenRefused?: (code: string) => void;
  /** Told of each answer through a response_url; the other calls are told of by the clients. */
  onCall?: OnCall | undefined;
}

function directMessages({ channel }: ConversationsOpenResponse): string {
  if (!channel?.id) throw new SlackFailure('no_direct_message');
  return channel.id;
}

export function createMessenger(
  { web, once, fast }: Clients,
  { clock, log, onTokenRefused, onCall }: MessengerOptions,
): Messenger {
  const pauses = createPauses(clock);
  const respond = createResponder(clock, onCall);
  const ask = askWatching(onTokenRefused);
  /** A person’s user ID means their direct messages. */
  const channelOf = async (place: string): Promise<string> =>
    /^[UW]/.test(place) ? directMessages(await ask(web.conversations.open({ users: place }))) : place;
  /** Reads a channel's messages, or a thread's. */
  const history = (place: string, threadTs: string | undefined) => {
    const channel = channelOf(place);
    // Where it cannot be opened, each read fails as Slack's refusal does.
    channel.catch(() => {});
    return async (page: HistoryPage) => {
      const asked = { ...page, channel: await channel };
      return threadTs === undefined
        ? ask(web.conversations.history(asked))
        : ask(web.conversations.replies({ ...asked, ts: threadTs }));
    };
  };
  return {
    async message(channelId, message, options = {}) {
      const { mark, threadTs, broadcast = false } = options;
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs, reply_broadcast: broadcast };
      const channel = await channelOf(channelId);
      const base = { channel, ...QUIET, ...(mark && { metadata: metadataOf(mark) }), ...thread };
      const answer = await pauses.respect(`chat.postMessage ${channel}`, () =>
        inShortIfRefused(message, log, (shown) => ask(once.chat.postMessage({ ...base, ...shown }))),
      );
      return { channelId: answer.channel ?? channel, ts: answer.ts ?? '' };
    },
    findOwn: (channelId, since, mark, threadTs) => findMarked(mark, since, history(channelId, threadTs)),
    async update(at, message) {
      const place = { channel: await channelOf(at.channelId), ts: at.ts };
      await pauses.respect(`chat.update ${place.channel}`, () =>
        inShortIfRefused(message, log, (shown) => ask(web.chat.update({ ...place, ...shown }))),
      );
    },
    async remove(at) {
      await ask(web.chat.delete({ channel: await channelOf(at.channelId), ts: at.ts }));
    },
    async ephemeral(channelId, userId, message, threadTs) {
      const place = { channel: channelId, user: userId, ...(threadTs && { thread_ts: threadTs }) };
      await inShortIfRefused(message, log, (shown) => ask(web.chat.postEphemeral({ ...place, ...shown })));
    },
    async reply(responseUrl, message, options = {}) {
      await respond(responseUrl, {
        ...message,
        response_type: options.inChannel ? 'in_channel' : 'ephemeral',
        replace_original: options.replace ?? false,
        ...(options.threadTs && !options.replace && { thread_ts: options.threadTs }),
      });
    },
    async takeBack(responseUrl) {
      await respond(responseUrl, { delete_original: true });
    },
    ...viewCalls({ web, once, fast }, ask, pauses),
    ...fileCalls({ web, once }, ask, { pauses, channelOf, history }),
    async unfurl({ channelId: channel, ts }, blocksOf) {
      const unfurls = Object.fromEntries(Object.entries(blocksOf).map(([url, blocks]) => [url, { blocks }]));
      await ask(once.chat.unfurl({ channel, ts, unfurls }));
    },
    async permalink(at) {
      const answer = await ask(web.chat.getPermalink({ channel: at.channelId, message_ts: at.ts })).catch(
        () => undefined,
      );
      return answer?.permalink;
    },
    async isMember(channelId) {
      try {
        return (await ask(fast.conversations.info({ channel: channelId }))).channel?.is_member;
      } catch (error) {
        // Slack does not admit that a private channel exists to a bot outside it.
        return error instanceof SlackFailure && error.code === 'channel_not_found' ? false : undefined;
      }
    },
  };
}

/** Forms and App Home. */
function viewCalls(
  { web, once, fast }: Pick<Clients, 'web' | 'once' | 'fast'>,
  ask: Ask,
  pauses: ReturnType<typeof createPauses>,
): Pick<Messenger, 'openView' | 'updateView' | 'publishHome'> {
  return {
    openView: (triggerId, view) => ask(fast.views.open({ trigger_id: triggerId, view })).then(openViewOf),
    updateView: ({ id, hash }, view) =>
      ask(web.views.update({ view_id: id, ...(hash && { hash }), view })).then(openViewOf),
    async publishHome(userId, view) {
      // Cards come first: a limit that App Home meets is not waited for.
      await pauses.respect('views.publish', () => ask(once.views.publish({ user_id: userId, view })));
    },
  };
}

interface Places {
  pauses: ReturnType<typeof createPauses>;
  channelOf: (place: string) => Promise<string>;
  history: (place: string, threadTs: string | undefined) => Parameters<typeof findFile>[2];
}

function fileCalls(
  { web, once }: Pick<Clients, 'web' | 'once'>,
  ask: Ask,
  { pauses, channelOf, history }: Places,
): Pick<Messenger, 'upload' | 'shareFile' | 'findFile' | 'fileToPerson'> {
  // A limit that the bytes of one file meet is no limit on asking where the next one goes.
  const upload: Messenger['upload'] = (file) =>
    uploadBytes(web, (asked) => pauses.respect('files.getUploadURLExternal', () => ask(asked())), file);
  const shareFile: Messenger['shareFile'] = async (fileId, { channelId, threadTs }, { title, comment }) => {
    const place = { channel_id: await channelOf(channelId), ...(threadTs && { thread_ts: threadTs }) };
    const shared = { files: [{ id: fileId, title }], initial_comment: comment, ...place };
    await pauses.respect(`files.completeUploadExternal ${place.channel_id}`, () =>
      // Not retried: after a lost answer the file may be shared already.
      ask(once.apiCall('files.completeUploadExternal', shared)),
    );
  };
  return {
    upload,
    shareFile,
    async findFile(channelId, since, fileId, threadTs) {
      const found = await findFile(fileId, since, history(channelId, threadTs));
      return found && found.length > 0;
    },
    async fileToPerson(userId, { name, content, ...words }) {
      const fileId = await upload({ name, content: new Blob([content]) });
      await shareFile(fileId, { channelId: userId }, words);
    },
  };
}

function openViewOf({ view }: { view?: { id?: string; hash?: string } }): OpenView {
  return { id: view?.id ?? '', hash: view?.hash };
}

type Ask = <Answer>(answer: Promise<Answer>) => Promise<Answer>;

/** Calls Slack, and reports a token that it refuses. */
function askWatching(onTokenRefused: MessengerOptions['onTokenRefused']): Ask {
  return async (answer) => {
    try {
      return await call(answer);
    } catch (error) {
      if (error instanceof SlackFailure && isTokenRefused(error.code)) onTokenRefused?.(error.code);
      throw error;
    }
  };
}

/**
 * Slack refuses such content every time, so another form is sent at once instead of a retry: without the kinds of blocks that
 * it may refuse, else the short one.
 */
async function inShortIfRefused<T>(
  message: Message,
  log: Log | undefined,
  send: (shown: Message) => Promise<T>,
): Promise<T> {
  const refusal = async (shown: Message): Promise<{ sent: T } | { code: string }> => {
    try {
      return { sent: await send(shown) };
    } catch (error) {
      if (!(error instanceof SlackFailure && isContentRefused(error.code))) throw error;
      return { code: error.code };
    }
  };
  const first = await refusal(message);
  if ('sent' in first) return first.sent;
  const count = message.blocks.length;
  const plain = isBlockRefused(first.code) ? plainForm(message) : undefined;
  if (plain) {
    log?.error({ code: first.code, count }, 'message refused, sent without buttons instead');
    const second = await refusal(plain);
    if ('sent' in second) return second.sent;
  }
  log?.error({ code: first.code, count }, 'message refused, short form sent instead');
  return send(shortForm(message));
}

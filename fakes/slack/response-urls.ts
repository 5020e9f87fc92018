/** Owns what comes in over a response_url: new messages, replacements and deletions, within its five uses. */

import { withIds } from './block-ids.ts';
import type { Board, SlackMessage } from './board.ts';
import type { Answer } from './front.ts';
import type { JsonObject } from './json.ts';
import { objectsOf, textOf } from './json.ts';
import { refuseMessage } from './judge/messages.ts';
import type { Passes, ResponsePass } from './passes.ts';
import { refused } from './refusal.ts';
import type { Upstream } from './upstream.ts';

export interface ResponseContext {
  board: Board;
  passes: Passes;
  upstream: Upstream;
  botToken: string;
}

export async function answerResponseUrl(
  context: ResponseContext,
  path: string,
  body: JsonObject,
): Promise<Answer> {
  const pass = context.passes.use(path);
  if ('error' in pass) return { status: 404, body: { ok: false, error: pass.error } };
  const refusal = await takeAnswer(context, pass, body, 'response_url');
  return refusal ? { status: 400, body: refusal } : { status: 200, body: { ok: true } };
}

/** One answer to a command or a click, over its response_url or in its acknowledgement. */
export async function takeAnswer(
  context: ResponseContext,
  pass: ResponsePass,
  body: JsonObject,
  via: string,
): Promise<JsonObject | undefined> {
  if (body.delete_original === true) {
    if (pass.original) await removeMessage(context, pass.original);
    return undefined;
  }
  const refusal = refuseMessage(body);
  if (refusal) return refused(refusal);
  const version = { text: textOf(body.text), blocks: withIds(body.blocks) };
  if (body.replace_original === true && pass.original && !pass.original.deleted) {
    await replaceMessage(context, pass.original, version, pass);
    return undefined;
  }
  const message = await postMessage(context, pass, body, version, via);
  if (pass.original === undefined || pass.posted.includes(pass.original)) pass.original = message;
  pass.posted.push(message);
  context.board.touch();
  return undefined;
}

type Version = Pick<SlackMessage, 'text' | 'blocks'>;

async function postMessage(
  { board, upstream, botToken }: ResponseContext,
  pass: ResponsePass,
  body: JsonObject,
  version: Version,
  via: string,
): Promise<SlackMessage> {
  // As in Slack: an answer to a click in a thread lands in the channel unless it names the thread.
  const threadTs = textOf(body.thread_ts) || undefined;
  const place = { channel: pass.channel, threadTs, via };
  if (body.response_type !== 'in_channel')
    return board.post({ ...place, ...version, ts: board.mintTs(), ephemeralFor: pass.userId });
  // A response_url works where the bot is no member; then emulate does not know the message.
  const answer = await upstream.call('chat.postMessage', botToken, {
    channel: pass.channel,
    thread_ts: threadTs,
    ...version,
  });
  return board.post({ ...place, ...version, ts: answer.ok === true ? textOf(answer.ts) : board.mintTs() });
}

async function replaceMessage(
  { board, upstream, botToken }: ResponseContext,
  message: SlackMessage,
  version: Version,
  pass: ResponsePass,
): Promise<void> {
  if (message.ephemeralFor === undefined)
    await upstream.call('chat.update', botToken, { channel: message.channel, ts: message.ts, ...version });
  if (!pass.posted.includes(message)) pass.posted.push(message);
  board.edit(message, { ...version, blocks: objectsOf(version.blocks) });
}

async function removeMessage(
  { board, upstream, botToken }: ResponseContext,
  message: SlackMessage,
): Promise<void> {
  if (message.ephemeralFor === undefined)
    await upstream.call('chat.delete', botToken, { channel: message.channel, ts: message.ts });
  board.remove(message);
}

/** Owns posting, editing and deleting: Slack's refusals first, then emulate, then the board. */

import { withIds } from './block-ids.ts';
import type { JsonObject } from './json.ts';
import { objectOf, objectsOf, textOf } from './json.ts';
import { type Refusal, refuseMessage, refusePosted } from './judge/messages.ts';
import { refuseOutsider } from './membership.ts';
import type { Method, MethodContext } from './methods.ts';
import { failure, refused } from './refusal.ts';

export const CHAT_METHODS: Readonly<Record<string, Method>> = {
  async 'chat.postMessage'(context) {
    const refusal = await refusePost(context, refusePosted(context.body));
    if (refusal) return refusal;
    const answer = await context.ask(withBlocks(context.body));
    if (answer.ok !== true) return answer;
    const message = objectOf(answer.message);
    context.board.post({
      channel: textOf(answer.channel),
      ts: textOf(answer.ts),
      via: 'chat.postMessage',
      text: textOf(message.text),
      blocks: objectsOf(message.blocks),
      threadTs: textOf(message.thread_ts) || undefined,
    });
    return answer;
  },

  async 'chat.postEphemeral'(context) {
    const refusal = await refusePost(context, refuseMessage(context.body));
    if (refusal) return refusal;
    const body = withBlocks(context.body);
    const answer = await context.ask(body);
    if (answer.ok !== true) return answer;
    context.board.post({
      channel: textOf(body.channel),
      ts: textOf(answer.message_ts),
      via: 'chat.postEphemeral',
      text: textOf(body.text),
      blocks: objectsOf(body.blocks),
      threadTs: textOf(body.thread_ts) || undefined,
      ephemeralFor: textOf(body.user),
    });
    return answer;
  },

  async 'chat.update'(context) {
    const refusal = refusePosted(context.body);
    if (refusal) return refused(refusal);
    const answer = await context.ask(withBlocks(context.body));
    const message = context.board.find(textOf(context.body.channel), textOf(context.body.ts));
    if (answer.ok !== true || !message) return answer;
    const edited = objectOf(answer.message);
    context.board.edit(message, { text: textOf(edited.text), blocks: objectsOf(edited.blocks) });
    return answer;
  },

  /** Emulate has none. */
  'chat.unfurl'({ body, board, scopes }) {
    if (!scopes.includes('links:write')) return failure('missing_scope', { needed: 'links:write' });
    const message = board.find(textOf(body.channel), textOf(body.ts));
    if (!message) return failure('cannot_find_message');
    const unfurls = objectOf(body.unfurls);
    for (const [url, shown] of Object.entries(unfurls)) {
      if (!message.text.includes(`<${url}`)) return failure('cannot_unfurl_url');
      const refusal = refuseMessage({ text: 'as the message has', blocks: objectOf(shown).blocks });
      if (refusal) return refused(refusal);
      message.unfurls[url] = objectsOf(objectOf(shown).blocks);
    }
    board.touch();
    return { ok: true };
  },

  async 'chat.delete'(context) {
    const answer = await context.ask();
    const message = context.board.find(textOf(context.body.channel), textOf(context.body.ts));
    if (answer.ok === true && message) context.board.remove(message);
    return answer;
  },
};

async function refusePost(
  context: MethodContext,
  refusal: Refusal | undefined,
): Promise<JsonObject | undefined> {
  if (refusal) return refused(refusal);
  const channel = textOf(context.body.channel);
  const thread = textOf(context.body.thread_ts);
  if (thread && !context.board.find(channel, thread)) return failure('thread_not_found');
  return await refuseOutsider(context, channel);
}

function withBlocks(body: JsonObject): JsonObject {
  return body.blocks === undefined ? body : { ...body, blocks: withIds(body.blocks) };
}

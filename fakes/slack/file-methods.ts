/** Owns uploaded files: emulate keeps them, the board shows the message that shares them. */

import { refuseOutsider } from './membership.ts';
import type { JsonObject } from './json.ts';
import { objectOf, objectsOf, textOf } from './json.ts';
import { refuseFileTitle } from './judge/messages.ts';
import type { Method, MethodContext } from './methods.ts';
import { refused } from './refusal.ts';

export const FILE_METHODS: Readonly<Record<string, Method>> = {
  async 'files.getUploadURLExternal'(context) {
    const refusal = refuseFileTitle(context.body);
    return refusal ? refused(refusal) : await context.ask();
  },

  async 'files.completeUploadExternal'(context) {
    const outside = await refuseOutsider(context, textOf(context.body.channel_id));
    if (outside) return outside;
    const answer = await context.ask();
    if (answer.ok !== true) return answer;
    const shares = objectsOf(answer.files).flatMap(sharesOf);
    for (const { channel, ts } of new Map(shares.map((share) => [share.ts, share])).values())
      showShare(context, answer, channel, ts);
    return answer;
  },
};

function sharesOf(file: JsonObject): { channel: string; ts: string }[] {
  const byChannel = Object.values(objectOf(file.shares)).flatMap((kind) => Object.entries(objectOf(kind)));
  return byChannel.flatMap(([channel, list]) =>
    objectsOf(list).map(({ ts }) => ({ channel, ts: textOf(ts) })),
  );
}

function showShare(context: MethodContext, answer: JsonObject, channel: string, ts: string): void {
  const files = objectsOf(answer.files).map((file) => {
    const id = textOf(file.id);
    const content = context.board.uploads.get(id) ?? Buffer.alloc(0);
    return { id, name: textOf(file.name), title: textOf(file.title), content };
  });
  context.board.post({
    channel,
    ts,
    via: 'files.completeUploadExternal',
    text: textOf(context.body.initial_comment),
    blocks: objectsOf(context.body.blocks),
    threadTs: textOf(context.body.thread_ts) || undefined,
    files,
  });
}

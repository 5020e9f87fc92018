/** Owns uploaded files: emulate keeps them, the board shows the message that shares them. */

import { refuseOutsider } from './membership.ts';
import type { JsonObject } from './json.ts';
import { objectOf, objectsOf, textOf } from './json.ts';
import { refuseFileTitle } from './judge/messages.ts';
import type { Method, MethodContext } from './methods.ts';
import { failure, refused } from './refusal.ts';

/** As Slack publishes it. */
const ALT_TEXT_MOST = 1_000;

export const FILE_METHODS: Readonly<Record<string, Method>> = {
  async 'files.getUploadURLExternal'(context) {
    const { filename, length, alt_txt: altText } = context.body;
    const refusal = refuseFileTitle(context.body);
    if (refusal) return refused(refusal);
    // Slack answers so for a file of no bytes too.
    if (textOf(filename) === '' || !(Number(length) > 0)) return failure('missing_argument');
    if (textOf(altText).length > ALT_TEXT_MOST) return failure('alt_txt_too_large');
    const answer = await context.ask();
    context.board.announced.set(textOf(answer.file_id), {
      length: Number(length),
      altText: textOf(altText),
    });
    return answer;
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
    const altText = context.board.announced.get(id)?.altText ?? '';
    return { id, name: textOf(file.name), title: textOf(file.title), content, altText };
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

/** Owns the way of an upload through the front: its bytes are kept for the board, then go on to emulate. */

import type { IncomingMessage } from 'node:http';
import type { Board } from './board.ts';
import type { Upstream } from './upstream.ts';

export async function relayUpload(
  upstream: Upstream,
  board: Board,
  request: IncomingMessage,
  content: Buffer,
): Promise<Response> {
  const path = request.url ?? '/';
  const type = request.headers['content-type'] ?? 'application/octet-stream';
  const fileId = /^\/upload\/v1\/([^/?]+)/.exec(path)?.[1];
  if (fileId !== undefined) {
    const bytes = await fileIn(content, type);
    // Slack was told the length before: any other is refused.
    if (bytes.length !== board.announced.get(fileId)?.length)
      return new Response('length does not match', { status: 400 });
    board.uploads.set(fileId, bytes);
  }
  const { authorization } = request.headers;
  return await upstream.relay(path, {
    method: request.method ?? 'GET',
    headers: { 'content-type': type, ...(authorization === undefined ? {} : { authorization }) },
    ...(content.length > 0 ? { body: new Uint8Array(content) } : {}),
  });
}

/** Slack takes the bytes as they are or as a form with one file in it. */
async function fileIn(content: Buffer, type: string): Promise<Buffer> {
  if (!type.includes('multipart/form-data')) return content;
  const form = await new Response(new Uint8Array(content), { headers: { 'content-type': type } }).formData();
  const file = [...form.values()].find((value) => typeof value !== 'string');
  return file === undefined ? content : Buffer.from(await file.arrayBuffer());
}

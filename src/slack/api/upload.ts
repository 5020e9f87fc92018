/**
 * Owns files in Slack, by its external upload: an address is asked for, the bytes go there, and only then is the file
 * shared. Until it is shared nobody sees it.
 */

import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { readRetryAfter, SlackFailure } from './client.ts';

export interface FileToUpload {
  name: string;
  /** Its size is told to Slack before the bytes are sent. */
  content: Blob;
  /** Of a picture: what it shows, for those who do not see it. */
  altText?: string | undefined;
}

/** How a file is shown; both are our own words. */
export interface FileWords {
  title: string;
  /** The text of the message that shares it. */
  comment: string;
}

/** For a hundred megabytes over a slow line. */
const SEND_MS = 5 * 60_000;

const answer = z.object({ upload_url: z.string(), file_id: z.string().regex(/^F[A-Z0-9]{1,40}$/) });

/** Returns the file’s ID. Rejects with SlackFailure: then it certainly is not shared. */
export async function uploadBytes(
  web: WebClient,
  ask: <Answer>(asked: () => Promise<Answer>) => Promise<Answer>,
  { name, content, altText }: FileToUpload,
): Promise<string> {
  // By apiCall: Slack’s name of the argument is `alt_txt`, the library’s type says `alt_text`.
  const { data } = answer.safeParse(
    await ask(() =>
      web.apiCall('files.getUploadURLExternal', {
        filename: name,
        length: content.size,
        ...(altText && { alt_txt: altText }),
      }),
    ),
  );
  if (!data) throw new SlackFailure('unreadable_upload_address');
  await send(data.upload_url, content);
  return data.file_id;
}

/** A file’s Blob is read piece by piece, so memory stays flat, and Node sends its exact length. */
async function send(url: string, content: Blob): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: content,
    signal: AbortSignal.timeout(SEND_MS),
    redirect: 'error',
  }).catch(() => undefined);
  // The cause is dropped on purpose: it names the address, which is a secret.
  if (response?.status === 429)
    throw new SlackFailure('ratelimited', readRetryAfter(response.headers.get('retry-after')));
  await response?.body?.cancel();
  if (!response?.ok) throw new SlackFailure(response ? `upload_${response.status}` : 'upload_unreachable');
}

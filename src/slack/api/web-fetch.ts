/** Owns how the Web API's library reaches Slack: what it asks of fetch, by Node's own client. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { arrayBuffer } from 'node:stream/consumers';
import type { FetchFunction } from '@slack/web-api';
import { post } from './post.ts';

type FetchResponse = Awaited<ReturnType<FetchFunction>>;

/**
 * Posts a text, and resolves with the answer's headers: the library repeats what rejects, and an answer that breaks off later was
 * carried out. Rejects as fetch does with `redirect: 'error'`: without an answer, when the signal ends it, and for a redirect. The
 * library sends files as forms, Payout Desk none.
 */
export const webFetch: FetchFunction = (address, { headers = {}, body = '', signal } = {}) =>
  new Promise((resolve, reject) => {
    if (typeof body !== 'string') throw new TypeError('A call to the Web API carries text alone.');
    const request = post(address, headers, body, signal);
    if (!request) throw new TypeError('The address of the Web API is not one of http or https.');
    // At once: on the way through a proxy, Node tells of it only when that ends.
    const stop = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    // Each of them: one that nobody takes would end the process.
    request.on('error', reject);
    request.once('close', () => {
      signal?.removeEventListener('abort', stop);
      reject(new TypeError('The connection was closed without an answer.'));
    });
    request.once('response', (response) => {
      const answer = answerOf(response, String(address));
      if (REDIRECTS.has(answer.status)) reject(new TypeError('The Web API answered with a redirect.'));
      else resolve(answer);
    });
  });

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function answerOf(response: IncomingMessage, url: string): FetchResponse {
  const bytes = arrayBuffer(response);
  // Told to who reads it; nobody does after a rate limit.
  bytes.catch(() => undefined);
  const text = async (): Promise<string> => new TextDecoder().decode(await bytes);
  const { statusCode: status = 0, statusMessage: statusText = '', headers } = response;
  return {
    ok: status >= 200 && status <= 299,
    status,
    statusText,
    url,
    headers: { get: (name) => valueOf(headers, name) ?? null, entries: () => entriesOf(headers) },
    text,
    json: async () => JSON.parse(await text()),
    arrayBuffer: () => bytes,
  };
}

function valueOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}

function* entriesOf(headers: IncomingHttpHeaders): Iterable<[string, string]> {
  for (const name of Object.keys(headers)) yield [name, valueOf(headers, name) ?? ''];
}

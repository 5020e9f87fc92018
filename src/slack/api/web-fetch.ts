/** Owns how the Web API's library reaches Slack: what it asks of fetch, by Node's own client. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { FetchFunction } from '@slack/web-api';
import { post } from './post.ts';

type FetchResponse = Awaited<ReturnType<FetchFunction>>;

/**
 * Posts a text, and resolves once the answer is here as a whole. Rejects as fetch does with `redirect: 'error'`: without an
 * answer, with one that breaks off, when the signal ends it, and for a redirect. The library sends files as forms, Payout Desk none.
 */
export const webFetch: FetchFunction = (address, { headers = {}, body = '', signal } = {}) =>
  new Promise((resolve, reject) => {
    if (typeof body !== 'string') throw new TypeError('A call to the Web API carries text alone.');
    const request = post(address, headers, body, signal);
    if (!request) throw new TypeError('The address of the Web API is none of HTTP.');
    // Each of them: one that nobody takes would end the process.
    request.on('error', reject);
    request.once('response', (response) => {
      read(response, String(address)).then(resolve, reject);
    });
  });

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

async function read(response: IncomingMessage, url: string): Promise<FetchResponse> {
  const content = await text(response);
  const { statusCode: status = 0, statusMessage: statusText = '', headers } = response;
  if (REDIRECTS.has(status)) throw new TypeError('The Web API answered with a redirect.');
  return {
    ok: status >= 200 && status <= 299,
    status,
    statusText,
    url,
    headers: { get: (name) => valueOf(headers, name) ?? null, entries: () => entriesOf(headers) },
    text: async () => content,
    json: async () => JSON.parse(content),
    arrayBuffer: async () => new TextEncoder().encode(content).buffer,
  };
}

function valueOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}

function* entriesOf(headers: IncomingHttpHeaders): Iterable<[string, string]> {
  for (const name of Object.keys(headers)) yield [name, valueOf(headers, name) ?? ''];
}

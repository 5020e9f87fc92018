/** Owns posting JSON for its status alone: what every command ends with. */

import { post } from './post.ts';

const HEADERS = { 'Content-Type': 'application/json' };

export interface Posted {
  status: number;
  retryAfter: string | undefined;
}

/** What came back; undefined without an answer in time. Never rejects, and follows no redirect. */
export function postJson(address: string, body: object, withinMs: number): Promise<Posted | undefined> {
  const { promise, resolve } = Promise.withResolvers<Posted | undefined>();
  const request = post(address, HEADERS, JSON.stringify(body));
  if (!request) return Promise.resolve(undefined);
  request.once('response', (response) => {
    resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
    // Read to its end, else the connection is not free again; what is in it says nothing more.
    response.on('error', () => undefined).resume();
  });
  // Also of an answer that does not end.
  const late = setTimeout(() => request.destroy(), withinMs);
  request.once('close', () => {
    clearTimeout(late);
    resolve(undefined);
  });
  request.on('error', () => resolve(undefined));
  return promise;
}

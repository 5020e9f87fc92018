/**
 * Owns posting JSON over a kept-alive connection, for what every command ends with. Node's own client, since fetch takes four
 * times its processor time (docs/decisions/0021).
 */

import http from 'node:http';
import https from 'node:https';

/** An unused connection is closed before a load balancer in between would close it. */
const IDLE_MS = 4_000;
/** A proxy as fetch takes it: from the environment, when NODE_USE_ENV_PROXY says so. */
const PROXY = process.env.NODE_USE_ENV_PROXY === '1' ? { proxyEnv: process.env } : {};
const KEPT = { keepAlive: true, timeout: IDLE_MS, ...PROXY };
const AGENTS = { http: new http.Agent(KEPT), https: new https.Agent(KEPT) };

export interface Posted {
  status: number;
  retryAfter: string | undefined;
}

/** What came back; undefined without an answer in time. Never rejects, and follows no redirect. */
export function postJson(address: string, body: object, withinMs: number): Promise<Posted | undefined> {
  const { promise, resolve } = Promise.withResolvers<Posted | undefined>();
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return Promise.resolve(undefined);
  const isSecure = url.protocol === 'https:';
  const text = JSON.stringify(body);
  const request = (isSecure ? https : http).request(
    url,
    {
      method: 'POST',
      agent: isSecure ? AGENTS.https : AGENTS.http,
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
    },
    (response) => {
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
      // Read to its end, else the connection is not free again; what is in it says nothing more.
      response.on('error', () => undefined).resume();
    },
  );
  // Also of an answer that does not end.
  const late = setTimeout(() => request.destroy(), withinMs);
  request.once('close', () => {
    clearTimeout(late);
    resolve(undefined);
  });
  request.on('error', () => resolve(undefined));
  request.end(text);
  return promise;
}

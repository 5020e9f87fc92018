/**
 * Owns posts to Slack over kept-alive connections, by Node's own client: fetch takes four times its processor time
 * (docs/decisions/0021).
 */

import http from 'node:http';
import https from 'node:https';

/** An unused connection is closed before a load balancer in between would close it. */
const IDLE_MS = 4_000;
/** A proxy as fetch takes it: from the environment, when NODE_USE_ENV_PROXY says so. */
const PROXY = process.env.NODE_USE_ENV_PROXY === '1' ? { proxyEnv: process.env } : {};
const KEPT = { keepAlive: true, timeout: IDLE_MS, ...PROXY };
const AGENTS = { http: new http.Agent(KEPT), https: new https.Agent(KEPT) };

/** A post on its way, or undefined when the address is none of HTTP. It follows no redirect. */
export function post(
  address: string | URL,
  headers: Readonly<Record<string, string>>,
  text: string,
  signal?: AbortSignal,
): http.ClientRequest | undefined {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined;
  const isSecure = url.protocol === 'https:';
  const request = (isSecure ? https : http).request({
    // As connections take the address of an IPv6 host.
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port,
    path: url.pathname + url.search,
    method: 'POST',
    agent: isSecure ? AGENTS.https : AGENTS.http,
    headers: { ...headers, 'Content-Length': Buffer.byteLength(text) },
    ...(signal && { signal }),
  });
  return request.end(text);
}

/**
 * Owns posts to Slack over kept-alive connections, by Node's own client: fetch takes four times its processor time
 * (docs/decisions/0021).
 */

import http from 'node:http';
import https from 'node:https';

/** An unused connection is closed before a load balancer in between would close it. */
const IDLE_MS = 4_000;
/** Longer than any call takes. Without it the one above would hold for the way through a proxy as well. */
const CALL_MS = 15_000;
/** A proxy where fetch takes one: Node decides that by NODE_USE_ENV_PROXY or its flag, and tells its own agents. */
const { proxyEnv } = https.globalAgent.options;
const KEPT = { keepAlive: true, timeout: IDLE_MS, ...(proxyEnv && { proxyEnv }) };
const AGENTS = { http: new http.Agent(KEPT), https: new https.Agent(KEPT) };

/** A post on its way, or undefined when the address is not one of http or https. It follows no redirect. */
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
    timeout: CALL_MS,
    // Without the second, a gateway may compress an answer.
    headers: { ...headers, 'Accept-Encoding': 'identity', 'Content-Length': Buffer.byteLength(text) },
    ...(signal && { signal }),
  });
  return request.end(text);
}

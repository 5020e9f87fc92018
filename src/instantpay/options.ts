/** Owns the client's options: their defaults, and which are refused at once instead of failing at the first call. */

import type { ClientEvent } from './events.ts';

export interface ClientOptions {
  /** https, or http on this machine alone: the credentials travel in the headers. */
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  /** "1" unless told. */
  authCode?: string | undefined;
  endpointIp: string;
  /** Certificate authorities to trust instead of the usual ones, in PEM. */
  ca?: string | undefined;
  /** How long one attempt may take, connection, headers and body together; a whole call takes at most twice that. */
  timeoutMs?: number | undefined;
  /** Pages of a walk under way at once, over all walks of this client. */
  concurrency?: number | undefined;
  maxPages?: number | undefined;
  /** Of a walk, at first: what InstantPay refuses is halved down to 10 (R2). */
  recordsPerPage?: number | undefined;
  onEvent?: ((event: ClientEvent) => void) | undefined;
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
  /** Resolves, early when the signal is aborted; never rejects. */
  sleep?: ((durationMs: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

const DEFAULTS = {
  authCode: '1',
  timeoutMs: 20_000,
  concurrency: 8,
  // The upstream's maximum is not published. 100 makes 10,000 links a hundred calls.
  recordsPerPage: 100,
  maxPages: 10_000,
};

export function readOptions(given: ClientOptions) {
  const options = {
    ...given,
    authCode: given.authCode ?? DEFAULTS.authCode,
    timeoutMs: given.timeoutMs ?? DEFAULTS.timeoutMs,
    concurrency: given.concurrency ?? DEFAULTS.concurrency,
    recordsPerPage: given.recordsPerPage ?? DEFAULTS.recordsPerPage,
    maxPages: given.maxPages ?? DEFAULTS.maxPages,
    baseUrl: readBaseUrl(given.baseUrl),
  };
  for (const name of ['clientId', 'clientSecret', 'authCode', 'endpointIp'] as const) {
    // Node refuses such a header at the first call only. The value is a secret: the message has the name alone.
    if (!/^[\x21-\x7e]+$/.test(options[name])) {
      throw new TypeError(`${name}: printable characters without spaces are expected`);
    }
  }
  for (const name of ['timeoutMs', 'concurrency', 'recordsPerPage', 'maxPages'] as const) {
    if (!Number.isSafeInteger(options[name]) || options[name] < 1) {
      throw new TypeError(`${name}: a whole number from 1 is expected`);
    }
  }
  return options;
}

function readBaseUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.search || url.hash) {
    throw new TypeError('baseUrl: an address such as https://api.instantpay.in is expected');
  }
  const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
    throw new TypeError('baseUrl: https is expected, since the credentials travel with every call');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

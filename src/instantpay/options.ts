/** Owns the client's options: their defaults, and which are refused at once instead of failing at the first request. */

import { setTimeout as pause } from 'node:timers/promises';
import type { KeyedHash, OnLink } from '../payouts/links/index-port.ts';
import type { OpenSpill } from '../payouts/links/spill.ts';
import type { ClientEvent } from './events.ts';

export interface ClientOptions {
  /** https, or http on this machine alone: the credentials travel in the headers. */
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  /** Default "1". */
  authCode?: string | undefined;
  endpointIp: string;
  /** Certificate authorities to trust instead of the usual ones, in PEM. */
  ca?: string | undefined;
  /** How long one attempt may take, connection, headers and body together; all attempts take at most twice that. Default 20 s. */
  timeoutMs?: number | undefined;
  /** Pages under way at once at most, over all walks of this client; default 8. Fewer while InstantPay has too much to do. */
  concurrency?: number | undefined;
  /** A walk of more pages is incomplete; default 10,000. */
  maxPages?: number | undefined;
  /** Of a walk's first page; what InstantPay refuses is halved down to 10 (R2). Default 100. */
  recordsPerPage?: number | undefined;
  onEvent?: ((event: ClientEvent) => void) | undefined;
  /**
   * Told of each link an answer names, unmasked, for the local index, which stores hashes alone, and for ages. Must not throw,
   * and must return at once.
   */
  onLink?: OnLink;
  /** Tells open links of one recipient apart from those of others; without it their `recipientKey` is undefined. */
  recipientHash?: KeyedHash | undefined;
  /** Where a walk keeps its table of links, instead of memory. */
  openSpill?: OpenSpill | undefined;
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

export type ReadOptions = ReturnType<typeof readOptions>;

/** Throws TypeError with the name of the option at fault, never its value. */
export function readOptions(given: ClientOptions) {
  const options = {
    ...given,
    now: given.now ?? Date.now,
    random: given.random ?? Math.random,
    sleep: given.sleep ?? sleep,
    authCode: given.authCode ?? DEFAULTS.authCode,
    timeoutMs: given.timeoutMs ?? DEFAULTS.timeoutMs,
    concurrency: given.concurrency ?? DEFAULTS.concurrency,
    recordsPerPage: given.recordsPerPage ?? DEFAULTS.recordsPerPage,
    maxPages: given.maxPages ?? DEFAULTS.maxPages,
    baseUrl: readBaseUrl(given.baseUrl),
  };
  for (const name of ['clientId', 'clientSecret', 'authCode', 'endpointIp'] as const) {
    // The value is a secret: the message has the name alone.
    if (!isHeaderText(options[name])) {
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

/** Resolves early when the signal is aborted; never rejects. */
async function sleep(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(durationMs, undefined, signal ? { signal } : {}).catch(() => undefined);
}

function readBaseUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !isPlain(url)) {
    throw new TypeError('baseUrl: an address such as https://api.instantpay.in is expected');
  }
  if (!isPrivate(url)) {
    throw new TypeError('baseUrl: https is expected, since the credentials travel with every call');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Whether credentials may be sent to this address: https, or plain http to a loopback address; no query, no user in it. */
export function isCredentialsUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isPlain(url) && isPrivate(url);
}

function isPlain({ username, password, search, hash }: URL): boolean {
  return username === '' && password === '' && search === '' && hash === '';
}

function isPrivate({ protocol, hostname }: URL): boolean {
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && loopback);
}

/** Whether a header of every call can carry it; Node refuses anything else, at the first call only. */
export function isHeaderText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

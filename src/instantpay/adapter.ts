/**
 * Owns how axios sends: Node's own client without what no call here needs (redirects, forms, progress, limits of speed). It
 * takes a third of the processor time of the adapter that axios brings (docs/decisions/0021).
 */

import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';

export interface Flight {
  sent: boolean;
  /** Whether `before` has passed, also when this process was frozen meanwhile. */
  tooLate: () => boolean;
}

/** What leaves. Not by axios' configuration, each part of which it copies: its headers alone take as long as sending them. */
export interface Outgoing {
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  /** Breaks the request off, and the answer's body. */
  signal: AbortSignal;
}

/** Where InstantPay is. Read once: reading an address takes a tenth of sending to it. */
export interface Address {
  isSecure: boolean;
  hostname: string;
  port: string;
  /** What each path begins with; empty for none. */
  path: string;
}

/** Throws TypeError for what is no address. */
export function addressOf(baseUrl: string): Address {
  const { protocol, hostname, port, pathname } = new URL(baseUrl);
  return {
    isSecure: protocol === 'https:',
    // As connections take the address of an IPv6 host.
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    path: pathname.replace(/\/$/, ''),
  };
}

export interface Agents {
  http: http.Agent;
  https: https.Agent;
}

/** Not deflate, which some servers send without the frame that HTTP asks for. */
const ENCODINGS = 'gzip, br';

/** The adapter of one request, whose url is its path. Its answer's body is a stream. */
export function createAdapter(
  { isSecure, ...address }: Address,
  agents: Agents,
  flight: Flight,
  outgoing: Outgoing,
): AxiosAdapter {
  return (config) =>
    new Promise((resolve, reject) => {
      const { signal } = outgoing;
      signal.throwIfAborted();
      const request = (isSecure ? https : http).request(
        {
          ...address,
          path: address.path + (config.url ?? '/'),
          method: config.method?.toUpperCase() ?? 'GET',
          agent: isSecure ? agents.https : agents.http,
          headers: headersOf(outgoing),
        },
        (answer) => resolve(responseOf(config, answer)),
      );
      watch(request, isSecure, flight);
      stopBy(signal, request);
      // Each of them: one that nobody takes would end the process.
      request.on('error', reject);
      // Destroyed before anything came back, as by `watch`.
      request.once('close', () => reject(new Error('closed without an answer')));
      request.end(outgoing.body);
    });
}

function headersOf({ headers, body }: Outgoing): http.OutgoingHttpHeaders {
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  return { ...headers, 'Accept-Encoding': ENCODINGS, ...length };
}

function responseOf(
  config: InternalAxiosRequestConfig,
  answer: http.IncomingMessage,
): AxiosResponse<Readable> {
  const { statusCode: status = 0, statusMessage: statusText = '' } = answer;
  const headers = { 'retry-after': answer.headers['retry-after'] };
  return { data: decompressed(answer), status, statusText, headers, config };
}

/** An answer that breaks off, or is not what it says, fails as the stream's error. */
function decompressed(answer: http.IncomingMessage): Readable {
  const encoding = answer.headers['content-encoding']?.toLowerCase();
  const plain =
    encoding === 'br'
      ? createBrotliDecompress()
      : encoding === 'gzip' || encoding === 'x-gzip' || encoding === 'deflate'
        ? createUnzip()
        : undefined;
  // Nothing is in no encoding: its status says what it is.
  if (!plain || answer.headers['content-length'] === '0') return answer;
  // Broken off before anybody reads it: without a listener that would end the process.
  plain.on('error', () => undefined);
  answer.once('error', (error) => plain.destroy(error));
  plain.once('close', () => answer.destroy());
  return answer.pipe(plain);
}

/**
 * Node holds a request back until its socket is connected and, for https, the handshake has succeeded. So until
 * then it is certain that nothing was sent, whatever the failure is called; from then on it never is.
 */
function watch(request: http.ClientRequest, secure: boolean, flight: Flight): void {
  request.once('socket', (socket: Socket | TLSSocket) => {
    const opening = 'secureConnecting' in socket ? socket.secureConnecting : socket.connecting;
    const leave = (): void => {
      if (flight.tooLate()) request.destroy();
      else flight.sent = true;
    };
    if (opening) socket.once(secure ? 'secureConnect' : 'connect', leave);
    else leave(); // a kept-alive connection
  });
}

/** Until its answer is read: then the connection may carry another request. */
function stopBy(signal: AbortSignal, request: http.ClientRequest): void {
  const stop = (): void => void request.destroy();
  signal.addEventListener('abort', stop);
  request.once('close', () => signal.removeEventListener('abort', stop));
}

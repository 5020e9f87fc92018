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

export interface Agents {
  http: http.Agent;
  https: https.Agent;
}

/** Not deflate, which some servers send without the frame that HTTP asks for. */
const ENCODINGS = 'gzip, br';

/** The adapter of one request. Its answer's body is a stream, which the request's signal breaks off as well. */
export function createAdapter(agents: Agents, flight: Flight): AxiosAdapter {
  return (config) =>
    new Promise((resolve, reject) => {
      const url = new URL(config.url ?? '');
      const secure = url.protocol === 'https:';
      const body: unknown = config.data;
      const request = (secure ? https : http).request(
        url,
        {
          method: config.method?.toUpperCase() ?? 'GET',
          agent: secure ? agents.https : agents.http,
          headers: headersOf(config, body),
        },
        (answer) => resolve(responseOf(config, answer)),
      );
      watch(request, secure, flight);
      stopBy(config.signal, request);
      // Each of them: one that nobody takes would end the process.
      request.on('error', reject);
      // Destroyed before anything came back, as by `watch`.
      request.once('close', () => reject(new Error('closed without an answer')));
      request.end(typeof body === 'string' ? body : undefined);
    });
}

function headersOf({ headers }: InternalAxiosRequestConfig, body: unknown): http.OutgoingHttpHeaders {
  const length = typeof body === 'string' ? { 'Content-Length': Buffer.byteLength(body) } : {};
  return { ...headers.toJSON(), 'Accept-Encoding': ENCODINGS, ...length };
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
function stopBy(signal: InternalAxiosRequestConfig['signal'], request: http.ClientRequest): void {
  const stop = (): void => void request.destroy();
  signal?.addEventListener?.('abort', stop);
  request.once('close', () => signal?.removeEventListener?.('abort', stop));
}

/** Owns the wire: axios, the headers of every request, its deadline, and whether anything left this machine. */

import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { create as createAxios, isAxiosError } from 'axios';
import type { WireAnswer } from './answer.ts';
import { InstantPayError, type Operation } from './errors.ts';
import { readRetryAfter } from './retry.ts';

export interface Credentials {
  clientId: string;
  clientSecret: string;
  authCode: string;
  /** R5: explicit configuration, never detected. */
  endpointIp: string;
}

export interface WireRequest {
  operation: Operation;
  method: 'GET' | 'POST';
  path: string;
  body?: string | undefined;
  /**
   * A connection of its own instead of a kept-alive one. Kept-alive sockets are closed by the other side
   * without notice, and a write on such a socket ends in a reset, its outcome unknown (R9).
   */
  freshConnection: boolean;
  deadlineMs: number;
  /** An instant: nothing leaves from then on. */
  before?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface Transport {
  send(request: WireRequest): Promise<WireAnswer>;
  close(): void;
}

const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

/** Header names as published. */
function headersOf(credentials: Credentials, body: string | undefined): Record<string, string> {
  return {
    'X-Ipay-Auth-Code': credentials.authCode,
    'X-Ipay-Client-Id': credentials.clientId,
    'X-Ipay-Client-Secret': credentials.clientSecret,
    'X-Ipay-Endpoint-Ip': credentials.endpointIp,
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'User-Agent': 'payout-desk',
    // R4: without an explicit length a GET's body would go out chunked, or not at all.
    ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
  };
}

interface Flight {
  sent: boolean;
  /** Whether `before` has passed, also when this process was frozen meanwhile. */
  tooLate: () => boolean;
}

/**
 * Node holds a request back until its socket is connected and, for https, the handshake has succeeded. So until
 * then it is certain that nothing was sent, whatever the failure is called; from then on it never is.
 */
function watch(flight: Flight) {
  return {
    request(options: https.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void) {
      const secure = options.protocol === 'https:';
      const request = (secure ? https : http).request(options, onAnswer);
      request.once('socket', (socket: Socket | TLSSocket) => {
        const opening = 'secureConnecting' in socket ? socket.secureConnecting : socket.connecting;
        const leave = (): void => {
          if (flight.tooLate()) request.destroy();
          else flight.sent = true;
        };
        if (opening) socket.once(secure ? 'secureConnect' : 'connect', leave);
        else leave(); // a kept-alive connection
      });
      return request;
    },
  };
}

/** `baseUrl`: without a slash at its end; `now`: epoch milliseconds. Its `send` rejects with InstantPayError alone. */
export function createTransport(
  baseUrl: string,
  { ca, ...credentials }: Credentials & { ca?: string | undefined },
  now: () => number,
): Transport {
  const trust = ca === undefined ? {} : { ca };
  const kept = {
    http: new http.Agent({ keepAlive: true, maxSockets: 16 }),
    https: new https.Agent({ keepAlive: true, maxSockets: 16, ...trust }),
  };
  const fresh = {
    http: new http.Agent({ keepAlive: false }),
    https: new https.Agent({ keepAlive: false, ...trust }),
  };
  const wire = createAxios({
    adapter: 'http',
    proxy: false, // a proxy from the environment would see the credentials of plain http calls
    maxRedirects: 0, // a redirect would carry the credentials to wherever it points
    maxContentLength: MAX_ANSWER_BYTES,
    validateStatus: () => true,
    responseType: 'text',
    transformRequest: [],
    transformResponse: [],
  });

  async function send(request: WireRequest): Promise<WireAnswer> {
    const startedAt = now();
    const { operation, before = Infinity } = request;
    const flight: Flight = { sent: false, tooLate: () => now() >= before };
    if (flight.tooLate()) throw missed(operation);
    const agents = request.freshConnection ? fresh : kept;
    // Not axios' timeout, which stops at the first byte: a body that stalls half way is stopped by the signal alone.
    const deadline = AbortSignal.timeout(request.deadlineMs);
    try {
      const answer = await wire.request<unknown>({
        method: request.method,
        url: baseUrl + request.path,
        data: request.body,
        headers: headersOf(credentials, request.body),
        signal: request.signal ? AbortSignal.any([deadline, request.signal]) : deadline,
        httpAgent: agents.http,
        httpsAgent: agents.https,
        transport: watch(flight),
      });
      const retryAfter: unknown = answer.headers['retry-after'];
      return {
        httpStatus: answer.status,
        text: typeof answer.data === 'string' ? answer.data : '',
        retryAfterMs: typeof retryAfter === 'string' ? readRetryAfter(retryAfter, now()) : undefined,
        elapsedMs: now() - startedAt,
      };
    } catch (error) {
      if (!flight.sent && flight.tooLate()) throw missed(operation);
      const facts = { operation, sent: flight.sent, elapsedMs: now() - startedAt };
      if (request.signal?.aborted) throw new InstantPayError({ ...facts, kind: 'aborted', transient: false });
      if (deadline.aborted) {
        throw new InstantPayError({ ...facts, kind: 'timeout', transient: true });
      }
      if (isTooLarge(error)) {
        throw new InstantPayError({ ...facts, kind: 'unreadable', transient: false, reason: 'too_large' });
      }
      throw new InstantPayError({ ...facts, kind: 'network', transient: true, reason: codeOf(error) });
    }
  }

  return {
    send,
    close() {
      for (const agent of [kept.http, kept.https, fresh.http, fresh.https]) agent.destroy();
    },
  };
}

/** `before` passed: nothing left, and nothing will. */
function missed(operation: Operation): InstantPayError {
  return new InstantPayError({
    kind: 'timeout',
    operation,
    sent: false,
    transient: false,
    reason: 'too_late',
  });
}

/** Only the code leaves this function: the error it comes from holds the headers. */
function codeOf(error: unknown): string | undefined {
  const code = isAxiosError(error) ? error.code : undefined;
  return code !== undefined && /^[A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

/** axios says ERR_BAD_RESPONSE for an answer over the limit (no response attached) and for one that broke off (attached). */
function isTooLarge(error: unknown): boolean {
  return isAxiosError(error) && error.code === 'ERR_BAD_RESPONSE' && error.response === undefined;
}

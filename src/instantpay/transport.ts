/** Owns the wire: axios, the headers of every request, its deadline, and whether anything left this machine. */

import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { type AxiosInstance, create as createAxios } from 'axios';
import { createAdapter, type Flight, addressOf } from './adapter.ts';
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
function headersOf(credentials: Credentials): Record<string, string> {
  return {
    'X-Ipay-Auth-Code': credentials.authCode,
    'X-Ipay-Client-Id': credentials.clientId,
    'X-Ipay-Client-Secret': credentials.clientSecret,
    'X-Ipay-Endpoint-Ip': credentials.endpointIp,
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'User-Agent': 'payout-desk',
  };
}

/**
 * Not axios' timeout, which stops at the first byte: a body that stalls half way is stopped by the signal alone. Not
 * AbortSignal.timeout with AbortSignal.any either: they are held by weak references, so that each call of a walk stays in
 * memory, with its answer, until the next full garbage collection.
 */
function startDeadline(durationMs: number, stopped: AbortSignal | undefined) {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  let passed = false;
  const timer = setTimeout(() => {
    passed = true;
    stop();
  }, durationMs);
  timer.unref();
  if (stopped?.aborted) stop();
  else stopped?.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    passed: () => passed,
    end(): void {
      clearTimeout(timer);
      stopped?.removeEventListener('abort', stop);
    },
  };
}

/** Reads under way at once: twice what INSTANTPAY_CONCURRENCY may be, so that people need not wait for a walk, or for calls that hang. */
const CONNECTIONS = 128;

/** `baseUrl`: without a slash at its end; `now`: epoch milliseconds. Its `send` rejects with InstantPayError alone. */
export function createTransport(
  baseUrl: string,
  { ca, ...credentials }: Credentials & { ca?: string | undefined },
  now: () => number,
): Transport {
  const trust = ca === undefined ? {} : { ca };
  const kept = {
    http: new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
    https: new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS, ...trust }),
  };
  const fresh = { http: new http.Agent(), https: new https.Agent(trust) };
  const headers = headersOf(credentials);
  const wire = createBareAxios();
  const address = addressOf(baseUrl);

  async function send(request: WireRequest): Promise<WireAnswer> {
    const startedAt = now();
    const { operation, before = Infinity } = request;
    const flight: Flight = { sent: false, tooLate: () => now() >= before };
    if (flight.tooLate()) throw missed(operation);
    const agents = request.freshConnection ? fresh : kept;
    const deadline = startDeadline(request.deadlineMs, request.signal);
    try {
      const answer = await wire.request<Readable>({
        method: request.method,
        url: request.path,
        // No proxy from the environment, which would see the credentials of plain http calls, and no redirect, which would
        // carry them to wherever it points.
        adapter: createAdapter(address, agents, flight, {
          headers,
          body: request.body,
          signal: deadline.signal,
        }),
      });
      const retryAfter: unknown = answer.headers['retry-after'];
      return {
        httpStatus: answer.status,
        text: await readText(answer.data),
        retryAfterMs: typeof retryAfter === 'string' ? readRetryAfter(retryAfter, now()) : undefined,
        elapsedMs: now() - startedAt,
      };
    } catch (error) {
      if (!flight.sent && flight.tooLate()) throw missed(operation);
      const facts = { operation, sent: flight.sent, elapsedMs: now() - startedAt };
      if (request.signal?.aborted) throw new InstantPayError({ ...facts, kind: 'aborted', transient: false });
      if (deadline.passed()) {
        throw new InstantPayError({ ...facts, kind: 'timeout', transient: true });
      }
      if (error instanceof TooLarge) {
        throw new InstantPayError({ ...facts, kind: 'unreadable', transient: false, reason: 'too_large' });
      }
      throw new InstantPayError({ ...facts, kind: 'network', transient: true, reason: codeOf(error) });
    } finally {
      deadline.end();
    }
  }

  return {
    send,
    close() {
      for (const agent of [kept.http, kept.https, fresh.http, fresh.https]) agent.destroy();
    },
  };
}

/**
 * Axios without the defaults of its own adapters: nothing of them would take part, and each request is merged with all of them.
 * An answer's body stays a stream: a text would hang on axios' objects, which hang on each other, until the next full collection.
 */
function createBareAxios(): AxiosInstance {
  const wire = createAxios();
  for (const name of Object.keys(wire.defaults)) Reflect.deleteProperty(wire.defaults, name);
  return wire;
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
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

class TooLarge extends Error {}

/** Rejects when the body breaks off, for the signal too, or is larger than any answer could be. */
function readText(body: Readable): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  body.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) body.destroy(new TooLarge());
  });
  body.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  body.on('error', reject);
  body.once('close', () => reject(new Error('broken off')));
  return promise;
}

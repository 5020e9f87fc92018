/** Owns which HTTP requests reach Bolt: those of a bounded body that Slack signed within five minutes. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { atMostOnceAMinute } from '../../log-rate.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../payouts/time.ts';

/** Five minutes, both ways: Bolt accepts timestamps from the future (trap 10). */
const CLOCK_SKEW_S = 300;
/** Ten times Slack's largest deliveries: forms with all their values. */
const BODY_MAX_BYTES = 1_000_000;
/** An unsigned ssl_check is shorter. */
const CHECK_MAX_BYTES = 2_000;

export interface AdmissionOptions {
  /** Any of them: while a secret is replaced, Slack may sign with either. */
  signingSecrets: readonly string[];
  clock: Clock;
  log: Log;
  /** Counts a request that was refused. */
  onRefused: () => void;
  /** Called with what Slack signed, and with which secret; the body is in `rawBody`, where Bolt looks for it. */
  admit: (request: IncomingMessage, response: ServerResponse, signingSecret: string) => void;
}

/**
 * Returns the handler of POST /slack/events. The address is public: a body that is too long or cannot be signed is not
 * read, and refusals write one log line a minute. Refuses with 401, or 413 for a body that is too long.
 */
export function createAdmission(options: AdmissionOptions) {
  const { clock, log } = options;
  const logRefused = atMostOnceAMinute(clock, (count) => log.warn({ count }, 'unsigned requests refused'));
  const refuse = (response: ServerResponse, status: 401 | 413): void => {
    options.onRefused();
    logRefused();
    response.writeHead(status).end();
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp } = request.headers;
    const maySign = typeof signature === 'string' && isRecent(timestamp, clock());
    const limit = maySign ? BODY_MAX_BYTES : CHECK_MAX_BYTES;
    const tooLong = maySign ? 413 : 401;
    if (Number(request.headers['content-length'] ?? 0) > limit) return refuse(response, tooLong);
    const body = await readBody(request, limit);
    if (body === 'gone') return;
    if (body === 'too long') return refuse(response, tooLong);
    if (!maySign) {
      // Slack checks the certificate with an unsigned request; it gets its 200 and nothing else.
      const isCheck =
        signature === undefined && new URLSearchParams(body.toString()).get('ssl_check') === '1';
      if (!isCheck) return refuse(response, 401);
      response.writeHead(200).end();
      return;
    }
    const signed = { body, signature, timestamp };
    const secret = options.signingSecrets.find((each) => isSigned(each, signed));
    if (secret === undefined) return refuse(response, 401);
    options.admit(Object.assign(request, { rawBody: body }), response, secret);
  };
}

/** As Slack documents it: HMAC-SHA-256 of version, timestamp and body, in hex. Not by Bolt's function, which takes three of them. */
export function isSigned(
  signingSecret: string,
  { body, signature, timestamp }: { body: Buffer; signature: string; timestamp: string },
): boolean {
  const hmac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body);
  const expected = Buffer.from(`v0=${hmac.digest('hex')}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Reads at most `limitBytes`; the server discards the rest of a longer body. */
function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | 'too long' | 'gone'> {
  const { promise, resolve } = Promise.withResolvers<Buffer | 'too long' | 'gone'>();
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > limitBytes) {
      request.off('data', take);
      chunks.length = 0;
      resolve('too long');
    } else chunks.push(chunk);
  };
  request.on('data', take);
  request.once('end', () => resolve(Buffer.concat(chunks)));
  // Cut off half way, or timed out: nobody is left to answer.
  request.once('error', () => resolve('gone'));
  request.once('close', () => resolve('gone'));
  return promise;
}

/** Whether a signed request's timestamp, in seconds, lies within five minutes of `now`, in milliseconds. */
export function isRecent(timestamp: string | string[] | undefined, now: number): timestamp is string {
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(now / 1_000 - Number(timestamp)) <= CLOCK_SKEW_S;
}

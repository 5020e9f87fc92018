/** Owns how something a person did reaches the app: one interface, over HTTP here and over a WebSocket in Socket Mode. */

import { createHmac } from 'node:crypto';
import { LIMITS } from '../../src/slack/block-kit/limits.ts';
import type { JsonObject } from './json.ts';
import { parseJson } from './json.ts';

export interface Outbound {
  type: 'slash_commands' | 'interactive' | 'events_api';
  payload: JsonObject;
}

export interface DeliveryOptions {
  /** The same delivery this many times at once. */
  copies?: number;
  retry?: { number: number; reason: string };
  /** HTTP alone. */
  signature?: 'valid' | 'wrong' | 'missing';
  /** HTTP alone: the timestamp, and the signature over it, this far from now. */
  timestampShiftS?: number;
  /** The last change of the payload, for forgeries. */
  forge?: (payload: JsonObject) => JsonObject;
}

export interface Ack {
  /** Answered with 2xx (or an envelope's acknowledgement) within Slack's three seconds. */
  acknowledged: boolean;
  status: number | undefined;
  /** Parsed when it was JSON; '' when empty. */
  body: unknown;
  headers: Readonly<Record<string, string>>;
  afterMs: number;
  /** Why there was no answer at all. */
  problem: string | undefined;
}

export interface Delivery {
  deliver(outbound: Outbound, options: DeliveryOptions): Promise<Ack>;
}

export interface HttpDeliveryOptions {
  /** The app's `.../slack/events`. */
  url: string;
  signingSecret: string;
  ackDeadlineMs?: number;
}

export function httpDelivery({
  url,
  signingSecret,
  ackDeadlineMs = LIMITS.acknowledgeMs,
}: HttpDeliveryOptions): Delivery {
  return {
    async deliver(outbound, options) {
      const { contentType, body } = encode(outbound);
      const started = performance.now();
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': contentType, ...headersFor(body, signingSecret, options) },
          body,
          signal: AbortSignal.timeout(ackDeadlineMs),
        });
        const text = await response.text();
        return {
          acknowledged: response.ok,
          status: response.status,
          body: parseJson(text) ?? text,
          headers: Object.fromEntries(response.headers),
          afterMs: performance.now() - started,
          problem: undefined,
        };
      } catch (error) {
        return unanswered(
          error instanceof Error ? error.message : String(error),
          performance.now() - started,
        );
      }
    },
  };
}

export function unanswered(problem: string, afterMs: number): Ack {
  return { acknowledged: false, status: undefined, body: '', headers: {}, afterMs, problem };
}

function encode({ type, payload }: Outbound): { contentType: string; body: string } {
  if (type === 'events_api') return { contentType: 'application/json', body: JSON.stringify(payload) };
  const form = new URLSearchParams();
  if (type === 'interactive') form.set('payload', JSON.stringify(payload));
  else for (const [key, value] of Object.entries(payload)) form.set(key, String(value));
  return { contentType: 'application/x-www-form-urlencoded', body: form.toString() };
}

function headersFor(body: string, secret: string, options: DeliveryOptions): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    accept: 'application/json,*/*',
  };
  if (options.retry) {
    headers['x-slack-retry-num'] = String(options.retry.number);
    headers['x-slack-retry-reason'] = options.retry.reason;
  }
  if (options.signature === 'missing') return headers;
  // The wall clock, whatever clock the rest runs on: the app's check compares with it.
  const timestamp = Math.floor(Date.now() / 1_000) + (options.timestampShiftS ?? 0);
  const key = options.signature === 'wrong' ? `${secret}-not` : secret;
  const digest = createHmac('sha256', key).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    ...headers,
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': `v0=${digest}`,
  };
}

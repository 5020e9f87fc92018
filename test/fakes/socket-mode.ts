/** Owns Slack's side of Socket Mode: connections, envelopes, acknowledgements, and everything that goes wrong there. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Ack, Delivery } from '../../fakes/slack/delivery.ts';
import { unanswered } from '../../fakes/slack/delivery.ts';
import type { JsonObject } from '../../fakes/slack/json.ts';
import { isObject, parseJson, textOf } from '../../fakes/slack/json.ts';
import type { LocalSlack } from '../../fakes/slack/slack.ts';
import { LIMITS } from '../../src/slack/block-kit/limits.ts';

export interface SocketMode {
  delivery: Delivery;
  /** Connections that were greeted and are still open, the oldest first. */
  connections(): number;
  /** How many connections there have been in all. */
  opened(): number;
  /** Resolves when so many connections are open at once. */
  connected(count?: number): Promise<number>;
  /** Envelope ids in the order they were acknowledged. */
  acknowledged: readonly string[];
  /** The routine `disconnect`: Slack asks for a new connection and then closes the old one. */
  disconnect(reason: 'refresh_requested' | 'warning' | 'link_disabled', which?: 'all' | 'oldest'): void;
  /** The line goes dead: every connection is cut without a word. */
  drop(): void;
  /** The next connections are refused before the WebSocket exists. */
  refuseNext(times?: number, status?: number): void;
  /** The next connections are made and never greeted. */
  withholdHello(times?: number): void;
  appRateLimited(): void;
  /** Any text at all, to every connection. */
  sendRaw(text: string): void;
  close(): Promise<void>;
}

export interface SocketModeOptions {
  ackDeadlineMs?: number;
}

/** Takes over the deliveries of this Slack: from here on its people reach the app over the WebSocket. */
export async function startSocketMode(
  slack: LocalSlack,
  { ackDeadlineMs = LIMITS.acknowledgeMs }: SocketModeOptions = {},
): Promise<SocketMode> {
  const sockets = new WebSocketServer({ noServer: true });
  const live: WebSocket[] = [];
  const acknowledged: string[] = [];
  const waiting = new Map<string, ((payload: unknown) => void)[]>();
  /** A second copy of a delivery is the same envelope, id and all. */
  const envelopeIds = new WeakMap<JsonObject, string>();
  let opened = 0;
  let refusals = { left: 0, status: 503 };
  let silent = 0;

  const server = createServer((_request, response) => response.writeHead(426).end());
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (refusals.left > 0) {
      refusals.left -= 1;
      socket.end(`HTTP/1.1 ${refusals.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      slack.announce();
      return;
    }
    sockets.handleUpgrade(request, socket, head, greet);
  });

  function greet(socket: WebSocket): void {
    opened += 1;
    socket.on('error', () => {});
    socket.on('close', () => {
      const at = live.indexOf(socket);
      if (at >= 0) live.splice(at, 1);
      slack.announce();
    });
    socket.on('message', (data: Buffer) => take(data.toString('utf8')));
    if (silent > 0) {
      silent -= 1;
      slack.announce();
      return;
    }
    const debug = { host: 'local', build_number: 1, approximate_connection_time: 18_060 };
    const connection_info = { app_id: slack.bot.appId };
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: live.length + 1, debug_info: debug, connection_info }),
    );
    live.push(socket);
    slack.announce();
  }

  function take(text: string): void {
    const message = parseJson(text);
    if (!isObject(message)) return;
    const id = textOf(message.envelope_id);
    acknowledged.push(id);
    waiting.get(id)?.shift()?.(message.payload);
    slack.announce();
  }

  const broadcast = (message: JsonObject): void => {
    for (const socket of live) socket.send(JSON.stringify(message));
  };

  const delivery: Delivery = {
    async deliver({ type, payload }, options) {
      const started = performance.now();
      const elapsed = (): number => performance.now() - started;
      const id = envelopeIds.get(payload) ?? randomUUID();
      envelopeIds.set(payload, id);
      const envelope = {
        envelope_id: id,
        type,
        payload,
        accepts_response_payload: type !== 'events_api',
        ...(type === 'events_api'
          ? { retry_attempt: options.retry?.number ?? 0, retry_reason: options.retry?.reason ?? '' }
          : {}),
      };
      try {
        // Any connection may get an event; while there is none, Slack holds it back for a moment.
        const socket = await slack.waitFor(() => live.at(-1), {
          what: 'a Socket Mode connection',
          withinMs: ackDeadlineMs,
        });
        const body = await acknowledgement(id, () => socket.send(JSON.stringify(envelope)));
        return answered(body, elapsed());
      } catch (error) {
        return unanswered(error instanceof Error ? error.message : String(error), elapsed());
      }
    },
  };

  function acknowledgement(id: string, send: () => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        reject(new Error(`envelope not acknowledged within ${ackDeadlineMs} ms`));
      }, ackDeadlineMs);
      const settle = (payload: unknown): void => {
        clearTimeout(deadline);
        resolve(payload);
      };
      waiting.set(id, [...(waiting.get(id) ?? []), settle]);
      send();
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Socket Mode listens on no port');
  slack.deliverOver(delivery, () => `ws://127.0.0.1:${address.port}/link/?ticket=${randomUUID()}`);

  return {
    delivery,
    connections: () => live.length,
    opened: () => opened,
    connected: (count = 1) =>
      slack.waitFor(() => live.length >= count && live.length, { what: `${count} Socket Mode connections` }),
    acknowledged,
    disconnect(reason, which = 'all') {
      const meant = which === 'all' ? [...live] : live.slice(0, 1);
      for (const socket of meant)
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local' } }));
      // A warning comes some seconds ahead of the closing; the others come with it.
      if (reason === 'warning') return;
      for (const socket of live.splice(0, meant.length)) socket.close();
    },
    drop() {
      for (const socket of live.splice(0)) socket.terminate();
      slack.announce();
    },
    refuseNext(times = 1, status = 503) {
      refusals = { left: times, status };
    },
    withholdHello(times = 1) {
      silent = times;
    },
    appRateLimited() {
      broadcast({
        envelope_id: randomUUID(),
        type: 'app_rate_limited',
        payload: {
          type: 'app_rate_limited',
          team_id: slack.teamId,
          minute_rate_limited: 0,
          api_app_id: slack.bot.appId,
        },
        accepts_response_payload: false,
      });
    },
    sendRaw(text) {
      for (const socket of live) socket.send(text);
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function answered(payload: unknown, afterMs: number): Ack {
  const isEmpty = isObject(payload) && Object.keys(payload).length === 0;
  return {
    acknowledged: true,
    status: undefined,
    body: payload === undefined || isEmpty ? '' : payload,
    headers: {},
    afterMs,
    problem: undefined,
  };
}

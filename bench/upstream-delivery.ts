/** Owns how what a person types reaches an app in a benchmark: signed over HTTP, or as an envelope of Socket Mode. */

import { createHmac } from 'node:crypto';
import { Agent, request as send, type Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Order, SIGNING_SECRET, SOCKET } from './settings.ts';
import { BOT, TEAM_ID, userOf } from './upstream-slack.ts';

/** One thing that a person types. */
interface Typed {
  channel: string;
  place: number;
  text: string;
  responseUrl: string;
}

export interface Delivery {
  /** `done` is called once: acknowledged, or not. */
  deliver(order: Order, typed: Typed, done: (ok: boolean) => void): void;
  /** What `apps.connections.open` answers the app with this token. */
  socketUrl(appToken: string, origin: string): string;
}

interface Envelope {
  appToken: string;
  text: string;
  acknowledged(): void;
}

/** Over HTTP by its URL, over the newest WebSocket of its token in Socket Mode. */
export function startDelivery(server: Server): Delivery {
  const agent = new Agent({ keepAlive: true });
  const sockets = new WebSocketServer({ noServer: true });
  const connected = new Map<string, WebSocket>();
  const unacknowledged = new Map<string, Envelope>();
  let envelopes = 0;

  server.on('upgrade', (request, raw, head) => {
    sockets.handleUpgrade(request, raw, head, (socket) => {
      const appToken = (request.url ?? '').split('/').at(-1) ?? '';
      connected.set(appToken, socket);
      socket.on('error', () => {});
      socket.on('message', (data: Buffer) => {
        const id = /"envelope_id":"([^"]+)"/.exec(data.toString())?.[1] ?? '';
        unacknowledged.get(id)?.acknowledged();
        unacknowledged.delete(id);
      });
      const connection_info = { app_id: 'A0BENCH00' };
      const debug_info = { host: 'bench', approximate_connection_time: 18_060 };
      socket.send(JSON.stringify({ type: 'hello', num_connections: 1, debug_info, connection_info }));
      // A busy machine may cost a connection, and with it what was under way: Slack delivers that again.
      for (const envelope of unacknowledged.values())
        if (envelope.appToken === appToken) socket.send(envelope.text);
    });
  });

  return {
    deliver(order, typed, done) {
      if (!order.app.startsWith(SOCKET)) return post(agent, order.app, commandOf(typed), done);
      const appToken = order.app.slice(SOCKET.length);
      envelopes += 1;
      const envelope_id = `bench-${envelopes}`;
      const how =
        order.mention === undefined
          ? { type: 'slash_commands', payload: commandOf(typed), accepts_response_payload: true }
          : {
              type: 'events_api',
              payload: mentionOf(order.mention, typed, envelope_id),
              accepts_response_payload: false,
              retry_attempt: 0,
              retry_reason: '',
            };
      const text = JSON.stringify({ envelope_id, ...how });
      unacknowledged.set(envelope_id, { appToken, text, acknowledged: () => done(true) });
      connected.get(appToken)?.send(text);
    },
    socketUrl: (appToken, origin) => `${origin.replace('http', 'ws')}/socket/${appToken}`,
  };
}

function commandOf({ channel, place, text, responseUrl }: Typed): Record<string, string> {
  return {
    token: 'bench',
    team_id: TEAM_ID,
    team_domain: 'bench',
    channel_id: channel,
    channel_name: 'bench',
    user_id: userOf(place),
    user_name: 'bench',
    command: '/payout',
    text,
    api_app_id: 'A0BENCH00',
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: `${performance.now()}.${place}`,
  };
}

/** As an app that subscribed to this event gets it. */
function mentionOf(type: NonNullable<Order['mention']>, { channel, place, text }: Typed, id: string): object {
  const ts = (Date.now() / 1_000).toFixed(6);
  return {
    token: 'bench',
    team_id: TEAM_ID,
    api_app_id: 'A0BENCH00',
    type: 'event_callback',
    event_id: `Ev-${id}`,
    event_time: Math.floor(Date.now() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM_ID,
        user_id: BOT.user_id,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event: {
      type,
      user: userOf(place),
      team: TEAM_ID,
      channel,
      ...(type === 'message' && { channel_type: 'channel' }),
      text: `<@${BOT.user_id}> ${text}`,
      client_msg_id: id,
      ts,
      event_ts: ts,
    },
  };
}

function post(agent: Agent, app: string, fields: Record<string, string>, done: (ok: boolean) => void): void {
  const body = new URLSearchParams(fields).toString();
  const timestamp = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': `v0=${signature}`,
  };
  const request = send(app, { method: 'POST', headers, agent }, (response) => {
    response.resume();
    response.once('end', () => done(response.statusCode === 200));
  });
  request.once('error', () => {
    // A connection that the app closed after it was idle for a while.
    if (request.reusedSocket) post(agent, app, fields, done);
    else done(false);
  });
  request.end(body);
}

/** Owns Socket Mode in the benchmarks, for apps that know nothing else: a message that mentions the bot, and its acknowledgement. */

import type { Server } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { TEAM_ID } from './upstream-slack.ts';

export function openSockets(server: Server) {
  const open = new Set<WebSocket>();
  const acknowledged = new Map<string, () => void>();
  let last = 0;
  new WebSocketServer({ server, path: '/socket' }).on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('message', (data: RawData) => {
      const { envelope_id: id }: { envelope_id?: string } = JSON.parse(
        Buffer.isBuffer(data) ? data.toString() : '{}',
      );
      acknowledged.get(id ?? '')?.();
      acknowledged.delete(id ?? '');
    });
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0BENCH00' } }),
    );
  });
  return {
    /** A person says `payout <text>` where the bot is. */
    event(channel: string, user: string, text: string, done: () => void): void {
      last += 1;
      const id = `envelope-${last}`;
      acknowledged.set(id, done);
      const ts = `${1_790_000_000 + last}.000100`;
      const event = {
        type: 'message',
        channel,
        user,
        text: `payout ${text}`,
        ts,
        channel_type: 'channel',
        team: TEAM_ID,
      };
      const payload = {
        team_id: TEAM_ID,
        api_app_id: 'A0BENCH00',
        event,
        type: 'event_callback',
        event_id: `Ev${last}`,
        event_time: last,
      };
      const envelope = { envelope_id: id, type: 'events_api', payload, accepts_response_payload: false };
      for (const socket of open) {
        socket.send(JSON.stringify(envelope));
        return;
      }
    },
  };
}

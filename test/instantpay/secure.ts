/** Owns the servers below HTTP that a write meets in these tests: over plain TCP and over TLS, with a certificate made here. */

import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';

export type Scheme = 'http' | 'https';

let made: Promise<{ key: string; cert: string }> | undefined;

/** A certificate for 127.0.0.1, made once a process; `cert` is also what a client has to trust. */
export function certificate(): Promise<{ key: string; cert: string }> {
  made ??= generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  }).then((pems) => ({ key: pems.private, cert: pems.cert }));
  return made;
}

/** One connection as the server sees it. `socket` is what is read and written, TLS or not. */
export interface Peer {
  socket: Socket;
  /** Breaks the TCP connection below with a reset. */
  reset(): void;
}

/** What a server does; each step that is missing lets the connection go on. */
export interface Behaviour {
  /** A TCP connection has come, before any handshake. */
  onConnection?: (peer: Peer) => void;
  /** The handshake is over (over plain TCP at once), and nothing was read yet. */
  onOpen?: (peer: Peer) => void;
  /** A whole request has arrived; `count` is 1 for the first of all. */
  onRequest?: (peer: Peer, count: number) => void;
}

export interface RawServer {
  url: string;
  /** What a client needs to trust this server. */
  trust: { ca?: string };
  /** Every whole request that arrived, head and body. */
  requests: string[];
  /** How many TCP connections came. */
  readonly connections: number;
}

export async function serveRaw(scheme: Scheme, behaviour: Behaviour): Promise<RawServer> {
  const { key, cert } = await certificate();
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const open = (peer: Peer): void => {
    behaviour.onOpen?.(peer);
    let received = '';
    peer.socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      for (let request = takeRequest(received); request; request = takeRequest(received)) {
        received = received.slice(request.length);
        requests.push(request);
        behaviour.onRequest?.(peer, requests.length);
      }
    });
  };
  const server = createServer((wire) => {
    connections += 1;
    sockets.add(wire);
    wire.on('error', () => undefined);
    const reset = (): void => void wire.resetAndDestroy();
    behaviour.onConnection?.({ socket: wire, reset });
    if (wire.destroyed || wire.isPaused()) return;
    if (scheme === 'http') return open({ socket: wire, reset });
    const socket = new TLSSocket(wire, { isServer: true, key, cert });
    socket.on('error', () => undefined);
    socket.once('secure', () => open({ socket, reset }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `${scheme}://127.0.0.1:${address.port}`,
    trust: scheme === 'https' ? { ca: cert } : {},
    requests,
    get connections() {
      return connections;
    },
  };
}

/** The first whole request in what was received, by its Content-Length. */
function takeRequest(received: string): string | undefined {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? 0);
  const end = head + 4 + length;
  return received.length >= end ? received.slice(0, end) : undefined;
}

/** A whole answer with this JSON. */
export function answerWith(value: unknown, connection: 'keep-alive' | 'close' = 'keep-alive'): string {
  const body = JSON.stringify(value);
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: ${connection}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

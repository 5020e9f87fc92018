/** Owns a way between Payout Desk and a server it calls, on which a call can be slowed, lost or answered by the test. */

import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Passing {
  path: string;
  body: string;
}

export interface Way {
  url: string;
  /** Awaited before a call goes on to the server: it is lost when the replica is gone by then. */
  before: (passing: Passing) => Promise<void> | void;
  /** The body as it goes on. */
  change: (passing: Passing) => string;
  /** Awaited before the answer goes back: the server has done its work. */
  after: (passing: Passing) => Promise<void> | void;
  close(): Promise<void>;
}

export async function openWay(target: string): Promise<Way> {
  const { hostname, port } = new URL(target);

  const forward = (
    incoming: IncomingMessage,
    body: Buffer,
  ): Promise<{ from: IncomingMessage; text: Buffer }> =>
    new Promise((resolve, reject) => {
      // No keep-alive: an answer that is cut off must not be taken for the next one's.
      const { method, url: path } = incoming;
      const { 'transfer-encoding': _chunked, ...kept } = incoming.headers;
      const headers = { ...kept, connection: 'close', 'content-length': body.length };
      const outgoing = ask({ hostname, port, method, path, headers, agent: false }, (from) => {
        buffer(from).then((text) => resolve({ from, text }), reject);
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });

  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const passing = { path: incoming.url ?? '', body: body.toString('utf8') };
    await way.before(passing);
    if (incoming.socket.destroyed) return;
    const { from, text } = await forward(incoming, Buffer.from(way.change(passing)));
    await way.after(passing);
    if (incoming.socket.destroyed) return;
    const { 'transfer-encoding': _chunked, connection: _kept, ...headers } = from.headers;
    response.writeHead(from.statusCode ?? 502, headers).end(text);
  };

  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  const way: Way = {
    url: `http://127.0.0.1:${address.port}`,
    before: () => {},
    change: ({ body }) => body,
    after: () => {},
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return way;
}

/** Owns the page's HTTP server: files, events and acts, on loopback, for no other page in the same browser. */

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Act, Update } from './protocol.ts';
import { readAct } from './read-act.ts';

export interface PageFileContent {
  name: string;
  content: Buffer;
}

export interface PageServerOptions {
  /** Default: any free port. */
  port?: number;
  /** Everything, then each change; returns the way to stop. */
  subscribe(listener: (update: Update) => void): () => void;
  /** Rejects or throws with one sentence. */
  act(act: Act): void | Promise<void>;
  file(id: string): PageFileContent | undefined;
}

export interface PageServer {
  url: string;
  close(): Promise<void>;
}

const BROWSER = join(import.meta.dirname, 'browser');
/** No act is longer; a message of Slack's has 40,000 characters at most. */
const BODY_BYTES = 500_000;
const HEARTBEAT_MS = 15_000;
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  csv: 'text/csv; charset=utf-8',
};

export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  const hosts: ReadonlySet<string> = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);

  /** A name of another's that leads here (DNS rebinding) is another Host, and another page has another Origin. */
  function isFromHere({ headers: { host, origin } }: IncomingMessage): boolean {
    if (host === undefined || !hosts.has(host)) return false;
    return (
      origin === undefined || (origin.startsWith('http://') && hosts.has(origin.slice('http://'.length)))
    );
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isFromHere(request)) return sendJson(response, 403, { error: 'This page answers itself alone.' });
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const route = `${request.method} ${pathname}`;
    if (route === 'POST /act') return await takeAct(request, response);
    if (request.method !== 'GET') return sendJson(response, 405, { error: 'This cannot be done here.' });
    if (pathname === '/events') return sendEvents(response);
    const fileId = /^\/files\/(\w+)$/.exec(pathname)?.[1];
    if (fileId !== undefined) return sendUpload(response, options.file(fileId));
    if (pathname === '/') return await sendBrowserFile(response, 'index.html');
    const asset = /^\/(?:browser\/)?([\w-]+\.(?:ts|css|svg|png))$/.exec(pathname)?.[1];
    // What the browser shares with the server lies beside its folder.
    if (asset === 'protocol.ts') return await sendBrowserFile(response, '../protocol.ts');
    if (asset !== undefined) return await sendBrowserFile(response, asset);
    sendJson(response, 404, { error: 'There is no such page.' });
  }

  async function takeAct(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A form of another page cannot send this type without asking first.
    const isJson = (request.headers['content-type'] ?? '').startsWith('application/json');
    if (!isJson || request.headers.origin === undefined)
      return sendJson(response, 403, { error: 'Acts come from this page alone.' });
    if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES)
      return sendJson(response, 413, { error: 'That is too long.' });
    const body = (await buffer(request)).toString('utf8');
    try {
      await options.act(readAct(body));
      sendJson(response, 200, {});
    } catch (error) {
      sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
    }
  }

  function sendEvents(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
    const send = (update: Update): void => {
      // A page that does not read is cut off and comes back for everything, instead of filling memory.
      if (response.writableLength > 20_000_000) response.destroy();
      else response.write(`data: ${JSON.stringify(update)}\n\n`);
    };
    const stop = options.subscribe(send);
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
    response.on('close', () => {
      clearInterval(heartbeat);
      stop();
    });
  }

  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function sendBrowserFile(response: ServerResponse, name: string): Promise<void> {
  let content: Buffer;
  try {
    content = await readFile(join(BROWSER, name));
  } catch {
    return sendJson(response, 404, { error: `There is no ${name}.` });
  }
  const ending = name.split('.').at(-1) ?? '';
  if (ending !== 'ts') return sendText(response, TYPES[ending] ?? 'text/plain', content);
  sendText(response, 'text/javascript; charset=utf-8', stripTypeScriptTypes(content.toString('utf8')));
}

function sendUpload(response: ServerResponse, file: PageFileContent | undefined): void {
  if (!file) return sendJson(response, 404, { error: 'There is no such file.' });
  const ending = file.name.split('.').at(-1) ?? '';
  const isPicture = ending === 'png';
  response.writeHead(200, {
    ...HEADERS,
    'content-type': TYPES[ending] ?? 'application/octet-stream',
    'content-disposition': `${isPicture ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
  response.end(file.content);
}

function sendText(response: ServerResponse, type: string, content: Buffer | string): void {
  response.writeHead(200, { ...HEADERS, 'content-type': type }).end(content);
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(value));
}

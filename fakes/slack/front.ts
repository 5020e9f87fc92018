/** Owns the HTTP server on loopback: Web API calls, response_urls, uploads, and the faults set for each. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Faults } from './faults.ts';
import type { JsonObject } from './json.ts';
import { objectOf, parseJson, textOf } from './json.ts';

/** One call as it came, in order, with the answer it was given. */
export interface Call {
  /** A Web API method, or `response_url`. */
  method: string;
  body: JsonObject;
  token: string;
  at: number;
  fault: Fault | undefined;
  status: number | undefined;
  answer: JsonObject | undefined;
}

export interface Answer {
  status: number;
  body: JsonObject;
}

export interface FrontOptions {
  faults: Faults;
  scopes: readonly string[];
  now: () => number;
  announce: () => void;
  answerMethod(method: string, token: string, body: JsonObject): Promise<JsonObject>;
  answerResponseUrl(path: string, body: JsonObject): Promise<Answer>;
  relay(request: IncomingMessage, content: Buffer): Promise<Response>;
}

export interface Front {
  origin: string;
  calls: Call[];
  close(): Promise<void>;
}

const JSON_FIELDS = ['blocks', 'view', 'attachments', 'metadata', 'files', 'unfurls'];

export async function startFront(options: FrontOptions, port = 0): Promise<Front> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`the local Slack failed: ${error instanceof Error ? error.stack : String(error)}`);
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = await buffer(request);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const isMethod = path.startsWith('/api/');
    const isResponseUrl = /^\/(commands|actions)\//.test(path);
    if (!isMethod && !isResponseUrl) return await relayed(path, request, content, response);

    const body = readBody(request, content);
    const token = (request.headers.authorization ?? '').replace(/^Bearer /i, '') || textOf(body.token);
    const method = isMethod ? path.slice('/api/'.length) : 'response_url';
    const fault = options.faults.take(method);
    const call: Call = {
      method,
      body,
      token,
      at: options.now(),
      fault,
      status: undefined,
      answer: undefined,
    };
    calls.push(call);
    options.announce();
    const answer = await answerWith(fault, call, async () =>
      isMethod
        ? { status: 200, body: await options.answerMethod(method, token, body) }
        : await options.answerResponseUrl(path, body),
    );
    if (answer === undefined) {
      request.socket.destroy();
    } else {
      call.status = answer.status;
      call.answer = answer.body;
      const wait = fault?.kind === 'rate_limited' ? { 'retry-after': String(fault.retryAfterS) } : {};
      const scopes = { 'x-oauth-scopes': options.scopes.join(',') };
      response.writeHead(answer.status, { 'content-type': 'application/json', ...scopes, ...wait });
      response.end(JSON.stringify(answer.body));
    }
    options.announce();
  }

  /** Uploads and the inspector page; the faults of an upload are those set for `upload`. */
  async function relayed(
    path: string,
    request: IncomingMessage,
    content: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const fault = path.startsWith('/upload/') ? options.faults.take('upload') : undefined;
    if (fault?.kind === 'drop') return void request.socket.destroy();
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end();
    if (fault?.kind === 'hold') await options.faults.untilCleared('upload');
    await passOn(await options.relay(request, content), response);
  }

  /** Undefined: the connection is dropped without an answer. */
  async function answerWith(
    fault: Fault | undefined,
    call: Call,
    answer: () => Promise<Answer>,
  ): Promise<Answer | undefined> {
    if (!fault) return await answer();
    if (fault.kind === 'error') {
      const { error, needed } = fault;
      return { status: 200, body: { ok: false, error, ...(needed && { needed }) } };
    }
    if (fault.kind === 'rate_limited') return { status: 429, body: { ok: false, error: 'ratelimited' } };
    if (fault.kind === 'status')
      return { status: fault.status, body: { ok: false, error: 'internal_error' } };
    if (fault.kind === 'hold') {
      await options.faults.untilCleared(call.method);
      return await answer();
    }
    if (fault.kind === 'delay') {
      await sleep(fault.delayMs);
      return await answer();
    }
    if (fault.kind === 'lose_answer') call.answer = (await answer()).body;
    if (fault.kind === 'hang') await options.faults.untilCleared(call.method);
    return undefined;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the front listens on no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return { origin, calls, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The Web API takes forms with JSON inside, or JSON; one shape comes out. */
function readBody(request: IncomingMessage, content: Buffer): JsonObject {
  const text = content.toString('utf8');
  const isJson = (request.headers['content-type'] ?? '').includes('json');
  const body = isJson ? objectOf(parseJson(text)) : Object.fromEntries(new URLSearchParams(text));
  for (const field of JSON_FIELDS) {
    const value: unknown = body[field];
    if (typeof value === 'string') body[field] = parseJson(value) ?? value;
  }
  return body;
}

async function passOn(from: Response, to: ServerResponse): Promise<void> {
  to.writeHead(from.status, { 'content-type': from.headers.get('content-type') ?? 'text/plain' });
  to.end(Buffer.from(await from.arrayBuffer()));
}

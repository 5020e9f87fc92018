/**
 * Owns the other side of a command, as a process of its own: an InstantPay and a Slack that answer at once with constant texts,
 * and people who type. It does less for each command than any app, so that the app is what limits.
 */

import '../src/node-version.ts';
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { startInstantPay } from '../fakes/instantpay/server.ts';
import type { Message, Order, Outcome } from './settings.ts';
import { startDelivery } from './upstream-delivery.ts';
import { answerOf, methodOf } from './upstream-slack.ts';

/** A command without an answer by then has failed. */
const ANSWERED_WITHIN_MS = 20_000;

const { track, list } = await samples();
const linkIdOf = (index: number): string => (0x65_00_00_00 + index).toString(16).padEnd(24, '0');
const LINK_ID = /65[0-9a-f]{6}0{16}/;

/** One published-like answer of each operation, from which those of other links are made. */
async function samples() {
  const instantpay = await startInstantPay();
  const linkId = instantpay.links('ISSUED')[0]?.linkId ?? '';
  const headers = {
    'X-Ipay-Auth-Code': '1',
    'X-Ipay-Client-Id': instantpay.credentials.clientId,
    'X-Ipay-Client-Secret': instantpay.credentials.clientSecret,
    'X-Ipay-Endpoint-Ip': instantpay.credentials.endpointIp,
    'Content-Type': 'application/json',
  };
  const body = JSON.stringify({ filters: { linkId }, pagination: { pageNumber: '1', recordsPerPage: '10' } });
  const sampled = async (path: string, text?: string): Promise<(id: string) => string> => {
    const answer = await readAnswer(new URL(instantpay.url + path), headers, text);
    if (!answer.includes('"TXN"')) throw new Error(answer);
    return (id) => answer.replaceAll(linkId, id);
  };
  const made = {
    track: await sampled(`/payments/payout/link/track/${linkId}`),
    list: await sampled('/payments/payout/link/list', body),
  };
  await instantpay.close();
  return made;
}

function readAnswer(url: URL, headers: Record<string, string>, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const asked = send(url, { headers: { ...headers, ...length }, method: 'GET' }, (response) =>
      read(response, resolve),
    );
    asked.once('error', reject);
    asked.end(body);
  });
}

function read(stream: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  stream.once('end', () => done(Buffer.concat(chunks).toString()));
}

function json(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** By channel, since each person types in one of their own, one command after the other; by link where an order says `naming`. */
const waiting = new Map<string, (answer: string) => void>();
const answered = (channel: string, answer: string): void =>
  (waiting.get(channel) ?? waiting.get(LINK_ID.exec(answer)?.[0] ?? ''))?.(answer);
/** What an app answered last, as it came. */
let lastAnswer = '';
/** Faults of a soak: of so many requests to either service, one is answered with HTTP 500, or not at all. */
let faultEvery = 0;
let asked = 0;

function isFault(response: ServerResponse): boolean {
  asked += 1;
  if (faultEvery === 0 || asked % faultEvery !== 0) return false;
  if ((asked / faultEvery) % 2 === 0) response.destroy();
  else response.writeHead(500).end();
  return true;
}

const server = createServer((incoming, response) => {
  read(incoming, (body) => {
    const url = incoming.url ?? '';
    if (isFault(response)) return;
    if (url.startsWith('/payments/payout/link/track/')) return json(response, track(url.slice(-24)));
    if (url === '/payments/payout/link/list') {
      const linkId = /"linkId":"([0-9a-f]{24})"/.exec(body)?.[1] ?? '';
      return json(response, list(linkId));
    }
    if (url.startsWith('/commands/')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('ok');
      return answered(url.split('/')[2] ?? '', body);
    }
    const method = methodOf(url);
    if (method === 'apps.connections.open') {
      const appToken = (incoming.headers.authorization ?? '').replace('Bearer ', '');
      return json(response, JSON.stringify({ ok: true, url: delivery.socketUrl(appToken, origin()) }));
    }
    json(response, answerOf(method, body));
    if (method.startsWith('chat.post') || method === 'chat.update') {
      answered(/(?:"channel":"|\bchannel=)([^"&]+)/.exec(decodeURIComponent(body))?.[1] ?? '', body);
    }
  });
});
server.keepAliveTimeout = 120_000;
const delivery = startDelivery(server);

function origin(): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** As Slack sends it; resolves when both the acknowledgement and the answer are here. */
function type(order: Order, place: number, linkId: string): Promise<boolean> {
  const { text = 'track LINK', naming = false } = order;
  const channel = `C0BENCH${String(place).padStart(4, '0')}`;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const late = setTimeout(() => resolve(false), ANSWERED_WITHIN_MS);
  let missing = 2;
  const one = (): void => {
    missing -= 1;
    if (missing === 0) resolve(true);
  };
  const key = naming ? linkId : channel;
  waiting.set(key, (answer) => {
    lastAnswer = answer;
    one();
  });
  const responseUrl = `${origin()}/commands/${channel}/${performance.now()}`;
  const typed = { channel, place, text: text.replace('LINK', linkId), responseUrl };
  delivery.deliver(order, typed, (ok) => (ok ? one() : resolve(false)));
  return promise.finally(() => {
    clearTimeout(late);
    waiting.delete(key);
  });
}

async function run(order: Order): Promise<Outcome> {
  const { commands, atOnce, links, aSecond } = order;
  const tookMs: number[] = [];
  let next = 0;
  let failed = 0;
  const startedAt = performance.now();
  const person = async (place: number): Promise<void> => {
    while (next < commands) {
      const index = next;
      next += 1;
      const dueAt = aSecond === undefined ? 0 : startedAt + (index / aSecond) * 1_000;
      const early = dueAt - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      const typedAt = performance.now();
      if (await type(order, place, linkIdOf(index % links))) tookMs.push(performance.now() - typedAt);
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, place) => person(place)));
  tookMs.sort((a, b) => a - b);
  const at = (part: number): number => tookMs[Math.floor(part * (tookMs.length - 1))] ?? NaN;
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, failed, p50Ms: at(0.5), p99Ms: at(0.99), answer: lastAnswer };
}

process.on('message', (message: Message) => {
  if ('faultEvery' in message) faultEvery = message.faultEvery;
  else void run(message.order).then((outcome) => process.send?.(outcome));
});
server.listen(0, '127.0.0.1', () => process.send?.(origin()));
process.once('disconnect', () => process.exit());

/** Owns the local InstantPay: an HTTP server on loopback with a state, a memory of its calls, and faults on demand. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { answerControl, CONTROL_PATH } from './control.ts';
import { envelope } from './envelope.ts';
import { type DemoOperation, type Effect, type Ending, type Fault, isEnding, makeFaults } from './faults.ts';
import { type DemoLink, makeLedger } from './ledger.ts';
import { publishedSample, USUAL } from './modes.ts';
import { type Controls, perform, type Reply } from './operations.ts';
import { seededRandom } from './people.ts';
import { answerFault, sendJson } from './reply.ts';
import { seedLinks } from './seed.ts';
import { makeTransactions } from './transactions.ts';

export interface InstantPayOptions {
  /** Default: any free port. */
  port?: number;
  clock?: () => number;
  /** Another seed, other links. 0: none but what is added. */
  seed?: number;
  clientId?: string;
  clientSecret?: string;
  /** As answers spell it. */
  environment?: string;
}

/** One call, without the credentials it came with. */
export interface DemoCall {
  operation: DemoOperation;
  linkId: string | undefined;
  /** The body as it came; undefined when there was none. */
  body: string | undefined;
  contentType: string | undefined;
  contentLength: string | undefined;
  endpointIp: string | undefined;
  /** Of every header, in lower case. */
  headerNames: readonly string[];
  at: number;
  /** Whether it took effect (a write) or was looked up (a read); set as soon as that has happened. */
  executed: boolean;
  /** The fault that ended it, if one did. */
  ending: Ending['kind'] | undefined;
}

export const DEMO_CREDENTIALS = {
  clientId: 'demo-client-id',
  clientSecret: 'demo-client-secret',
  endpointIp: '203.0.113.10',
} as const;

const ROUTES: [method: string, path: RegExp, operation: DemoOperation][] = [
  ['GET', /^\/payments\/payout\/link\/track\/([^/]+)$/, 'track'],
  ['GET', /^\/payments\/payout\/link\/list$/, 'list'],
  ['POST', /^\/payments\/payout\/link\/notify$/, 'notify'],
  ['POST', /^\/payments\/payout\/link\/cancel$/, 'cancel'],
  ['POST', /^\/reports\/txnStatus$/, 'transaction'],
];

export async function startInstantPay(options: InstantPayOptions = {}) {
  const clock = options.clock ?? Date.now;
  const seed = options.seed ?? 20231214;
  const expected = {
    clientId: options.clientId ?? DEMO_CREDENTIALS.clientId,
    clientSecret: options.clientSecret ?? DEMO_CREDENTIALS.clientSecret,
  };
  const random = seededRandom(seed + 1);
  const fresh = () => makeLedger(seed === 0 ? [] : seedLinks(seed, clock()), clock, random);
  const controls: Controls = {
    ledger: fresh(),
    transactions: makeTransactions(clock()),
    ...USUAL,
  };
  const faults = makeFaults();
  const changes = makeAnnouncements();
  const calls: DemoCall[] = [];
  const settings = { environment: options.environment ?? 'PRODUCTION' };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const body = (await buffer(request)).toString('utf8');
    if (path.startsWith(CONTROL_PATH)) {
      answerControl(instantPay, request.method ?? 'GET', path, body, response);
      return;
    }
    const route = ROUTES.find(([method, pattern]) => method === request.method && pattern.test(path));
    if (!route) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404 Not Found</h1>');
      return;
    }
    await serve(route[2], route[1].exec(path)?.[1], request, body, response);
  }

  async function serve(
    operation: DemoOperation,
    pathId: string | undefined,
    request: IncomingMessage,
    text: string,
    response: ServerResponse,
  ): Promise<void> {
    const body = parse(text);
    const linkId = pathId ?? linkIdOf(body);
    const header = (name: string) => request.headers[name]?.toString();
    const call: DemoCall = {
      operation,
      linkId,
      body: text === '' ? undefined : text,
      contentType: header('content-type'),
      contentLength: header('content-length'),
      endpointIp: header('x-ipay-endpoint-ip'),
      headerNames: Object.keys(request.headers),
      at: clock(),
      executed: false,
      ending: undefined,
    };
    calls.push(call);
    changes.announce();

    if (controls.published && (operation === 'list' || operation === 'track')) {
      call.executed = true;
      changes.announce();
      response.writeHead(200, { 'content-type': 'application/json' }).end(publishedSample(operation));
      return;
    }

    const effects = faults.take(operation, linkId, pageOf(body));
    const delayMs = of(effects, 'delay')?.delayMs;
    if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
    await of(effects, 'hold')?.until;

    const ending = effects.find(isEnding);
    call.ending = ending?.kind;
    const executes = ending === undefined || ('when' in ending && ending.when === 'after');
    const amountAsText = of(effects, 'amountAsText') !== undefined;
    let reply: Reply = { statuscode: 'TXN', status: '', data: null, executed: false };
    if (executes) {
      reply = refusedAccess(header) ?? perform(operation, { linkId: pathId, body, amountAsText }, controls);
      call.executed = reply.executed;
    }
    changes.announce();
    const environment = of(effects, 'environment')?.value ?? settings.environment;
    const data = changed(reply.data, effects);
    const about = { at: clock() + controls.clockAheadMs, environment };
    const answered = { ...envelope(reply.statuscode, reply.status, data, about), ...reply.top };
    if (ending) answerFault(ending, answered, request, response);
    else sendJson(response, 200, answered);
  }

  /** The published codes for wrong credentials (group "credentials, access"); the HTTP status stays 200. */
  function refusedAccess(header: (name: string) => string | undefined): Reply | undefined {
    const no = (statuscode: string, status: string) => ({ statuscode, status, data: null, executed: false });
    if (header('x-ipay-auth-code') !== '1') return no('IAC', 'Invalid auth code');
    if (header('x-ipay-client-id') !== expected.clientId) return no('IAT', 'Invalid access token');
    if (header('x-ipay-client-secret') !== expected.clientSecret) return no('IAT', 'Invalid access token');
    if (!header('x-ipay-endpoint-ip')) return no('OUI', 'Endpoint IP is missing');
    if (header('content-type') !== 'application/json') return no('RPI', 'Content type is not JSON');
    return undefined;
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const instantPay = {
    url: `http://127.0.0.1:${address.port}`,
    /** What a client needs to be let in. */
    credentials: { ...expected, endpointIp: DEMO_CREDENTIALS.endpointIp },
    /** Every call since the start or `reset`, oldest first. */
    calls,
    controls,
    settings,
    transactions: controls.transactions,

    callsOf: (operation: DemoOperation, linkId?: string): DemoCall[] =>
      calls.filter(
        (call) => call.operation === operation && (linkId === undefined || call.linkId === linkId),
      ),
    link: (linkId: string): DemoLink | undefined => controls.ledger.find(linkId),
    /** All links, newest first; optionally of one status. */
    links: (status?: string): DemoLink[] =>
      controls.ledger.newestFirst().filter((link) => status === undefined || link.status === status),
    addLink: (part?: Partial<DemoLink>): DemoLink => {
      const link = controls.ledger.add(part);
      changes.announce();
      return link;
    },
    /** What happens outside Payout Desk: a recipient claims, a payout fails. */
    setStatus(linkId: string, status: string, text?: string): void {
      const link = controls.ledger.find(linkId);
      if (!link) throw new Error(`no link ${linkId}`);
      controls.ledger.change(link, status, text);
      changes.announce();
    },
    /** The recipient claims the link: PROCESSING, with account and order in its history. */
    claim(linkId: string): void {
      const link = controls.ledger.find(linkId);
      if (!link) throw new Error(`no link ${linkId}`);
      controls.ledger.claim(link);
      changes.announce();
    },
    /** Returns the way to take this one back. */
    fault: (fault: Fault): (() => void) => faults.add(fault),
    clearFaults: (): void => faults.clear(),
    /** Calls back after each call and each change of a link; returns the way to stop. */
    onChange: (listener: () => void): (() => void) => changes.subscribe(listener),
    /** Back to the start: links, faults, switches and the memory of calls. */
    reset(): void {
      faults.clear();
      calls.length = 0;
      controls.ledger = fresh();
      Object.assign(controls, USUAL);
      settings.environment = options.environment ?? 'PRODUCTION';
      changes.announce();
    },
    close: (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return instantPay;
}

export type InstantPay = Awaited<ReturnType<typeof startInstantPay>>;

function of<Kind extends Effect['kind']>(effects: Effect[], kind: Kind) {
  return effects.find((effect): effect is Extract<Effect, { kind: Kind }> => effect.kind === kind);
}

function changed(data: unknown, effects: Effect[]): unknown {
  const replaced = of(effects, 'data');
  if (replaced) return replaced.value;
  const status = of(effects, 'linkStatus')?.status;
  const isLink = typeof data === 'object' && data !== null && 'linkActivity' in data;
  return status !== undefined && isLink ? { ...data, status } : data;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return null;
  }
}

/** The page of a list that is asked for. */
function pageOf(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null || !('pagination' in body)) return undefined;
  const { pagination } = body;
  if (typeof pagination !== 'object' || pagination === null || !('pageNumber' in pagination))
    return undefined;
  return Number(pagination.pageNumber);
}

function makeAnnouncements() {
  const listeners = new Set<() => void>();
  return {
    announce(): void {
      for (const listener of listeners) listener();
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function linkIdOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('linkId' in body)) return undefined;
  return typeof body.linkId === 'string' ? body.linkId : undefined;
}

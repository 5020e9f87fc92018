/** Owns the five operations of InstantPay: what is asked, what is checked before, and what comes back. */

import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import { parseLinkId, type TrackedLink } from '../payouts/links/link.ts';
import type { LinkFilter, LinkPage, WalkEnd } from '../payouts/links/page.ts';
import type { TransactionQuery, WriteAnswer } from '../payouts/ports.ts';
import type { Revealed } from '../payouts/links/revealed.ts';
import type { TransactionAnswer } from '../payouts/transactions/transaction.ts';
import { type Answer, readAnswer } from './answer.ts';
import { InstantPayError, invalid } from './errors.ts';
import { type ClientEvent, listener } from './events.ts';
import { type ReadFilter, readFilter } from './filter.ts';
import { type ClientOptions, readOptions } from './options.ts';
import { createPageSize } from './page-size.ts';
import { type ReadPage, readPage, readTracked } from './read-links.ts';
import { readPrivate } from './read-private.ts';
import { readTransaction, unansweredTransaction } from './read-transaction.ts';
import { type RetryRule, withRetries } from './retry.ts';
import { createTransport, type WireRequest } from './transport.ts';
import { walkPages } from './walk.ts';
import { confirmedWrite, failedWrite } from './write.ts';

export type { ClientEvent, ClientOptions };

/** Everything private in what it returns is masked (R17), but for `reveal`. `track`, `page` and `links` reject with InstantPayError. */
export interface InstantPayClient {
  track(linkId: string): Promise<TrackedLink>;
  page(filter: LinkFilter, pageNumber: number, recordsPerPage?: number): Promise<LinkPage>;
  /** Rejects only for a filter that cannot be asked; a page that fails ends the walk as incomplete (R2). */
  links(filter: LinkFilter): AsyncGenerator<LinkPage, WalkEnd, void>;
  /** What is masked elsewhere, opaque until it is opened. */
  reveal(linkId: string): Promise<Revealed>;
  /** Resolves for every outcome. */
  notify(linkId: string): Promise<WriteAnswer>;
  /** Resolves for every outcome. Nothing leaves from `before` on, an instant. */
  cancel(linkId: string, before?: number): Promise<WriteAnswer>;
  /** Resolves for every outcome. */
  transactionStatus(query: TransactionQuery): Promise<TransactionAnswer>;
  /** Ends the kept-alive connections. */
  close(): void;
}

const PAGE_RECORDS = 10;

export function createInstantPayClient(given: ClientOptions): InstantPayClient {
  const options = readOptions(given);
  const now = options.now ?? Date.now;
  const transport = createTransport(options.baseUrl, options, now);
  const tools = {
    timeoutMs: options.timeoutMs,
    random: options.random ?? Math.random,
    sleep:
      options.sleep ??
      (async (durationMs: number, signal: AbortSignal | undefined) => {
        await pause(durationMs, undefined, signal ? { signal } : {}).catch(() => undefined);
      }),
  };
  const emit = listener(options.onEvent);
  const pageSize = createPageSize(options.recordsPerPage, (from, to) => emit.pageSize(from, to));
  // Shared by all walks, so that several digests at once weigh no more on InstantPay than one.
  const inWalks = pLimit(options.concurrency);

  async function call(rule: RetryRule, request: Omit<WireRequest, 'freshConnection' | 'deadlineMs'>) {
    const { operation, signal } = request;
    return withRetries(rule, tools, signal, async (attempt, deadlineMs): Promise<Answer> => {
      try {
        const wire = await transport.send({ ...request, deadlineMs, freshConnection: rule === 'once' });
        const answer = readAnswer(operation, wire);
        emit.answered(operation, attempt, answer, clockSkew(answer, now()));
        return answer;
      } catch (error) {
        if (error instanceof InstantPayError) emit.failed(attempt, error);
        throw error;
      }
    });
  }

  function askTrack(linkId: string): Promise<Answer> {
    const path = `/payments/payout/link/track/${linkId}`;
    return call('read', { operation: 'track', method: 'GET', path });
  }

  function askList(
    filters: ReadFilter['wire'],
    pageNumber: number,
    recordsPerPage: number,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const pagination = { pageNumber: String(pageNumber), recordsPerPage: String(recordsPerPage) }; // strings, as published
    const path = '/payments/payout/link/list';
    return call('read', {
      operation: 'list',
      method: 'GET',
      path,
      body: JSON.stringify({ filters, pagination }),
      signal,
    });
  }

  async function fetchPage(
    filter: LinkFilter,
    pageNumber: number,
    recordsPerPage: number,
    signal?: AbortSignal,
  ): Promise<ReadPage> {
    const wanted = readFilter(filter);
    if (!Number.isSafeInteger(pageNumber) || pageNumber < 1) throw invalid('list', 'Pages count from 1.');
    const answer = await askList(wanted.wire, pageNumber, recordsPerPage, signal);
    const read = readPage(wanted, pageNumber, answer, now());
    emit.page(read);
    return read;
  }

  async function write(operation: 'notify' | 'cancel', text: string, before?: number): Promise<WriteAnswer> {
    try {
      const body = JSON.stringify({ linkId: readLinkId(operation, text) });
      const path = `/payments/payout/link/${operation}`;
      return confirmedWrite(await call('once', { operation, method: 'POST', path, body, before }));
    } catch (error) {
      if (error instanceof InstantPayError) return failedWrite(error);
      throw error;
    }
  }

  return {
    async track(text) {
      const linkId = readLinkId('track', text);
      return readTracked(linkId, await askTrack(linkId));
    },

    async reveal(text) {
      const linkId = readLinkId('track', text);
      const { wire } = readFilter({ linkId });
      const [tracked, listed] = await Promise.all([askTrack(linkId), askList(wire, 1, PAGE_RECORDS)]);
      return readPrivate(linkId, tracked, listed);
    },

    async page(filter, pageNumber, recordsPerPage = PAGE_RECORDS) {
      const { page } = await fetchPage(filter, pageNumber, recordsPerPage);
      // R3: no first page where InstantPay counts links is not "no links".
      if (pageNumber === 1 && page.recordsReceived === 0 && (page.totalRecords ?? 0) > 0) {
        throw uncounted(page.ipayUuid);
      }
      return page;
    },

    async *links(filter) {
      readFilter(filter); // a filter that cannot be asked is an error, not an incomplete walk
      return yield* walkPages(
        (pageNumber, recordsPerPage, signal) =>
          inWalks(() => fetchPage(filter, pageNumber, recordsPerPage, signal)),
        pageSize,
        options,
      );
    },

    notify: (linkId) => write('notify', linkId),
    cancel: (linkId, before) => write('cancel', linkId, before),

    async transactionStatus(query) {
      try {
        const body = transactionBody(query);
        const path = '/reports/txnStatus';
        return readTransaction(
          query,
          await call('once', { operation: 'transaction', method: 'POST', path, body }),
        );
      } catch (error) {
        if (error instanceof InstantPayError) return unansweredTransaction(query, error);
        throw error;
      }
    },

    close: () => transport.close(),
  };
}

/** R18: anything but 24 hex digits is refused before any call, so nothing else ever becomes part of a path. */
function readLinkId(operation: 'track' | 'notify' | 'cancel', text: string): string {
  const linkId = parseLinkId(text);
  if (linkId === undefined) throw invalid(operation, 'A link id is 24 hex digits.');
  return linkId;
}

/** Returns how far InstantPay's clock is ahead, in milliseconds: what no time between sending and answer explains (R24). */
function clockSkew({ answeredAt, elapsedMs }: Answer, now: number): number | undefined {
  if (answeredAt === undefined) return undefined;
  const sentAt = now - elapsedMs;
  const withinSecond = answeredAt + 999; // the answer tells whole seconds
  if (answeredAt > now) return answeredAt - now;
  return withinSecond < sentAt ? withinSecond - sentAt : 0;
}

function uncounted(ipayUuid: string | undefined): InstantPayError {
  const facts = { kind: 'unreadable', operation: 'list', sent: true, transient: false } as const;
  const message = 'InstantPay reports links but sent none of them.';
  return new InstantPayError({ ...facts, message, ipayUuid });
}

function transactionBody({ externalRef, date, aeps }: TransactionQuery): string {
  const reference = externalRef.trim();
  if (reference === '' || reference.toUpperCase() === 'NA') {
    throw invalid('transaction', 'A transaction is asked for by your own transaction id.'); // R14
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    throw invalid('transaction', 'A transaction date is written as 2026-11-20.');
  }
  return JSON.stringify({
    transactionDate: date,
    externalRef: reference,
    ...(aeps ? { source: 'ORDER' } : {}),
  });
}

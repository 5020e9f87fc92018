/** Owns the operations of InstantPay as functions: what is sent, how often, and what comes back. */

import { claimedAt } from '../payouts/links/link.ts';
import type { LinkFilter } from '../payouts/links/page.ts';
import type { Gateway, WriteAnswer } from '../payouts/gateway.ts';
import { InstantPayError, invalid } from './errors.ts';
import { type ClientEvent, type Emit, listener } from './events.ts';
import { readFilter } from './filter.ts';
import { type ClientOptions, type ReadOptions, readOptions } from './options.ts';
import { createPace } from './pace.ts';
import { createPageSize } from './page-size.ts';
import { type ReadPage, readPage, readTracked } from './read-links.ts';
import { readPrivate } from './read-private.ts';
import { readTransaction, unansweredTransaction } from './read-transaction.ts';
import { readSameRecipient, SAME_RECIPIENT_PAGES } from './same-recipient.ts';
import {
  listRequest,
  type OperationRequest,
  readLinkId,
  trackRequest,
  transactionRequest,
  writeRequest,
} from './requests.ts';
import { createSend, type Send } from './send.ts';
import { createTransport } from './transport.ts';
import { walkPages } from './walk.ts';
import { confirmedWrite, failedWrite } from './write.ts';

export type { ClientEvent, ClientOptions };

/**
 * The gateway before its failures are translated: what rejects does so with InstantPayError, `links` only for a filter
 * that cannot be asked. Everything private is masked (R17), except in what `reveal` returns.
 */
export interface InstantPayClient extends Gateway {
  /** Without `before` there is no instant from which on nothing leaves. */
  cancel(linkId: string, before?: number): Promise<WriteAnswer>;
  /** Ends the kept-alive connections. */
  close(): void;
}

const PAGE_RECORDS = 10;

/** Throws TypeError for options that every call would fail with; defaults and units are those of ClientOptions. */
export function createInstantPayClient(given: ClientOptions): InstantPayClient {
  const options = readOptions(given);
  const transport = createTransport(options.baseUrl, options, options.now);
  const emit = listener(options.onEvent);
  const pace = createPace(options, (from, to) => emit.pace(from, to));
  const send = createSend(options, transport, emit, pace);
  const fetchPage = pageReader(send, emit, options);
  const pageSize = createPageSize(options.recordsPerPage, (from, to) => emit.pageSize(from, to));
  async function* walk(
    filter: LinkFilter,
    until?: AbortSignal,
    maxPages = options.maxPages,
  ): ReturnType<Gateway['links']> {
    readFilter(filter); // a filter that cannot be asked is an error, not an incomplete walk
    return yield* walkPages(
      (pageNumber, recordsPerPage, stopped) => {
        const signal = until ? AbortSignal.any([stopped, until]) : stopped;
        // One pace for all walks, so that several digests at once load InstantPay no more than one.
        return pace.run((place) => fetchPage(filter, pageNumber, recordsPerPage, { signal, place }), signal);
      },
      pageSize,
      { ...options, maxPages: Math.min(maxPages, options.maxPages) },
    );
  }

  return {
    async track(text) {
      const linkId = readLinkId('track', text);
      const tracked = readTracked(linkId, await send('read', trackRequest(linkId)));
      options.onLink?.({
        linkId,
        status: tracked.status,
        claimedAt: tracked.status === 'PROCESSING' ? claimedAt(tracked) : undefined,
        orderIds: tracked.activity.map(({ orderId }) => orderId),
      });
      return tracked;
    },

    async reveal(text) {
      const linkId = readLinkId('track', text);
      const { wire } = readFilter({ linkId });
      const [tracked, listed] = await Promise.all([
        send('read', trackRequest(linkId)),
        send('read', listRequest(wire, 1, PAGE_RECORDS)),
      ]);
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

    links: (filter) => walk(filter),

    sameRecipient: (linkId, statuses) =>
      readSameRecipient(linkId, statuses, {
        record: (id, signal) =>
          send('read', listRequest(readFilter({ linkId: id }).wire, 1, PAGE_RECORDS, signal)),
        walk: (filter, signal) => walk(filter, signal, SAME_RECIPIENT_PAGES),
        timeoutMs: options.timeoutMs,
      }),

    notify: (linkId) => write(send, 'notify', linkId),
    cancel: (linkId, before) => write(send, 'cancel', linkId, before),

    async transaction(query) {
      try {
        return readTransaction(query, await send('once', transactionRequest(query)));
      } catch (error) {
        if (error instanceof InstantPayError) return unansweredTransaction(query, error);
        throw error;
      }
    },

    close: () => transport.close(),
  };
}

type FetchPage = (
  filter: LinkFilter,
  pageNumber: number,
  recordsPerPage: number,
  of?: Pick<OperationRequest, 'signal' | 'place'>,
) => Promise<ReadPage>;

/** One page of the list, filtered again on our side (R1), with the event that says what was left out. */
function pageReader(send: Send, emit: Emit, options: ReadOptions): FetchPage {
  return async (filter, pageNumber, recordsPerPage, of) => {
    const wanted = readFilter(filter);
    if (!Number.isSafeInteger(pageNumber) || pageNumber < 1)
      throw invalid('list', 'Page numbers start at 1.');
    const answer = await send('read', { ...listRequest(wanted.wire, pageNumber, recordsPerPage), ...of });
    const read = readPage(wanted, pageNumber, answer, options.now(), options);
    emit.page(read);
    return read;
  };
}

async function write(
  send: Send,
  operation: 'notify' | 'cancel',
  text: string,
  before?: number,
): Promise<WriteAnswer> {
  try {
    return confirmedWrite(await send('once', writeRequest(operation, text, before)));
  } catch (error) {
    if (error instanceof InstantPayError) return failedWrite(error);
    throw error;
  }
}

function uncounted(ipayUuid: string | undefined): InstantPayError {
  const facts = { kind: 'unreadable', operation: 'list', sent: true, transient: false } as const;
  const message = 'InstantPay reported links but returned none.';
  return new InstantPayError({ ...facts, message, ipayUuid });
}

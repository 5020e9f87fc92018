/** Owns what the local InstantPay answers to each of the five operations when nothing is wrong with it. */

import { z } from 'zod';
import type { DemoOperation } from './faults.ts';
import type { Modes } from './modes.ts';
import { type Ledger, listMeta, recordData, trackData } from './ledger.ts';
import { type DemoTransaction, findTransaction, transactionData } from './transactions.ts';

export interface Reply {
  statuscode: string;
  status: string;
  data: unknown;
  /** Whether the operation took effect, for a write: the link was cancelled, the recipient told. */
  executed: boolean;
  /** Fields beside `data` in the envelope. */
  top?: object;
}

export interface Controls extends Modes {
  ledger: Ledger;
  transactions: DemoTransaction[];
}

export interface Ask {
  /** Of the path, for track. */
  linkId: string | undefined;
  body: unknown;
  amountAsText: boolean;
}

const LINK_ID = /^[0-9a-f]{24}$/i;

const linkBody = z.object({ linkId: z.string() });

/** Page numbers are strings, as published: a number is refused. */
const listBody = z.object({
  filters: z
    .object({
      status: z.array(z.string()).optional(),
      contact: z.string().optional(),
      linkId: z.string().optional(),
    })
    .optional(),
  pagination: z
    .object({ pageNumber: z.string().regex(/^\d+$/), recordsPerPage: z.string().regex(/^\d+$/) })
    .optional(),
});

const transactionBody = z.object({
  transactionDate: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  externalRef: z.string().min(1),
  source: z.literal('ORDER').optional(),
});

function no(statuscode: string, status: string): Reply {
  return { statuscode, status, data: null, executed: false };
}

function yes(status: string, data: unknown): Reply {
  return { statuscode: 'TXN', status, data, executed: true };
}

export function perform(operation: DemoOperation, ask: Ask, controls: Controls): Reply {
  switch (operation) {
    case 'track':
      return ask.body === undefined ? aboutLink(operation, ask, controls) : no('RPI', 'No body is expected');
    case 'notify':
    case 'cancel':
      return aboutLink(operation, ask, controls);
    case 'list':
      return list(ask, controls);
    case 'transaction':
      return transaction(ask, controls);
  }
}

function aboutLink(operation: 'track' | 'notify' | 'cancel', ask: Ask, { ledger }: Controls): Reply {
  const linkId = operation === 'track' ? ask.linkId : linkBody.safeParse(ask.body).data?.linkId;
  if (linkId === undefined || !LINK_ID.test(linkId)) return no('RPI', 'Invalid link id');
  const link = ledger.find(linkId);
  if (!link) return no('ERR', 'Link not found');
  if (operation === 'track') return yes('Transaction Successful', trackData(link, ask.amountAsText));
  if (operation === 'cancel') {
    return ledger.cancel(link)
      ? yes('Link Cancelled Successfully', null)
      : no('ERR', `Link cannot be cancelled, its status is ${link.status}`);
  }
  const words = ledger.notify(link);
  return words === undefined ? no('ERR', `Link is ${link.status}, no notification sent`) : yes(words, null);
}

function list(ask: Ask, controls: Controls): Reply {
  const body = listBody.safeParse(ask.body);
  if (!body.success) return no('IRT', 'Invalid request type');
  const { filters, pagination } = body.data;
  const asked = Number(pagination?.recordsPerPage ?? 10);
  if (asked > (controls.refusesPagesOver ?? Infinity)) return no('IRT', 'Invalid records per page');
  const query = {
    statuses: filters?.status ?? [],
    contact: filters?.contact,
    linkId: filters?.linkId,
    pageNumber: Math.max(1, Number(pagination?.pageNumber ?? 1)),
    recordsPerPage: Math.max(1, Math.min(asked, controls.maxRecordsPerPage ?? asked)),
  };
  let { total, links } = controls.ledger.list(query, controls.leakFilter);
  const lastPage = Math.max(1, Math.ceil(total / query.recordsPerPage));
  if (query.pageNumber > lastPage && controls.pastEnd !== 'empty') {
    if (controls.pastEnd === 'fails') return no('ERR', 'Page does not exist');
    query.pageNumber = lastPage;
    ({ total, links } = controls.ledger.list(query, controls.leakFilter));
  }
  const records = links.map((link) => recordData(link, ask.amountAsText));
  const [first] = links;
  if (first && controls.leavingLinks > 0) {
    controls.leavingLinks -= 1;
    controls.ledger.leave(first.linkId);
  }
  return yes('Transaction Successful', { meta: listMeta(query, total, records.length), records });
}

function transaction(ask: Ask, { transactions }: Controls): Reply {
  const body = transactionBody.safeParse(ask.body);
  if (!body.success) return no('RPI', 'Invalid request parameters');
  const { externalRef, transactionDate, source } = body.data;
  const found = findTransaction(transactions, externalRef, transactionDate, source);
  if (!found) return no('ERR', 'Transaction not found');
  if (found.outerCode !== undefined) return no(found.outerCode, found.statusText);
  const data = transactionData(found);
  if (!found.poolAtTop) return yes('-', data);
  const { pool, ...rest } = data;
  return { ...yes('-', rest), top: { pool } };
}

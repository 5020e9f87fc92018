/**
 * Owns an InstantPay with a list of any length, as a process of its own: `node bench/long-list.ts <records> <milliseconds a
 * page>`. Each page is written from its number, so that its own work and memory stay out of what is measured.
 */

import '../src/node-version.ts';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { naiveIst } from '../fakes/instantpay/envelope.ts';
import { DAY_MS } from '../fakes/instantpay/time.ts';

/** How long InstantPay takes for a page. */
const PAGE_MS = Number(process.argv[3]);
const NOW = Date.parse('2026-11-20T04:30:00Z');
const STATUSES = ['EXPIRED', 'PROCESSING', 'ISSUED', 'EXPIRED'] as const;
const NAMES = ['Asha Rao', 'Quresh Textiles', 'Oindrila Lahiri', 'Zubin Wadia', 'Elango Xavier'];
const PURPOSES = ['refund', 'vendor payment', 'salary advance', 'incentive'];

const totalRecords = Number(process.argv[2]);

/** The newest first, a minute apart: as the published record, with the fields that a walk reads. */
function recordAt(index: number): object {
  const createdAt = NOW - index * 60_000;
  const seconds = Math.floor(createdAt / 1_000).toString(16);
  const order = new Date(createdAt).toISOString().replace(/\D/g, '').slice(2, 14);
  const name = NAMES[index % NAMES.length] ?? '';
  return {
    amount: ((index * 7_919) % 5_000_000) / 100,
    purpose: PURPOSES[index % PURPOSES.length],
    description: `Order ${index} returned by the customer`,
    status: STATUSES[index % STATUSES.length],
    linkId: seconds + index.toString(16).padStart(16, '0'),
    contactDetails: {
      name,
      email: `${name.toLowerCase().replace(' ', '.')}.${index}@mail.example`,
      mobile: String(9_000_000_000 + ((index * 104_729) % 999_999_999)),
    },
    referenceNo: index % 2 === 0 ? 'NA' : `INV-${index}`,
    orderId: `1${order}${index.toString(36).toUpperCase().replace(/\d/g, 'X').padStart(5, 'A')}`,
    url: `https://instant.pe/${index.toString(36).padStart(6, 'a')}`,
    qrUrl: `https://api.instantpay.in/payment/payout/link/qr/${index.toString(36).padStart(6, 'a')}`,
    paymentModes: index % 2 === 0 ? ['ACCOUNT'] : ['ACCOUNT', 'VPA'],
    verifyBene: true,
    activatedAt: naiveIst(createdAt - 23 * DAY_MS),
    expiredAt: naiveIst(createdAt + 7 * DAY_MS),
  };
}

function answerOf(pageNumber: number, recordsPerPage: number): string {
  const from = (pageNumber - 1) * recordsPerPage;
  const length = Math.max(0, Math.min(recordsPerPage, totalRecords - from));
  const records = Array.from({ length }, (_, index) => recordAt(from + index));
  const meta = {
    totalPages: Math.ceil(totalRecords / recordsPerPage),
    currentPage: pageNumber,
    totalRecords,
    recordsOnCurrentPage: length,
    recordFrom: from + 1,
    recordTo: from + length,
  };
  return JSON.stringify({
    statuscode: 'TXN',
    actcode: null,
    status: 'Transaction Successful',
    data: { meta, records },
    timestamp: naiveIst(Date.now()),
    ipay_uuid: 'h0009ad832f4-f43d-40c0-81d3-c04979ab81df-e51WjQG73oSk',
    orderid: null,
    environment: 'PRODUCTION',
    internalCode: null,
  });
}

interface Asked {
  pagination: { pageNumber: string; recordsPerPage: string };
}

const server = createServer((request, response) => {
  const dueAt = performance.now() + PAGE_MS;
  void text(request).then(async (body) => {
    // Stopped before it was sent, or tracks a link.
    if (body === '') return response.writeHead(404).end();
    const { pagination }: Asked = JSON.parse(body);
    // Made within the time a page takes, not after it.
    const answer = answerOf(Number(pagination.pageNumber), Number(pagination.recordsPerPage));
    await pause(Math.max(0, dueAt - performance.now()));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    return response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') process.send?.(`http://127.0.0.1:${address.port}`);
});
process.once('disconnect', () => process.exit());

/**
 * Owns measuring the memory of an export: 100,000 links in pages of 100 become a file, and the process hardly grows, however many
 * they are and however long their rows. Run with `node --expose-gc bench/export.ts`.
 */

import '../src/node-version.ts';
import { openLinkFile } from '../src/jobs/link-file.ts';
import { startCollecting } from '../src/payouts/links/collect.ts';
import type { PayoutLink } from '../src/payouts/links/link.ts';
import { createScratch, openSpill } from '../src/scratch.ts';

const PAGES = 1_000;
const A_PAGE = 100;
const MEGABYTE = 1_048_576;
/** Of the heap and its buffers, over what was there before. */
const KEPT_MOST_MB = 10;

const link = (index: number): PayoutLink => ({
  // The newest first, as the list has them.
  linkId: (PAGES * A_PAGE - index).toString(16).padStart(24, '0'),
  status: 'CLAIMED',
  statusText: 'CLAIMED',
  amountPaise: (index * 7_919) % 50_000_000,
  purpose: `invoice ${index} `.repeat(10),
  description: undefined,
  contact: { name: `Recipient ${index}`, email: undefined, mobile: undefined },
  referenceNo: `INV-${index}`,
  orderId: undefined,
  paymentModes: [],
  verifyBene: undefined,
  createdAt: index * 1_000,
  activatedAt: undefined,
  expiresAt: index * 1_000,
});

const keptMb = (): number => {
  globalThis.gc?.();
  const memory = process.memoryUsage();
  return (memory.heapUsed + memory.arrayBuffers) / MEGABYTE;
};

const scratch = createScratch(Date.now);
const before = keptMb();
const startedAt = performance.now();
const file = await openLinkFile(scratch, Date.now());
const spill = openSpill();
const collecting = startCollecting(file, () => true, spill);
let peak = 0;
for (let page = 0; page < PAGES; page += 1) {
  await collecting.add({
    pageNumber: page + 1,
    links: Array.from({ length: A_PAGE }, (_none, index) => link(page * A_PAGE + index)),
    currentPage: undefined,
    recordsReceived: A_PAGE,
    mismatched: 0,
    mismatchedIds: [],
    unreadable: 0,
    totalRecords: undefined,
    totalPages: undefined,
    recordFrom: undefined,
    recordTo: undefined,
    environment: 'live',
    ipayUuid: undefined,
  });
  if (page % 100 === 99) peak = Math.max(peak, keptMb());
}
const { rows } = await collecting.end();
const { size } = await file.content();
spill?.close();
const seconds = (performance.now() - startedAt) / 1_000;
await scratch.close();
const kept = peak - before;
const isWithin = globalThis.gc === undefined || kept <= KEPT_MOST_MB;
process.stdout.write(
  `${isWithin ? 'ok  ' : 'MORE'} ${kept.toFixed(1)} MB kept for ${rows} links in a file of ${(size / MEGABYTE).toFixed(1)} MB, ${seconds.toFixed(1)} s (at most ${KEPT_MOST_MB} MB)\n`,
);
if (!isWithin) process.exitCode = 1;

/**
 * Owns the batch: what people call a request, C-1042. One link or several, requested with one reason and decided
 * together; each link then has an execution of its own.
 */

import { type CancelRequest, type In, isIn } from './request.ts';

/** A request names so many links at most: each is a line of its card and a call of its own. */
export const LINKS_AT_MOST = 20;

export interface Batch {
  /** The ID of its first request; buttons, messages and audit rows carry it. */
  id: string;
  /** For people, as in C-1042. */
  number: number;
  /** The sum of its requests' versions: grows with every change of any of them. */
  version: number;
  /** In the order in which the links were named. */
  requests: readonly [CancelRequest, ...CancelRequest[]];
}

/** Returns the batch of these requests, which must be all of one batch; undefined when there are none. */
export function batchOf(requests: readonly CancelRequest[]): Batch | undefined {
  // The IDs of a batch sort in the order of its links, see requestIds.
  const [first, ...others] = requests.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  if (!first) return undefined;
  const all = [first, ...others] as const;
  const version = all.reduce((sum, one) => sum + one.version, 0);
  return { id: first.batchId, number: first.number, version, requests: [...all] };
}

/** Returns the batches of these requests, in the order of each one's first. */
export function batchesOf(requests: readonly CancelRequest[]): Batch[] {
  const byBatch = Map.groupBy(requests, ({ batchId }) => batchId);
  return [...byBatch.values()].flatMap((some) => batchOf(some) ?? []);
}

/** Returns the IDs of a batch's requests: the first is the batch's own, and they sort in the order of the links. */
export function requestIds(batchId: string, links: number): string[] {
  return Array.from({ length: links }, (_, index) =>
    index === 0 ? batchId : `${batchId}-${String(index + 1).padStart(2, '0')}`,
  );
}

/** The requests that still wait for a decision. They agree in all that a decision looks at. */
export function pendingOf({ requests }: Batch): In<'pending'>[] {
  return requests.filter((request) => isIn(request, 'pending'));
}

export function isPending(batch: Batch): boolean {
  return batch.requests.some(({ status }) => status === 'pending');
}

/** What the links come to together, those that were left out included: the rules look at this sum. */
export function totalPaise({ requests }: { requests: readonly CancelRequest[] }): number {
  return requests.reduce((sum, { amountPaise }) => sum + amountPaise, 0);
}

/** Owns which links are PROCESSING, and since when, in memory. */

import type {
  ProcessingSince,
  ProcessingStore,
  SeenStatus,
} from '../../src/payouts/links/processing-port.ts';
import type { Operation } from './memory-store.ts';

interface Row {
  firstSeenAt: number;
  lastSeenAt: number;
  claimedAt: number | undefined;
}

export function processingOperations(operation: Operation): ProcessingStore {
  const rows = new Map<string, Row>();
  const lastSeenFirst = (): string[] =>
    [...rows]
      .sort(
        ([one, { lastSeenAt: mine }], [other, { lastSeenAt: its }]) => its - mine || (one < other ? 1 : -1),
      )
      .map(([linkId]) => linkId);
  return {
    seen: operation('processing.seen', (links: readonly SeenStatus[], at: number) => {
      for (const [linkId, status] of new Map(links.map((link) => [link.linkId, link.status]))) {
        const known = rows.get(linkId);
        if (status !== 'PROCESSING') rows.delete(linkId);
        else if (known) known.lastSeenAt = at;
        else rows.set(linkId, { firstSeenAt: at, lastSeenAt: at, claimedAt: undefined });
      }
    }),
    claimedAt: operation('processing.claimedAt', (linkId: string, at: number) => {
      const known = rows.get(linkId);
      if (known) known.claimedAt = at;
      else rows.set(linkId, { firstSeenAt: at, lastSeenAt: at, claimedAt: at });
    }),
    find: operation('processing.find', (linkIds: readonly string[]) => {
      const found = new Map<string, ProcessingSince>();
      for (const linkId of linkIds) {
        const row = rows.get(linkId);
        if (!row) continue;
        const { claimedAt, firstSeenAt } = row;
        found.set(
          linkId,
          claimedAt === undefined
            ? { since: firstSeenAt, from: 'seen' }
            : { since: claimedAt, from: 'claim' },
        );
      }
      return found;
    }),
    known: operation('processing.known', (limit: number) => lastSeenFirst().slice(0, limit)),
    prune: operation('processing.prune', (seenBefore: number, keep: number) => {
      const before = rows.size;
      for (const [linkId, { lastSeenAt }] of rows) if (lastSeenAt < seenBefore) rows.delete(linkId);
      for (const linkId of lastSeenFirst().slice(keep)) rows.delete(linkId);
      return before - rows.size;
    }),
  };
}

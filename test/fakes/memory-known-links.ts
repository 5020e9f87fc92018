/** Owns the local index of links in memory. */

import type { IndexQuery, LinkIndexStore, Sighting } from '../../src/payouts/links/index-port.ts';
import type { Operation } from './memory-store.ts';

export function linkIndexOperations(operation: Operation): LinkIndexStore {
  const links = new Map<string, { seenAt: number; keys: Set<string> }>();
  const newestFirst = (ties: 'first' | 'last' = 'first') =>
    [...links].sort(
      ([one, { seenAt: mine }], [other, { seenAt: its }]) =>
        its - mine || (one < other === (ties === 'first') ? -1 : 1),
    );
  return {
    remember: operation('linkIndex.remember', (sightings: readonly Sighting[], at: number) => {
      for (const { linkId, keys } of new Map(sightings.map((seen) => [seen.linkId, seen])).values()) {
        const known = links.get(linkId)?.keys ?? [];
        links.set(linkId, { seenAt: at, keys: new Set([...known, ...keys]) });
      }
    }),
    find: operation('linkIndex.find', ({ keys, match }: IndexQuery, limit: number) =>
      newestFirst()
        .filter(([, link]) => {
          const has = (key: string) => link.keys.has(key);
          return keys.length > 0 && (match === 'all' ? keys.every(has) : keys.some(has));
        })
        .slice(0, limit)
        .map(([linkId]) => linkId),
    ),
    prune: operation('linkIndex.prune', (keep: number) => {
      const removed = newestFirst('last').slice(keep);
      for (const [linkId] of removed) links.delete(linkId);
      return removed.length;
    }),
  };
}

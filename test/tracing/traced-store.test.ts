/** Owns the spans of the store's operations: what is traced, under which name, and how it ends. */

import { expect, test } from 'vitest';
import { traceStore } from '../../src/tracing/traced-store.ts';

function traced(isTraced = true) {
  const seen: string[] = [];
  const store = traceStore(
    {
      requests: {
        find: async (id: string) => `request ${id}`,
        save: async (): Promise<boolean> => {
          throw new Error('store away');
        },
      },
      audit: {
        async *rows(count: number) {
          for (let row = 1; row <= count; row += 1) yield row;
        },
        async *broken() {
          yield 1;
          throw new Error('cut off');
        },
      },
      ping: async () => 'pong',
    },
    (operation) => {
      if (!isTraced) return undefined;
      seen.push(`${operation} begins`);
      return {
        end: () => seen.push(`${operation} ends`),
        fail: (error) => seen.push(`${operation} fails: ${error instanceof Error ? error.message : ''}`),
      };
    },
  );
  return { store, seen };
}

test('an operation is a span from its call to its answer, which stays the same', async () => {
  const { store, seen } = traced();
  const answer = store.requests.find('1');
  expect(seen).toEqual(['requests.find begins']);
  expect(await answer).toBe('request 1');
  expect(seen).toEqual(['requests.find begins', 'requests.find ends']);
  // As createDeps takes a part apart.
  expect(await { ...store.requests }.find('2')).toBe('request 2');
  expect(seen).toHaveLength(4);
});

test('one that rejects fails, and its rejection is passed on', async () => {
  const { store, seen } = traced();
  await expect(store.requests.save()).rejects.toThrow('store away');
  expect(seen).toEqual(['requests.save begins', 'requests.save fails: store away']);
});

test('rows are one span until the last one, or until their reader stops', async () => {
  const { store, seen } = traced();
  expect(await Array.fromAsync(store.audit.rows(3))).toEqual([1, 2, 3]);
  expect(seen).toEqual(['audit.rows begins', 'audit.rows ends']);
  for await (const row of store.audit.rows(3)) {
    expect(row).toBe(1);
    break;
  }
  expect(seen.slice(2)).toEqual(['audit.rows begins', 'audit.rows ends']);
  await expect(Array.fromAsync(store.audit.broken())).rejects.toThrow('cut off');
  expect(seen.slice(4)).toEqual(['audit.broken begins', 'audit.broken fails: cut off']);
});

test('what belongs to no part, and what is called outside of any work, is not traced', async () => {
  const all = traced();
  expect(await all.store.ping()).toBe('pong');
  expect(all.seen).toEqual([]);
  const none = traced(false);
  expect(await none.store.requests.find('1')).toBe('request 1');
  expect(await Array.fromAsync(none.store.audit.rows(2))).toEqual([1, 2]);
  expect(none.seen).toEqual([]);
});

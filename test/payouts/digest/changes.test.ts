/** Owns what changed between two digests: each change is told once, also when a digest in between was given up. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChangeKind,
  compare as comparing,
  isTooMany,
  linksLeft as missing,
  type ListNow,
  OPEN_KEPT,
  wholeState as keeping,
} from '../../../src/payouts/digest/changes.ts';
import type { StateChange, ToldState, ToldStatus } from '../../../src/payouts/digest/told.ts';
import type { KnownStatus, LinkStatus } from '../../../src/payouts/links/link.ts';
import { NOON } from '../setup.ts';
import { atOnce } from '../steps.ts';

const compare = (...of: Parameters<typeof comparing>) => atOnce(comparing(...of));
const linksLeft = (...of: Parameters<typeof missing>) => atOnce(missing(...of));
const wholeState = (...of: Parameters<typeof keeping>) => atOnce(keeping(...of));

type Links = Record<string, KnownStatus>;

const READ: readonly KnownStatus[] = ['ISSUED', 'PROCESSING', 'EXPIRED'];

/** A list of these links, of which the walk reads ISSUED, PROCESSING and EXPIRED. */
function list(links: Links, stuck: readonly string[] = [], bornAndEnded: Links = {}): ListNow {
  const read = new Map(Object.entries(links).filter(([, status]) => READ.includes(status)));
  const of = (wanted: KnownStatus) => new Map([...read].filter(([, status]) => status === wanted));
  return {
    statusOf: (linkId) => read.get(linkId),
    open: [of('ISSUED'), of('PROCESSING')],
    stuck: new Set(stuck),
    bornAndEnded: new Map(Object.entries(bornAndEnded)),
  };
}

const told = (links: Record<string, ToldStatus>): ToldState => ({
  at: NOON,
  purpose: undefined,
  links: new Map(Object.entries(links)),
});

const kinds = (changed: ReadonlyMap<ChangeKind, readonly string[]>) => Object.fromEntries(changed);

describe('one link', () => {
  test.each<[ToldStatus, KnownStatus, boolean, ChangeKind | undefined, ToldStatus | 'gone' | 'same']>([
    ['issued', 'ISSUED', false, undefined, 'same'],
    ['issued', 'PROCESSING', false, 'processing', 'processing'],
    ['issued', 'PROCESSING', true, 'stuck', 'stuck'],
    ['issued', 'EXPIRED', false, 'expired', 'gone'],
    ['processing', 'PROCESSING', false, undefined, 'same'],
    ['processing', 'PROCESSING', true, 'stuck', 'stuck'],
    ['processing', 'ISSUED', false, 'returned', 'issued'],
    ['stuck', 'ISSUED', false, 'returned', 'issued'],
    ['stuck', 'PROCESSING', true, undefined, 'same'],
    // Its claim turned out to be younger: nothing moved, and it may become stuck again.
    ['stuck', 'PROCESSING', false, undefined, 'processing'],
    ['processing', 'EXPIRED', false, 'expired', 'gone'],
  ])('%s, now %s (stuck: %s): %s', (before, status, isStuck, kind, next) => {
    const result = compare(told({ a: before }), list({ a: status }, isStuck ? ['a'] : []), new Map());
    expect(kinds(result.changed)).toEqual(kind === undefined ? {} : { [kind]: ['a'] });
    expect(result.gone).toEqual(next === 'gone' ? ['a'] : []);
    expect(result.set).toEqual(next === 'gone' || next === 'same' ? [] : [{ linkId: 'a', status: next }]);
  });

  test.each<[LinkStatus | undefined, ChangeKind | undefined]>([
    ['CLAIMED', 'claimed'],
    ['CANCELLED', 'cancelled'],
    ['EXPIRED', 'expired'],
    ['UNKNOWN', 'unknown'],
    [undefined, 'left'],
    // The list passed it over while it moved: it is told when the list has it.
    ['ISSUED', undefined],
    ['PROCESSING', undefined],
  ])('that left the list and was found %s: %s', (found, kind) => {
    const previous = told({ a: 'issued' });
    const now = list({});
    expect(linksLeft(previous, now)).toEqual(['a']);
    const left = new Map(found === undefined ? [] : [['a', found] as const]);
    const { changed, set, gone } = compare(previous, now, left);
    expect(kinds(changed)).toEqual(kind === undefined ? {} : { [kind]: ['a'] });
    expect(gone).toEqual(kind === undefined ? [] : ['a']);
    expect(set).toEqual([]);
  });

  test.each<[KnownStatus, boolean, ChangeKind, ToldStatus]>([
    ['ISSUED', false, 'new', 'issued'],
    ['PROCESSING', false, 'new', 'processing'],
    ['PROCESSING', true, 'stuck', 'stuck'],
  ])('not in the list before, now %s (stuck: %s): %s', (status, isStuck, kind, next) => {
    const result = compare(told({}), list({ a: status }, isStuck ? ['a'] : []), new Map());
    expect(kinds(result.changed)).toEqual({ [kind]: ['a'] });
    expect(result.set).toEqual([{ linkId: 'a', status: next }]);
  });

  test('created and ended between two digests is told by its end', () => {
    const now = list({ a: 'EXPIRED' }, [], { a: 'EXPIRED', b: 'CLAIMED' });
    expect(kinds(compare(told({}), now, new Map()).changed)).toEqual({ expired: ['a'], claimed: ['b'] });
  });

  test('that was expired before is no change', () => {
    expect(kinds(compare(told({}), list({ a: 'EXPIRED' }), new Map()).changed)).toEqual({});
  });
});

describe('what is kept', () => {
  const many = (amount: number): ListNow => ({
    ...list({}),
    statusOf: () => 'ISSUED',
    open: [new Map(Array.from({ length: amount }, (_none, index) => [String(index), undefined]))],
  });

  test('of a first digest every open link, of one with too many nothing', () => {
    expect(wholeState(list({ a: 'ISSUED', b: 'PROCESSING', c: 'EXPIRED' }, ['b']), NOON, 'salary')).toEqual({
      at: NOON,
      purpose: 'salary',
      isKept: true,
      replaces: true,
      set: [
        { linkId: 'a', status: 'issued' },
        { linkId: 'b', status: 'stuck' },
      ],
      gone: [],
    });
    expect(isTooMany(many(OPEN_KEPT))).toBe(false);
    expect(isTooMany(many(OPEN_KEPT + 1))).toBe(true);
    expect(wholeState(many(OPEN_KEPT + 1), NOON, undefined)).toMatchObject({ isKept: false, set: [] });
  });
});

/** The state after a digest was posted. */
function after({ links }: ToldState, change: Pick<StateChange, 'set' | 'gone'>): ToldState {
  const next = new Map(links);
  for (const linkId of change.gone) next.delete(linkId);
  for (const { linkId, status } of change.set) next.set(linkId, status);
  return { at: NOON, purpose: undefined, links: next };
}

test('over many digests, some given up, each link’s state is the one that was told last', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const status = fc.constantFrom<KnownStatus>('ISSUED', 'PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED');
  const day = fc.record({
    links: fc.record(Object.fromEntries(ids.map((id) => [id, status]))),
    stuck: fc.subarray(ids),
    isPosted: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(day, { maxLength: 12 }), (days) => {
      let state = told({});
      for (const { links, stuck, isPosted } of days) {
        const now = list(links, stuck);
        const left = new Map(linksLeft(state, now).map((id) => [id, links[id] ?? 'UNKNOWN'] as const));
        const result = compare(state, now, left);
        const changed = [...result.changed.values()].flat();
        // Nothing is told twice in one digest.
        expect(new Set(changed).size).toBe(changed.length);
        for (const id of ids) {
          const before = state.links.get(id);
          const isOpen = links[id] === 'ISSUED' || links[id] === 'PROCESSING';
          if (before === undefined) expect(changed.includes(id)).toBe(isOpen);
          else if (!isOpen) expect(changed).toContain(id);
        }
        if (isPosted) state = after(state, result);
      }
      // Told again with nothing changed in between: nothing is left to tell.
      const last = days.findLast(({ isPosted }) => isPosted);
      if (last && days.at(-1) === last) {
        const again = compare(state, list(last.links, last.stuck), new Map());
        expect(again.changed.size).toBe(0);
        expect(again).toMatchObject({ set: [], gone: [] });
      }
    }),
  );
});

/** Owns the state of a walk as a table (R2): when it ends, starts over or fails, page by page. */

import { describe, expect, test } from 'vitest';
import { createWalkState, type PageFacts, WALK_PROBLEMS } from '../../src/instantpay/walk-state.ts';

describe('the state of a walk', () => {
  const facts = (changes: Partial<PageFacts>): PageFacts => ({
    pageNumber: 1,
    currentPage: undefined,
    recordsReceived: changes.linkIds?.length ?? 0,
    linkIds: [],
    unreadableKeys: [],
    totalRecords: undefined,
    totalPages: undefined,
    ...changes,
  });

  test('walks again when the count moved though everything was read, and is complete then', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 3, totalPages: 2 }))).toBe('next');
    const last = { linkIds: ['c', 'd'], totalRecords: 4, totalPages: 2 };
    expect(state.read(facts({ pageNumber: 2, ...last }))).toBe('again');
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 4, totalPages: 2 }))).toBe('next');
    expect(state.read(facts({ pageNumber: 2, ...last }))).toMatchObject({ complete: true, recordsRead: 4 });
  });

  test('walks at most twice again', () => {
    const state = createWalkState(100);
    const few = facts({ linkIds: ['a'], totalRecords: 2, totalPages: 1 });
    const empty = facts({ pageNumber: 2, totalRecords: 2, totalPages: 1 });
    for (const verdict of ['again', 'again']) {
      expect(state.read(few)).toBe('next');
      expect(state.read(empty)).toBe(verdict);
    }
    state.read(few);
    expect(state.read(empty)).toEqual({
      complete: false,
      reason: 'InstantPay reports 2 links, 1 was read.',
      pagesRead: 2,
      recordsRead: 1,
    });
  });

  test('counts unreadable records as read, and is not whole with them', () => {
    const state = createWalkState(100);
    const read = facts({
      linkIds: ['a'],
      unreadableKeys: ['x'],
      recordsReceived: 2,
      totalRecords: 2,
      totalPages: 1,
    });
    expect(state.read(read)).toMatchObject({
      complete: false,
      reason: WALK_PROBLEMS.unreadable(1),
    });
  });

  test('takes a repeated page with a broken record for a repeated page, not for progress', () => {
    const state = createWalkState(100);
    const broken = { linkIds: ['a'], unreadableKeys: ['x'], recordsReceived: 2 };
    expect(state.read(facts(broken))).toBe('next');
    expect(state.read(facts({ ...broken, pageNumber: 2 }))).toMatchObject({ complete: false });
  });

  test('does not believe an empty page while InstantPay counts more pages', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a'], totalPages: 3 }))).toBe('next');
    expect(state.read(facts({ pageNumber: 2, totalPages: 3 }))).toMatchObject({ complete: false });
  });

  test('takes an empty page for the end once InstantPay counts no more, also where its pages go on', () => {
    const byCount = createWalkState(100);
    expect(byCount.read(facts({ linkIds: ['a'], totalRecords: 1, totalPages: 3 }))).toBe('next');
    const empty = { pageNumber: 2, totalRecords: 1, totalPages: 3 };
    expect(byCount.read(facts(empty))).toMatchObject({ complete: true, recordsRead: 1 });
    const byPages = createWalkState(100);
    expect(byPages.read(facts({ linkIds: ['a'], totalPages: 2 }))).toBe('next');
    expect(byPages.read(facts({ pageNumber: 2, totalPages: 2 }))).toMatchObject({ complete: true });
  });

  test('goes on to the last page although everything counted is read', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 2, totalPages: 2 }))).toBe('next');
    expect(state.read(facts({ pageNumber: 2, totalRecords: 2, totalPages: 2 }))).toMatchObject({
      complete: true,
    });
  });

  test('says both what is missing and what cannot be read', () => {
    const state = createWalkState(100);
    const few = facts({ linkIds: ['a'], unreadableKeys: ['x'], recordsReceived: 2, totalRecords: 5 });
    const empty = facts({ pageNumber: 2, totalRecords: 5 });
    for (const verdict of ['again', 'again']) {
      expect(state.read(few)).toBe('next');
      expect(state.read(empty)).toBe(verdict);
    }
    expect(state.read(few)).toBe('next');
    expect(state.read(empty)).toMatchObject({
      complete: false,
      reason: `${WALK_PROBLEMS.missing(5, 2)} ${WALK_PROBLEMS.unreadable(1)}`,
    });
  });

  test('is incomplete when the count moves in every walk, although everything counted was met', () => {
    const state = createWalkState(100);
    const first = facts({ linkIds: ['a', 'b'], totalRecords: 3, totalPages: 2 });
    const moved = facts({ pageNumber: 2, linkIds: ['c'], totalRecords: 2, totalPages: 2 });
    for (const verdict of ['again', 'again']) {
      expect(state.read(first)).toBe('next');
      expect(state.read(moved)).toBe(verdict);
    }
    expect(state.read(first)).toBe('next');
    expect(state.read(moved)).toMatchObject({
      complete: false,
      reason: WALK_PROBLEMS.moved,
    });
  });

  test('names the page that was empty too early', () => {
    const state = createWalkState(100);
    state.read(facts({ linkIds: ['a'], totalPages: 3 }));
    expect(state.read(facts({ pageNumber: 2, totalPages: 3 }))).toMatchObject({
      reason: 'InstantPay reports 3 pages, page 2 was empty.',
    });
  });
});

describe('a page that fails', () => {
  const facts = (changes: Partial<PageFacts>): PageFacts => ({
    pageNumber: 1,
    currentPage: undefined,
    recordsReceived: (changes.linkIds?.length ?? 0) + (changes.unreadableKeys?.length ?? 0),
    linkIds: [],
    unreadableKeys: [],
    totalRecords: undefined,
    totalPages: undefined,
    ...changes,
  });
  const REASON = 'HTTP 500';

  test('is incomplete as the first one', () => {
    expect(createWalkState(100).failed(1, REASON)).toMatchObject({ complete: false, reason: REASON });
  });

  test('is incomplete inside the list, also by pages alone', () => {
    const counted = createWalkState(100);
    expect(counted.read(facts({ linkIds: ['a'], totalRecords: 2 }))).toBe('next');
    expect(counted.failed(2, REASON)).toMatchObject({ complete: false, reason: REASON });
    const paged = createWalkState(100);
    expect(paged.read(facts({ linkIds: ['a'], totalPages: 1 }))).toBe('next');
    expect(paged.failed(2, REASON)).toMatchObject({ complete: false, reason: REASON });
  });

  test('is the end once everything counted was read, with or without pages', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 2 }))).toBe('next');
    expect(state.failed(2, REASON)).toMatchObject({ complete: true, recordsRead: 2 });
    // InstantPay counts too few: past its pages is past the end.
    const more = createWalkState(100);
    expect(more.read(facts({ linkIds: ['a', 'b'], totalRecords: 1, totalPages: 1 }))).toBe('next');
    expect(more.failed(2, REASON)).toMatchObject({ complete: true, recordsRead: 2 });
  });

  test('counts what cannot be read, and says that instead', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a'], unreadableKeys: ['x'], totalRecords: 2 }))).toBe('next');
    expect(state.failed(2, REASON)).toMatchObject({
      complete: false,
      reason: WALK_PROBLEMS.unreadable(1),
    });
  });

  test('is incomplete in the middle of an extra walk, although every link was met before', () => {
    const state = createWalkState(100);
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 3, totalPages: 2 }))).toBe('next');
    const moved = { pageNumber: 2, linkIds: ['c'], totalRecords: 2, totalPages: 2 };
    expect(state.read(facts(moved))).toBe('again');
    expect(state.read(facts({ linkIds: ['a', 'b'], totalRecords: 3, totalPages: 2 }))).toBe('next');
    expect(state.failed(2, REASON)).toMatchObject({ complete: false, reason: REASON });
  });
});

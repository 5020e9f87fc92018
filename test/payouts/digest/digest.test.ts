/** Owns composing a digest: what one walk folds, what is compared and looked up, and when it is incomplete. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import { composeDigest, digestFor, LOOKED_UP_AT_MOST } from '../../../src/payouts/digest/digest.ts';
import type { ToldState, ToldStatus } from '../../../src/payouts/digest/told.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import type { LinkPage, WalkEnd } from '../../../src/payouts/links/page.ts';
import { PAGES_MISSING } from '../../../src/payouts/links/walk.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import {
  auditOf,
  type DepsOptions,
  MAKER,
  makeDeps,
  NOON,
  page,
  record,
  STRANGER,
  tracked,
} from '../setup.ts';

const COMPLETE: WalkEnd = { complete: true, reason: undefined, pagesRead: 2, recordsRead: 3 };
const AGO = NOON - DAY_MS;

const idOf = (id: number): string => String(id).padStart(24, '0');
const link = (id: number, changes: Partial<PayoutLink> = {}): PayoutLink =>
  record({ linkId: idOf(id), expiresAt: NOON + 30 * DAY_MS, ...changes });

const depsWith = (pages: (LinkPage | Error)[], script: DepsOptions['script'] = {}, end: WalkEnd = COMPLETE) =>
  makeDeps({ script: { links: { pages, end }, ...script } });

const told = (links: Record<number, ToldStatus>, changes: Partial<ToldState> = {}): ToldState => ({
  at: AGO,
  purpose: undefined,
  links: new Map(Object.entries(links).map(([id, status]) => [idOf(Number(id)), status])),
  ...changes,
});

describe('a walk', () => {
  test('reads the open links besides, and counts the statuses that were asked for', async () => {
    const pages = [
      page([link(1), link(2, { status: 'EXPIRED' })]),
      page([link(3, { amountPaise: 22 })], { environment: 'sandbox', ipayUuid: 'uuid-last' }),
    ];
    const deps = depsWith(pages);
    const digest = await composeDigest(deps, { statuses: ['EXPIRED', 'ISSUED', 'CLAIMED'] });
    expect(digest).toMatchObject({
      at: NOON,
      environment: 'live',
      ipayUuid: 'uuid-last',
      complete: true,
      reason: undefined,
      pagesRead: 2,
      recordsRead: 3,
      statuses: [
        { status: 'EXPIRED', count: 1, totalPaise: 12_345_678n },
        { status: 'ISSUED', count: 2, totalPaise: 12_345_700n },
        { status: 'CLAIMED', count: 0, totalPaise: 0n },
      ],
    });
    expect(deps.gateway.calls.links).toEqual([{ statuses: ['EXPIRED', 'ISSUED', 'CLAIMED', 'PROCESSING'] }]);
    expect(deps.gateway.calls.track).toEqual([]);
  });

  test('a link whose newer record no longer answers the filter is in no part of it (R2)', async () => {
    const soon = { expiresAt: NOON + HOUR_MS, recipientKey: 'same' };
    const stuck = link(3, { status: 'PROCESSING', createdAt: NOON - 9 * DAY_MS });
    const pages = [
      page([link(1, soon), link(2, soon), stuck]),
      page([], { mismatchedIds: [idOf(1), idOf(3)] }),
    ];
    const deps = depsWith(pages, { track: tracked({ status: 'PROCESSING' }) });
    const digest = await composeDigest(deps, { statuses: ['ISSUED', 'PROCESSING'] });
    expect(digest).toMatchObject({
      statuses: [{ count: 1 }, { count: 0 }],
      expiring: { count: 1 },
      stuck: { count: 0 },
      duplicates: { count: 0 },
    });
    expect(digest.told?.set).toEqual([{ linkId: idOf(2), status: 'issued' }]);
  });

  test('a purpose leaves out all other links, however it is spelled', async () => {
    const links = [
      link(1, { purpose: 'SALARY  November' }),
      link(2, { purpose: 'Refund' }),
      link(3, { purpose: undefined }),
      link(4, { purpose: 'ｓalary' }),
    ];
    const deps = depsWith([page(links)]);
    const digest = await composeDigest(deps, { statuses: ['ISSUED'], purpose: 'salary' });
    expect(digest).toMatchObject({ purpose: 'salary', statuses: [{ count: 2 }] });
    expect(digest.told).toMatchObject({ purpose: 'salary', set: [{ linkId: idOf(1) }, { linkId: idOf(4) }] });
  });

  test.each([
    ['Page 3 failed.', 'Page 3 failed.'],
    [undefined, PAGES_MISSING],
  ])('that could not finish (%s) is incomplete, says why, and tells no change', async (reason, said) => {
    const end = { complete: false, reason, pagesRead: 1, recordsRead: 10 };
    const digest = await composeDigest(depsWith([page([link(1)])], {}, end), {
      statuses: ['ISSUED'],
      previous: told({ 2: 'issued' }),
    });
    expect(digest).toMatchObject({ complete: false, reason: said, pagesRead: 1, recordsRead: 10 });
    expect(digest).toMatchObject({ changes: undefined, told: undefined, stuck: { count: 0 } });
  });

  test('that breaks off is incomplete too, with what was read until then', async () => {
    const deps = depsWith([
      page([link(1), link(2)]),
      page([link(3)]),
      new Unavailable('InstantPay is away.'),
    ]);
    expect(await composeDigest(deps, { statuses: ['ISSUED'] })).toMatchObject({
      complete: false,
      reason: 'InstantPay is away.',
      pagesRead: 2,
      recordsRead: 3,
    });
  });

  test('that never starts is no "all clear"', async () => {
    const deps = makeDeps({ script: { links: new Unavailable('InstantPay is away.') } });
    expect(await composeDigest(deps, { statuses: ['ISSUED'] })).toMatchObject({
      complete: false,
      reason: 'InstantPay is away.',
      environment: undefined,
      pagesRead: 0,
      recordsRead: 0,
    });
  });

  test('a reason left over from a complete walk is not shown', async () => {
    const deps = depsWith([], {}, { ...COMPLETE, reason: 'left over' });
    expect((await composeDigest(deps, { statuses: ['ISSUED'] })).reason).toBeUndefined();
  });

  test('a fault of Payout Desk is not taken for one of InstantPay', async () => {
    const deps = makeDeps({ script: { links: new TypeError('a bug') } });
    await expect(composeDigest(deps, { statuses: ['ISSUED'] })).rejects.toThrow('a bug');
    const left = depsWith([page([])], { track: new TypeError('another bug') });
    const query = { statuses: ['ISSUED'] as const, previous: told({ 1: 'issued' }) };
    await expect(composeDigest(left, query)).rejects.toThrow('another bug');
  });
});

describe('stuck', () => {
  const old = (id: number, days: number): PayoutLink =>
    link(id, { status: 'PROCESSING', createdAt: NOON - days * DAY_MS, amountPaise: id * 100 });
  const claimed = (at: number) =>
    tracked({
      status: 'PROCESSING',
      activity: [
        {
          text: 'Claimed',
          at,
          orderId: 'o1',
          accountType: undefined,
          accountNumber: undefined,
          accountIfsc: undefined,
        },
      ],
    });

  test('by the claim, the longest first; a link that is new, or was claimed lately, is not (R20)', async () => {
    const claims: Record<string, number> = {
      [idOf(1)]: NOON - 2 * DAY_MS,
      [idOf(2)]: NOON - 10 * MINUTE_MS,
      [idOf(4)]: NOON - 5 * DAY_MS,
    };
    const deps = depsWith([page([old(1, 9), old(2, 9), old(3, 0.5), old(4, 9)])], {
      track: (linkId) => claimed(claims[linkId] ?? 0),
    });
    const { stuck } = await composeDigest(deps, { statuses: ['PROCESSING'] });
    expect(stuck).toMatchObject({ afterMs: DAY_MS, count: 2, totalPaise: 500n, isAtLeast: false });
    expect(stuck.longest.map(({ link: { linkId }, age }) => [linkId, age])).toEqual([
      [idOf(4), { since: NOON - 5 * DAY_MS, from: 'claim' }],
      [idOf(1), { since: NOON - 2 * DAY_MS, from: 'claim' }],
    ]);
    expect(deps.gateway.calls.track.toSorted()).toEqual([idOf(1), idOf(2), idOf(4)]);
  });

  test('what is not known to be stuck is not told: tracking failed, and nobody saw it before', async () => {
    const deps = depsWith([page([old(1, 9)])], { track: new Unavailable('away') });
    expect((await composeDigest(deps, { statuses: [] })).stuck.count).toBe(0);
    await deps.store.processing.seen([{ linkId: idOf(1), status: 'PROCESSING' }], NOON - 2 * DAY_MS);
    const again = depsWith([page([old(1, 9)])], { track: new Unavailable('away') });
    again.store = deps.store;
    expect((await composeDigest(again, { statuses: [] })).stuck).toMatchObject({
      count: 1,
      longest: [{ age: { from: 'seen' } }],
    });
  });

  test('at most twenty are tracked for their claim', async () => {
    const links = Array.from({ length: 50 }, (_none, id) => old(id, 9));
    const deps = depsWith([page(links)], { track: claimed(NOON - 2 * DAY_MS) });
    expect((await composeDigest(deps, { statuses: [] })).stuck.count).toBe(20);
    expect(deps.gateway.calls.track).toHaveLength(20);
  });
});

describe('changes', () => {
  const query = (previous: ToldState) => ({ statuses: ['EXPIRED'] as const, previous });

  test('a first digest, and one with another purpose, has nothing to compare with', async () => {
    for (const previous of [undefined, told({ 1: 'issued' }, { purpose: 'salary' })]) {
      const digest = await composeDigest(depsWith([page([link(1)])]), { statuses: [], previous });
      expect(digest.changes).toEqual({ kind: 'first' });
      expect(digest.told).toMatchObject({ replaces: true, set: [{ linkId: idOf(1), status: 'issued' }] });
    }
  });

  test('with too many open links they are not counted', async () => {
    const links = Array.from({ length: 20_001 }, (_none, id) => link(id));
    const digest = await composeDigest(depsWith([page(links)]), query(told({ 1: 'issued' })));
    expect(digest.changes).toEqual({ kind: 'not_counted', openAtMost: 20_000 });
    expect(digest.told).toMatchObject({ isKept: false, set: [], gone: [] });
  });

  test('links that left the list are tracked; few are named, many are counted', async () => {
    const deps = depsWith([page([link(1), link(5, { status: 'EXPIRED' })])], {
      track: (linkId) => tracked({ status: linkId === idOf(2) ? 'CANCELLED' : 'CLAIMED' }),
      page: ({ filter }) => page([record({ linkId: filter.linkId ?? '', amountPaise: 500 })]),
    });
    const previous = told({ 1: 'processing', 2: 'issued', 3: 'issued', 4: 'issued', 5: 'issued' });
    const digest = await composeDigest(deps, query(previous));
    const named = [{ amountPaise: 500, contact: record().contact }];
    expect(digest.changes).toEqual({
      kind: 'since',
      at: AGO,
      of: [
        { kind: 'claimed', count: 2, named: [] },
        { kind: 'expired', count: 1, named: [] },
        { kind: 'cancelled', count: 1, named },
        { kind: 'returned', count: 1, named },
      ],
    });
    expect(digest.told).toEqual({
      at: NOON,
      purpose: undefined,
      isKept: true,
      replaces: false,
      set: [{ linkId: idOf(1), status: 'issued' }],
      gone: [2, 3, 4, 5].map(idOf),
    });
  });

  test('a name that InstantPay does not tell is left out, and the count stays', async () => {
    const deps = depsWith([page([])], {
      track: tracked({ status: 'CLAIMED' }),
      page: new Unavailable('away'),
    });
    expect((await composeDigest(deps, query(told({ 1: 'issued' })))).changes).toMatchObject({
      of: [{ kind: 'claimed', count: 1, named: [] }],
    });
  });

  test('of more than fifty that left, or when InstantPay fails, the rest is counted as no longer in the list', async () => {
    const links = Object.fromEntries(Array.from({ length: 60 }, (_none, id) => [id, 'issued' as const]));
    const deps = depsWith([page([])], { track: tracked({ status: 'CLAIMED' }) });
    expect((await composeDigest(deps, query(told(links)))).changes).toMatchObject({
      of: [
        { kind: 'claimed', count: LOOKED_UP_AT_MOST },
        { kind: 'left', count: 10 },
      ],
    });
    expect(deps.gateway.calls.track).toHaveLength(50);
    const away = depsWith([page([])], { track: new Unavailable('away') });
    expect((await composeDigest(away, query(told(links)))).changes).toMatchObject({
      of: [{ kind: 'left', count: 60 }],
    });
  });

  test('looking them up ends after its time', async () => {
    const deps = depsWith([page([])], {
      track: () => {
        deps.time.now += MINUTE_MS;
        return tracked({ status: 'CLAIMED' });
      },
    });
    const links = Object.fromEntries(Array.from({ length: 40 }, (_none, id) => [id, 'issued' as const]));
    const { changes } = await composeDigest(deps, { ...query(told(links)), lookUpMs: 3 * MINUTE_MS });
    const calls = deps.gateway.calls.track.length;
    expect(calls).toBeGreaterThan(1);
    expect(calls).toBeLessThan(10);
    expect(changes).toMatchObject({
      of: [
        { kind: 'claimed', count: calls },
        { kind: 'left', count: 40 - calls },
      ],
    });
  });

  test('created and expired since then is a change; created before, while the list is read, or unknown when, is none', async () => {
    const expired = (id: number, createdAt: number | undefined) => link(id, { status: 'EXPIRED', createdAt });
    const links = [expired(1, AGO + 1), expired(2, AGO), expired(3, undefined), expired(4, NOON + 1)];
    const deps = depsWith([page(links)], { page: page([record({ linkId: idOf(1) })]) });
    expect((await composeDigest(deps, query(told({})))).changes).toMatchObject({
      of: [{ kind: 'expired', count: 1, named: [{}] }],
    });
  });
});

describe('digestFor', () => {
  const previous = async () => told({ 1: 'issued' });

  test('is for people who may look, and compares with the last one that was posted', async () => {
    const deps = depsWith([page([link(1), link(2)])]);
    expect(await digestFor(deps, MAKER, { statuses: ['ISSUED'], previous })).toMatchObject({
      complete: true,
      changes: { kind: 'since', of: [{ kind: 'new', count: 1 }] },
    });
    await expect(digestFor(deps, STRANGER, { statuses: ['ISSUED'], previous })).rejects.toThrow(Forbidden);
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'digest.read', outcome: 'not_viewer' },
    ]);
  });
});

describe('automatic reminders', () => {
  const remind = async (deps: ReturnType<typeof depsWith>, linkId: string, at: number) => {
    const step = { linkId, beforeMs: HOUR_MS, expiresAt: NOON + DAY_MS };
    await deps.store.autoReminders.claim(step, at);
    return (result: 'sent' | 'unknown') => deps.store.autoReminders.settle(step, result, at);
  };

  test('are counted from the last digest on, each in one digest', async () => {
    const deps = depsWith([page([link(1)])]);
    await (await remind(deps, 'before', AGO - 1))('sent');
    await (await remind(deps, 'sent', AGO))('sent');
    await (await remind(deps, 'unknown', NOON - 1))('unknown');
    await (await remind(deps, 'next', NOON))('sent');
    const digest = await composeDigest(deps, { statuses: ['ISSUED'], previous: told({ 1: 'issued' }) });
    expect(digest.reminded).toEqual({ sent: 1, notConfirmed: 1 });
    deps.time.now += DAY_MS;
    const later = await composeDigest(deps, {
      statuses: ['ISSUED'],
      previous: told({ 1: 'issued' }, { at: digest.at }),
    });
    expect(later.reminded).toEqual({ sent: 1, notConfirmed: 0 });
  });

  test('none, the first digest, or a store that does not answer: nothing is said', async () => {
    const deps = depsWith([page([link(1)])]);
    const query = { statuses: ['ISSUED' as const], previous: told({ 1: 'issued' }) };
    expect((await composeDigest(deps, query)).reminded).toBeUndefined();
    await (await remind(deps, 'sent', AGO))('sent');
    expect((await composeDigest(deps, { statuses: ['ISSUED'] })).reminded).toBeUndefined();
    const away = makeDeps({
      script: { links: { pages: [page([link(1)])], end: COMPLETE } },
      at({ operation }) {
        if (operation === 'autoReminders.remindedSince') throw new Unavailable('away');
      },
    });
    expect((await composeDigest(away, query)).reminded).toBeUndefined();
  });
});

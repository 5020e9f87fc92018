/** Owns link IDs and statuses: what is one, and what is not. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canCancel,
  canRemind,
  claimedAt,
  creationOf,
  firstActivityAt,
  type LinkActivity,
  parseLinkId,
  readStatus,
} from '../../../src/payouts/links/link.ts';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import { EVERY_STATUS, LINK, NOON, tracked } from '../setup.ts';

describe('link ids', () => {
  test('are 24 hex digits, kept in lower case', () => {
    const hex = fc.stringMatching(/^[0-9a-fA-F]{24}$/);
    fc.assert(
      fc.property(hex, fc.constantFrom('', ' ', '\n'), (id, space) => {
        expect(parseLinkId(`${space}${id}${space}`)).toBe(id.toLowerCase());
      }),
    );
  });

  test.each(['', LINK.slice(1), `${LINK}0`, `${LINK.slice(1)}g`, `${LINK}\nx`, `x ${LINK}`])(
    '%j is none',
    (text) => {
      expect(parseLinkId(text)).toBeUndefined();
    },
  );

  test('nothing else is one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseLinkId(text) === undefined).toBe(!/^[0-9a-f]{24}$/i.test(text.trim()));
      }),
    );
  });
});

describe('statuses', () => {
  test.each([
    ['ISSUED', 'ISSUED'],
    [' claimed ', 'CLAIMED'],
    ['Processing', 'PROCESSING'],
    ['EXPIRED', 'EXPIRED'],
    ['CANCELLED', 'CANCELLED'],
    ['CANCELED', 'UNKNOWN'],
    ['REVOKED', 'UNKNOWN'],
    ['UNKNOWN', 'UNKNOWN'],
    ['', 'UNKNOWN'],
  ])('%j is read as %s', (text, status) => {
    expect(readStatus(text)).toBe(status);
  });

  test('only an ISSUED link may be cancelled or reminded of', () => {
    expect(EVERY_STATUS.filter(canCancel)).toEqual(['ISSUED']);
    expect(EVERY_STATUS.filter(canRemind)).toEqual(['ISSUED']);
  });
});

describe('dates (R20)', () => {
  /** 14 December 2023, 12:36:44 in India: what the published sample's id, order id and expiry agree on. */
  const CREATED = Date.parse('2023-12-14T12:36:44+05:30');
  const EXPIRES = Date.parse('2024-03-13T12:36:44+05:30');

  test('the published link was created 90 days before its expiry', () => {
    expect(creationOf('657aa9841b8d3897ff0a84fb', EXPIRES, NOON)).toBe(CREATED);
    expect(EXPIRES - CREATED).toBe(90 * DAY_MS);
  });

  test.each([
    ['no expiry', CREATED, undefined, NOON, CREATED],
    ['the expiry itself', CREATED, CREATED, NOON, CREATED],
    ['after the expiry', CREATED, CREATED - 1_000, NOON, undefined],
    ['more than a year before the expiry', CREATED, CREATED + 366 * DAY_MS + 1_000, NOON, undefined],
    ['just now, by a clock ahead of ours', NOON + 60_000, undefined, NOON, NOON + 60_000],
    ['in an hour', NOON + HOUR_MS, undefined, NOON, undefined],
    ['before the service', Date.parse('2015-01-01T00:00:00Z'), undefined, NOON, undefined],
  ])('an id of %s', (_what, createdAt, expiresAt, now, expected) => {
    const linkId = `${Math.floor(createdAt / 1_000).toString(16)}${'0'.repeat(16)}`;
    expect(creationOf(linkId, expiresAt, now)).toBe(expected);
  });

  const entry = (at: number | undefined, account?: string): LinkActivity => ({
    text: 'free text',
    at,
    orderId: undefined,
    accountType: undefined,
    accountNumber: account,
    accountIfsc: undefined,
  });

  test('the first entry of a history is the creation, in whatever order it comes', () => {
    expect(firstActivityAt(tracked({ activity: [entry(9), entry(undefined), entry(3)] }))).toBe(3);
    expect(firstActivityAt(tracked({ activity: [entry(undefined)] }))).toBeUndefined();
  });

  test.each([
    ['the first entry with an account at the end', [entry(1), entry(2, '*1'), entry(3, '*1')], 2],
    ['the last claim, after one that failed', [entry(1, '*1'), entry(2), entry(3, '*2')], 3],
    ['nothing when the last entry is no claim', [entry(1, '*1'), entry(2)], undefined],
    ['nothing without a history', [], undefined],
  ])('PROCESSING counts from %s', (_what, activity, expected) => {
    expect(claimedAt(tracked({ activity }))).toBe(expected);
  });
});

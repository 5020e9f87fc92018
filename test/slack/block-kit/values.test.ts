/** Owns what travels in buttons and block IDs: it comes back as it was, stays unreadable where private, and cannot be forged. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KNOWN_STATUSES } from '../../../src/payouts/links/link.ts';
import { LIST_SORTS } from '../../../src/payouts/links/list-filter.ts';
import * as listCodec from '../../../src/slack/block-kit/list-values.ts';
import * as codec from '../../../src/slack/block-kit/values.ts';
import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import { createSeal } from '../../../src/slack/block-kit/seal.ts';

const seal = createSeal('a secret of this desk');
const ID = '6578262c5e6c5b4a6d3f1a2b';

describe('seal', () => {
  test('opens what it sealed, on every replica with the same secret', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(createSeal('a secret of this desk').open(seal.seal(text))).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  test('shows nothing of the text and never looks the same twice', () => {
    const sealed = seal.seal('9876543210');
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('9876543210');
    expect(seal.seal('9876543210')).not.toBe(sealed);
  });

  test('opens nothing of another secret, changed, cut or made up', () => {
    const sealed = seal.seal('9876543210');
    expect(createSeal('another').open(sealed)).toBeUndefined();
    for (let index = 0; index < sealed.length - 1; index += 1) {
      const other = sealed[index] === 'A' ? 'B' : 'A';
      expect(seal.open(sealed.slice(0, index) + other + sealed.slice(index + 1))).toBeUndefined();
    }
    for (const forged of ['', 'x', sealed.slice(0, 20), `${sealed}AAAA`, ` ${sealed}`, `${sealed}=`]) {
      expect(seal.open(forged)).toBeUndefined();
    }
  });
});

const FORGED = [
  '',
  ' ',
  '{}',
  `{"id":"${ID}"}`,
  `${ID} `,
  ` ${ID}`,
  `${ID}\n`,
  `${ID},x`,
  'a b',
  '../x',
  'é',
  7,
  null,
  undefined,
  {},
  [ID],
];

describe('ids', () => {
  test('a link button carries the link id and nothing else', () => {
    expect(codec.decodeLinkId(ID)).toBe(ID);
    for (const value of [...FORGED, ID.toUpperCase(), `${ID}0`, ID.slice(1)]) {
      expect(codec.decodeLinkId(value)).toBeUndefined();
    }
  });

  test('an approval button carries the approval id and nothing else', () => {
    const id = 'c0ffee12-3456-4789-9abc-def012345678';
    expect(codec.decodeRequestId(id)).toBe(id);
    for (const value of [...FORGED, '-x', 'x'.repeat(65), `${id};`]) {
      expect(codec.decodeRequestId(value)).toBeUndefined();
    }
  });

  test('a command is one of the vocabulary, written as there', () => {
    expect(codec.decodeCommandName('txn')).toBe('txn');
    for (const value of [...FORGED, 'TXN', 'unwatch all', 'constructor']) {
      expect(codec.decodeCommandName(value)).toBeUndefined();
    }
  });
});

describe('a transaction', () => {
  const query = { externalRef: 'INV-118', date: '2026-11-20', aeps: true };
  test('comes back as it was', () => {
    expect(codec.decodeTransaction(codec.encodeTransaction(query, seal), seal)).toEqual(query);
  });
  test.each([
    { ...query, extra: 1 },
    { ...query, date: '2026-13-40' },
    { ...query, date: '20-11-2026' },
    { ...query, externalRef: 'NA' },
    { ...query, externalRef: 'a b' },
    { ...query, aeps: 'yes' },
    [],
  ])('is refused when forged: %j', (forged) => {
    expect(codec.decodeTransaction(seal.seal(JSON.stringify(forged)), seal)).toBeUndefined();
  });
});

describe('moving about in a list', () => {
  const contact = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 }).filter(codec.contactFits);
  const maybe = <Value>(one: fc.Arbitrary<Value>) => fc.option(one, { nil: undefined });
  const day = fc
    .date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const linkId = fc
    .array(fc.constantFrom('0', '7', '9', 'a', 'f'), { minLength: 24, maxLength: 24 })
    .map((digits) => digits.join(''));
  const query = fc.record({
    pageNumber: fc.integer({ min: 1, max: 9_999 }),
    statuses: fc.uniqueArray(fc.constantFrom(...KNOWN_STATUSES)),
    contact: fc.option(contact, { nil: undefined }),
    from: maybe(day),
    to: maybe(day),
    overPaise: maybe(fc.maxSafeNat()),
    underPaise: maybe(fc.maxSafeNat()),
    sort: maybe(fc.constantFrom(...LIST_SORTS)),
    turn: maybe(
      fc.record({
        direction: fc.constantFrom('older' as const, 'newer' as const),
        shown: fc.array(linkId, { maxLength: 10 }),
        near: fc.integer({ min: 1, max: 9_999 }),
        place: maybe(fc.integer({ min: 1, max: 99_999 })),
      }),
    ),
    boxes: maybe(fc.boolean()),
  });

  test('keeps page, statuses and contact', () => {
    fc.assert(
      fc.property(query, (given) => {
        const value = listCodec.encodeListQuery(given, seal);
        expect(value.length).toBeLessThanOrEqual(LIMITS.buttonValue);
        expect(listCodec.decodeListQuery(value, seal)).toEqual(given);
        const {
          statuses,
          contact: recipient,
          pageNumber: _page,
          turn: _turn,
          boxes: _boxes,
          ...limits
        } = given;
        expect(listCodec.decodeChosen(listCodec.encodeChosen(given))).toEqual({ statuses, ...limits });
        const kept = { name: 'urgent', filter: { statuses, contact: recipient, ...limits } };
        expect(listCodec.openList(listCodec.sealList(kept, seal), seal)).toEqual(kept);
        const blockId = listCodec.encodeFilterBlock(given.contact, seal);
        expect(blockId?.length).toBeLessThanOrEqual(LIMITS.blockId);
        expect(listCodec.decodeFilterBlock(blockId, seal)).toEqual({ contact: given.contact });
      }),
      { numRuns: 200 },
    );
  });

  test('the longest allowed contact still fits a block id, a longer one gives none', () => {
    expect(listCodec.encodeFilterBlock('x'.repeat(codec.CONTACT_BYTES), seal)?.length).toBeLessThanOrEqual(
      LIMITS.blockId,
    );
    expect(listCodec.encodeFilterBlock('x'.repeat(160), seal)).toBeUndefined();
  });

  test('refuses what was not sealed, has another shape, or is no status', () => {
    const sealed = (value: unknown) => seal.seal(JSON.stringify(value));
    const good = { pageNumber: 1, statuses: ['ISSUED'] };
    expect(listCodec.decodeListQuery(sealed(good), seal)).toBeDefined();
    for (const bad of [
      { ...good, pageNumber: 0 },
      { ...good, pageNumber: 1.5 },
      { ...good, statuses: ['REVOKED'] },
      { ...good, x: 1 },
      { ...good, from: '31 Nov' },
      { ...good, overPaise: -1 },
      { ...good, sort: 'cheapest' },
      { ...good, turn: { direction: 'older', shown: 'x', near: 1 } },
      'x',
    ]) {
      expect(listCodec.decodeListQuery(sealed(bad), seal)).toBeUndefined();
    }
    expect(listCodec.decodeListQuery(JSON.stringify(good), seal)).toBeUndefined();
    for (const value of [
      '',
      'all',
      'ISSUED,',
      'ISSUED,REVOKED',
      'ALL;2026-11-20',
      'ALL;20 Nov;;;;',
      'ALL;;;-1;;',
      'ALL;;;1e3;;',
      'ALL;;;;99999999999999999;',
      'ALL;;;;;cheapest',
      'ALL;;;;;newest;x',
      undefined,
    ]) {
      expect(listCodec.decodeChosen(value)).toBeUndefined();
    }
    for (const blockId of ['list.filter.', 'list.filter.9876543210', 'list.filterx', '', undefined]) {
      expect(listCodec.decodeFilterBlock(blockId, seal)).toBeUndefined();
    }
  });

  test('the buttons of a saved list name its place and its time, and nothing else', () => {
    const kept = { slot: 20, at: 1_795_149_000_000 };
    expect(listCodec.decodeSavedSlot(listCodec.encodeSavedSlot(kept))).toEqual(kept);
    for (const value of ['', '1', '1.', '.1', '-1.5', '1.5.6', '123.4', `1.${'9'.repeat(16)}`, undefined])
      expect(listCodec.decodeSavedSlot(value)).toBeUndefined();
  });

  test('a shared card remembers who shared it', () => {
    expect(codec.decodeShared(codec.encodeShared('U0REQ'))).toBe('U0REQ');
    expect(codec.decodeShared('link.shared.<!channel>')).toBeUndefined();
    expect(codec.decodeShared('AbC12')).toBeUndefined();
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canCancel, canNotify, isFinal, parseLinkId, readStatus } from '../../src/payouts/link.ts';
import { EVERY_STATUS, LINK } from './setup.ts';

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

  test('only an ISSUED link may be cancelled or reminded of; three states are final', () => {
    expect(EVERY_STATUS.filter(canCancel)).toEqual(['ISSUED']);
    expect(EVERY_STATUS.filter(canNotify)).toEqual(['ISSUED']);
    expect(EVERY_STATUS.filter(isFinal)).toEqual(['CLAIMED', 'EXPIRED', 'CANCELLED']);
  });
});

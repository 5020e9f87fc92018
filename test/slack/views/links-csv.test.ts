/** Owns links as a CSV file, as an independent parser reads it: whole, masked as they come, and harmless in a spreadsheet. */

import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KNOWN_STATUSES, type PayoutLink } from '../../../src/payouts/links/link.ts';
import { linksCsvHeader, linksCsvRows } from '../../../src/slack/views/links-csv.ts';
import { LINK, NOON, record } from '../../payouts/setup.ts';

type Row = Record<string, string>;

const csv = (links: PayoutLink[]): string => `${linksCsvHeader()}${linksCsvRows(links, 'live', NOON)}`;
const read = (links: PayoutLink[]): Row[] => parse<Row>(csv(links), { bom: true, columns: true });
const one = (changes: Partial<PayoutLink>): Row => read([record(changes)])[0] ?? {};

test('one line a link, with what the list tells of it', () => {
  const row = one({ referenceNo: 'INV-118', orderId: '1231212145125BIVZS', description: 'July' });
  expect(row).toEqual({
    link_id: LINK,
    reference: 'INV-118',
    order_id: '1231212145125BIVZS',
    recipient: 'Asha Rao',
    mobile: '******3210',
    email: 'a***@example.in',
    purpose: 'Refund',
    description: 'July',
    amount_rupees: '123456.78',
    status: 'ISSUED',
    created_ist: '2026-11-20 11:00:00',
    activated_ist: '2026-10-27 12:00:00',
    expires_ist: '2026-11-22 12:00:00',
    expired_ist: '',
    environment: 'LIVE',
  });
});

test('the byte order mark stands once, at the beginning', () => {
  const text = csv([record(), record()]);
  expect(text.startsWith('\ufefflink_id,')).toBe(true);
  expect(text.lastIndexOf('\ufeff')).toBe(0);
  expect(text.trimEnd().split('\n')).toHaveLength(3);
});

test.each(KNOWN_STATUSES)('an expiry is said of %s only where there is one (R20)', (status) => {
  const [expires, expired] = [NOON + 1, NOON].map((expiresAt) => one({ status, expiresAt }));
  const stillOpen = status === 'ISSUED' || status === 'PROCESSING';
  expect(expires?.['expires_ist'] !== '').toBe(stillOpen);
  expect(expired?.['expired_ist'] !== '').toBe(status === 'EXPIRED');
  // InstantPay reports EXPIRED links whose expiry is still ahead.
  expect(expires?.['expired_ist']).toBe('');
});

test('what is not known is empty, never a zero or a date of 1970', () => {
  const row = one({
    amountPaise: undefined,
    createdAt: undefined,
    activatedAt: undefined,
    expiresAt: undefined,
    purpose: '',
    contact: { name: undefined, email: undefined, mobile: undefined },
  });
  for (const key of ['amount_rupees', 'created_ist', 'activated_ist', 'expires_ist', 'recipient', 'purpose'])
    expect(row[key]).toBe('');
});

test('a status that Payout Desk does not recognise stands in InstantPay’s words', () => {
  expect(one({ status: 'UNKNOWN', statusText: '=REVOKED' })['status']).toBe("'=REVOKED");
});

describe('hostile fields', () => {
  const shown = (name: string): string =>
    one({ contact: { name, email: undefined, mobile: undefined } })['recipient'] ?? '';

  test.each(['=', '+', '-', '@', '\t=', '\r=', ' =', '＝', '\u200b='])('%j begins no formula', (start) => {
    expect(shown(`${start}HYPERLINK("http://evil.example")`)).toMatch(/^'|^H/);
  });

  test('quotes, commas and line breaks stay in their cell', () => {
    expect(shown('"Asha", \r\nRao;\u2028"Sons"')).toBe('"Asha", Rao; "Sons"');
    expect(shown('अमृता “₹” 🙏')).toBe('अमृता “₹” 🙏');
  });

  test('a field of 200 kB is cut with an ellipsis', () => {
    const cut = shown('अ'.repeat(70_000));
    expect(cut.length).toBeLessThanOrEqual(2_000);
    expect(cut).toMatch(/…$/);
  });

  test('any text comes back as one cell of one row, which starts no formula', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.stringMatching(/^[=+\-@"',;\t\r\n\u2028 अA]{0,30}$/),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (names) => {
        const rows = read(
          names.map((name) => record({ purpose: name, contact: { name, email: name, mobile: name } })),
        );
        expect(rows).toHaveLength(names.length);
        for (const row of rows) {
          expect(Object.keys(row)).toHaveLength(15);
          expect(row['link_id']).toBe(LINK);
          expect(row['recipient']).toBe(row['purpose']);
          for (const value of Object.values(row)) expect(value).not.toMatch(/^[=+\-@\t\r]/);
        }
      }),
    );
  });
});

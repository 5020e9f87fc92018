/** Owns that the local index and the filter agree: what the filter of our side accepts by a whole value, the index finds. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryOf, sightingOf } from '../../src/payouts/links/index-keys.ts';
import type { LinkTarget } from '../../src/payouts/links/target.ts';
import { readFilter } from '../../src/instantpay/filter.ts';
import { readRecord } from '../../src/instantpay/read-record.ts';

const LINK_ID = '6578262c5e6c5b4a6d3f1a2b';
const plain = (text: string): string => text;

const digits = fc.stringMatching(/^[6-9]\d{9}$/);
const spelled = fc
  .tuple(
    fc.constantFrom('', '+91 ', '91', '0', '+91-', '0091 '),
    digits,
    fc.constantFrom('', ' ', '-', '.'),
    fc.boolean(),
  )
  .map(([before, number, sign, isWide]) => {
    const text = `${before}${number.slice(0, 5)}${sign}${number.slice(5)}`;
    return isWide ? text.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))) : text;
  });
const word = fc.stringMatching(/^[A-Za-zéदीपा1-9][A-Za-z1-9éक़_./#-]{0,12}$/u);
const email = fc.tuple(word, word).map(([local, domain]) => `${local}@${domain}.in`);
const code = fc.stringMatching(/^[A-Za-z0-9]{6}$/);
const address = fc
  .tuple(
    fc.constantFrom('https://instant.pe/', 'http://www.instant.pe/', 'Instant.pe/'),
    code,
    fc.constantFrom('', '/', '?a=b'),
  )
  .map((parts) => parts.join(''));

/** Values, and the same ones spelled otherwise, so that they meet often. */
const wild = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.constantFrom(
        plain,
        (one: string) => one.toUpperCase(),
        (one: string) => ` ${one} `,
      ),
    )
    .map(([one, change]) => change(one));

const record = fc.record({
  mobile: fc.option(spelled, { nil: undefined }),
  email: fc.option(wild(email), { nil: undefined }),
  url: fc.option(address, { nil: undefined }),
  orderId: fc.option(wild(word), { nil: undefined }),
  referenceNo: fc.option(wild(word), { nil: undefined }),
});

const isWhole = (text: string): boolean =>
  text.trim().length > 0 && !/^[-–—.\s0]*$|^n\/?a$|^nil$|^null$|^none$/i.test(text.trim());

test('what the filter accepts by a whole value, the index finds', () => {
  let accepted = 0;
  fc.assert(
    fc.property(record, fc.nat(), fc.constantFrom('as it is', 'upper', 'spelled'), (given, pick, how) => {
      const { mobile, email: mail, url, orderId, referenceNo } = given;
      const wire = readRecord({
        linkId: LINK_ID,
        status: 'ISSUED',
        contactDetails: { name: 'Asha', mobile, email: mail },
        url,
        orderId,
        referenceNo,
      });
      if (!wire) throw new Error('the record cannot be read');
      const targets: LinkTarget[] = [
        ...[mobile, mail].flatMap((value) =>
          value === undefined ? [] : [{ kind: 'contact' as const, contact: value }],
        ),
        ...(url === undefined ? [] : [{ kind: 'url' as const, url }]),
        ...[orderId, referenceNo].flatMap((value) =>
          value === undefined || !isWhole(value) ? [] : [{ kind: 'reference' as const, reference: value }],
        ),
      ];
      const target = targets[pick % Math.max(1, targets.length)];
      if (!target) return;
      const typed = respelled(target, how);
      const filter =
        typed.kind === 'contact'
          ? { contact: typed.contact }
          : typed.kind === 'url'
            ? { url: typed.url }
            : { reference: typed.kind === 'reference' ? typed.reference : '' };
      if (readFilter(filter).mismatch(wire) !== undefined) return;
      accepted += 1;
      const { keys } = sightingOf({ ...wire.contactDetails, ...wire, orderIds: [wire.orderId] }, plain);
      const query = queryOf(typed, plain);
      expect(
        query?.keys.some((key) => keys.includes(key)),
        JSON.stringify(typed),
      ).toBe(true);
    }),
    { numRuns: 1_000 },
  );
  expect(accepted).toBeGreaterThan(500);
});

function respelled(target: LinkTarget, how: string): LinkTarget {
  if (how === 'as it is') return target;
  if (target.kind === 'contact') {
    const bare = target.contact.normalize('NFKC');
    const contact = bare.includes('@') ? bare.toUpperCase() : `+91 ${bare.replace(/\D/g, '').slice(-10)}`;
    return { kind: 'contact', contact };
  }
  if (target.kind !== 'reference') return target;
  const { reference } = target;
  return { kind: 'reference', reference: how === 'upper' ? reference.toUpperCase() : `  ${reference}` };
}

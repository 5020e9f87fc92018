/** Owns the other open links of a recipient: who counts as the same, and what is said when the search was not whole. */

import { expect, test } from 'vitest';
import type { Contact } from '../../../src/payouts/links/link.ts';
import {
  isPossibleDuplicate,
  isSameRecipient,
  NO_NAME,
  OTHERS_STOPPED,
  otherOpenLinks,
} from '../../../src/payouts/links/others.ts';
import { makeDeps, page, record } from '../setup.ts';

const ASHA: Contact = { name: 'Asha Rao', email: 'a***@example.in', mobile: '******3210' };
const whole = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 3 };
const OTHER = '657aa9841b8d3897ff0a8400';

test('the recipient’s other open links, without the link itself and without namesakes', async () => {
  const deps = makeDeps({
    script: {
      links: {
        pages: [
          page([
            record(),
            record({ linkId: OTHER, amountPaise: 100 }),
            record({
              linkId: '657aa9841b8d3897ff0a8401',
              contact: { ...ASHA, mobile: '******9999', email: 'x***@x.in' },
            }),
          ]),
        ],
        end: whole,
      },
    },
  });
  const { links, incomplete } = await otherOpenLinks(deps, record());
  expect(links.map(({ linkId }) => linkId)).toEqual([OTHER]);
  expect(incomplete).toBeUndefined();
  expect(deps.gateway.calls.links).toEqual([{ statuses: ['ISSUED', 'PROCESSING'], contact: 'Asha Rao' }]);
});

test('a search that is not whole says why, and what it found counts', async () => {
  const other = page([record({ linkId: OTHER })]);
  const cut = makeDeps({ script: { links: { pages: Array(6).fill(other), end: whole } } });
  expect(await otherOpenLinks(cut, record())).toMatchObject({
    links: [{ linkId: OTHER }],
    incomplete: OTHERS_STOPPED,
  });
  expect(cut.gateway.walks.pagesGiven).toBe(5);
  const failed = { ...whole, complete: false, reason: 'InstantPay did not answer in time.' };
  const away = makeDeps({ script: { links: { pages: [other], end: failed } } });
  expect((await otherOpenLinks(away, record())).incomplete).toBe('InstantPay did not answer in time.');
  const nameless = makeDeps();
  expect(await otherOpenLinks(nameless, record({ contact: { ...ASHA, name: undefined } }))).toEqual({
    links: [],
    incomplete: NO_NAME,
  });
});

test('a record that a later page shows outside the filter is taken back', async () => {
  const pages = [page([record({ linkId: OTHER })]), page([], { mismatchedIds: [OTHER] })];
  const deps = makeDeps({ script: { links: { pages, end: whole } } });
  expect((await otherOpenLinks(deps, record())).links).toEqual([]);
});

test.each<[string, Partial<Contact>, boolean]>([
  ['the same', {}, true],
  ['another spelling of the name', { name: ' asha  RAO' }, true],
  ['another email, the same mobile', { email: 'b***@example.in' }, true],
  ['another mobile, the same email', { mobile: '******0000' }, true],
  ['another of both', { mobile: '******0000', email: 'b***@example.in' }, false],
  ['nothing but the name', { mobile: undefined, email: undefined }, true],
  ['another mobile and no email', { mobile: '******0000', email: undefined }, false],
  ['another name', { name: 'Asha Ray' }, false],
  ['no name', { name: undefined }, false],
])('%s', (_what, changes, same) => {
  expect(isSameRecipient({ ...ASHA, ...changes }, ASHA)).toBe(same);
  expect(isSameRecipient(ASHA, { ...ASHA, ...changes })).toBe(same);
});

test('a possible duplicate has the same readable amount', () => {
  expect(isPossibleDuplicate(record({ amountPaise: 5 }), 5)).toBe(true);
  expect(isPossibleDuplicate(record({ amountPaise: 6 }), 5)).toBe(false);
  expect(isPossibleDuplicate(record({ amountPaise: undefined }), undefined)).toBe(false);
});

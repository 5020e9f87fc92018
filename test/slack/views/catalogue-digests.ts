/** Owns the catalogue's part on digests: an ordinary morning, the first one, a busy one, a quiet one, an incomplete one. */

import type { Changes } from '../../../src/payouts/digest/changes.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import { digestMessage } from '../../../src/slack/views/digest-message.ts';
import { missedNotice } from '../../../src/slack/views/digest-missed.ts';
import { linksList, statusList } from '../../../src/slack/views/digest-show.ts';
import { OFFER_ALL } from '../../../src/slack/views/offers.ts';
import { type CatalogueEntry, NAMES, someLinks } from './catalogue.ts';
import { aDigest, aLink, NOW } from './samples.ts';

const BOTH = ['EXPIRED', 'PROCESSING'] as const;
const AUDIT = { sequence: 1204, hash: 'ab12cd34'.repeat(8) };

const PEOPLE = [
  'Suresh Agarwal',
  'Rekha Gupta',
  'Pranav Pillai',
  'Bhavna Chauhan',
  'Lakshmi Narayanan',
  'Imran Khan',
  'Gurpreet Kaur',
  'Farhan Sheikh',
  'Divya Menon',
  'Arjun Reddy',
] as const;

/** Recipients of everyday names with everyday amounts. */
function ordinary(
  from: number,
  amount: number,
  changes: (index: number) => Partial<PayoutLink>,
): PayoutLink[] {
  return Array.from({ length: amount }, (_none, index) =>
    aLink({
      linkId: `6578262c5e6c5b4a6d3f${(from + index).toString(16).padStart(4, '0')}`,
      amountPaise: [48_285_000, 1_840_000, 925_000, 8_211_400, 125_050][index % 5],
      contact: { name: PEOPLE[index % PEOPLE.length], email: undefined, mobile: '******5742' },
      ...changes(index),
    }),
  );
}

const expiring = ordinary(0x1000, 10, (index) => ({ expiresAt: NOW + (index + 5) * 3 * HOUR_MS }));
const stuck = ordinary(0x2000, 5, (index) => ({
  status: 'PROCESSING',
  amountPaise: 8_211_400 - index * 1_700_000,
  createdAt: NOW - (3 - index / 4) * DAY_MS,
}));
const expired = ordinary(0x3000, 39, () => ({ status: 'EXPIRED', expiresAt: NOW - 30 * HOUR_MS }));

const FRIDAY: Changes = {
  kind: 'since',
  at: NOW - DAY_MS,
  of: [
    { kind: 'new', count: 3, named: [] },
    { kind: 'claimed', count: 6, named: [] },
    { kind: 'expired', count: 4, named: [] },
    { kind: 'stuck', count: 2, named: [] },
  ],
};

/** With names as they come, every part, and a duplicate. */
const busy = [
  ...someLinks(600, { expiresAt: NOW + 20 * HOUR_MS, amountPaise: 99_99_99_99_999, recipientKey: 'same' }),
  ...someLinks(400, { status: 'PROCESSING', createdAt: NOW - 40 * DAY_MS }).map((link) => ({
    ...link,
    linkId: link.linkId.replace('6578', '6579'),
  })),
  ...(['EXPIRED', 'CLAIMED', 'CANCELLED'] as const).flatMap((status, index) =>
    someLinks(900, { status, amountPaise: 99_99_99_99_999 }).map((link) => ({
      ...link,
      linkId: link.linkId.replace('6578', `658${index}`),
    })),
  ),
];
const EVERYTHING: Changes = {
  kind: 'since',
  at: NOW - 9 * DAY_MS,
  of: [
    { kind: 'new', count: 12_345, named: [] },
    { kind: 'claimed', count: 6_789, named: [] },
    { kind: 'expired', count: 400, named: [] },
    { kind: 'cancelled', count: 1, named: [{ amountPaise: 99_99_99_99_999, contact: aLink().contact }] },
    {
      kind: 'returned',
      count: 1,
      named: [{ amountPaise: 125_050, contact: { name: NAMES[3], email: undefined, mobile: undefined } }],
    },
    { kind: 'stuck', count: 300, named: [] },
    { kind: 'processing', count: 44, named: [] },
    { kind: 'unknown', count: 7, named: [] },
    { kind: 'left', count: 1_234, named: [] },
  ],
};

export function digestEntries(): CatalogueEntry[] {
  const retry = { at: NOW + HOUR_MS / 6, until: NOW + HOUR_MS };
  const incomplete = {
    complete: false,
    recordsRead: 119,
    reason: 'InstantPay reports 150 links, 119 were read.',
  };
  const options = { now: NOW, audit: AUDIT };
  const friday = [...expiring, ...stuck, ...expired];
  return [
    {
      name: 'digest',
      shown: digestMessage(aDigest(BOTH, friday, { changes: FRIDAY }), { ...options, file: true }),
    },
    {
      name: 'digest-first',
      shown: digestMessage(aDigest(BOTH, friday, { changes: { kind: 'first' } }), options),
    },
    {
      name: 'digest-sandbox',
      shown: digestMessage(
        aDigest(BOTH, friday.slice(0, 20), { changes: FRIDAY, environment: 'sandbox' }),
        options,
      ),
    },
    {
      name: 'digest-after-missed-days',
      shown: digestMessage(
        aDigest(BOTH, friday.slice(2, 13), {
          changes: {
            kind: 'since',
            at: NOW - 3 * DAY_MS,
            of: [
              { kind: 'new', count: 41, named: [] },
              { kind: 'claimed', count: 17, named: [] },
              { kind: 'expired', count: 9, named: [] },
              {
                kind: 'returned',
                count: 1,
                named: [{ amountPaise: 1_840_000, contact: { ...aLink().contact, name: 'Rekha Gupta' } }],
              },
            ],
          },
        }),
        options,
      ),
    },
    {
      name: 'digest-busy',
      shown: digestMessage(
        aDigest(['EXPIRED', 'PROCESSING', 'CLAIMED', 'CANCELLED', 'ISSUED'], busy, {
          changes: EVERYTHING,
          purpose: 'Festive sale',
        }),
        { ...options, file: true },
      ),
    },
    {
      name: 'digest-changes-alone',
      shown: digestMessage(
        aDigest(BOTH, expired, {
          changes: { kind: 'since', at: NOW - DAY_MS, of: [{ kind: 'claimed', count: 1, named: [aLink()] }] },
        }),
        options,
      ),
    },
    { name: 'digest-all-clear', shown: digestMessage(aDigest(BOTH, expired), options) },
    { name: 'digest-nothing', shown: digestMessage(aDigest(BOTH, []), options) },
    {
      name: 'digest-incomplete',
      shown: digestMessage(aDigest(BOTH, [], incomplete), { now: NOW, retry }),
    },
    {
      name: 'digest-missed',
      shown: missedNotice({
        reason: 'refused',
        lastDueAt: NOW,
        amount: 1,
        atLeast: false,
        perhapsPosted: false,
      }),
    },
    {
      name: 'digest-show',
      shown: statusList(
        {
          query: { status: 'EXPIRED', purpose: undefined, pageNumber: 2 },
          at: NOW,
          links: [
            ...someLinks(10, { status: 'EXPIRED', expiresAt: NOW - 3 * DAY_MS }),
            ...expired.slice(0, 10),
          ],
          hasOlder: true,
          total: 139,
          environment: 'live',
          incomplete: undefined,
        },
        { offers: OFFER_ALL },
      ),
    },
    {
      name: 'digest-duplicates',
      shown: linksList(
        { at: NOW, links: someLinks(2, { amountPaise: 1_250_000 }), asked: 3, environment: 'live' },
        { offers: OFFER_ALL },
      ),
    },
  ];
}

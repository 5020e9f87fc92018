/** Owns the filter of answers (R1): records that were not asked for never reach the rules. */

import { describe, expect, test } from 'vitest';
import type { LinkFilter } from '../../src/payouts/links/page.ts';
import { LISTED } from './published.ts';
import { envelopeOf, LINK_ID, makeClient, makeInstantPay, serveJson } from './setup.ts';

const RAVI = {
  linkId: LINK_ID,
  status: 'ISSUED',
  amount: 1,
  url: 'https://instant.pe/LS25FH',
  contactDetails: { name: 'Ravi  Kumar', email: 'Ravi.K@Bank.example', mobile: '+91 98200-12345' },
};

/** One record is sent whatever is asked; does it answer the filter? */
async function answers(filter: LinkFilter, record: Record<string, unknown> = RAVI): Promise<boolean> {
  const { url } = await serveJson(() => envelopeOf({ records: [record] }));
  const page = await makeClient(url).client.page(filter, 1);
  expect(page.links.length + page.mismatched).toBe(1);
  return page.links.length === 1;
}

describe('by status', () => {
  test('drops the PROCESSING record of the published sample, and counts it', async () => {
    const { url } = await serveJson(() => LISTED);
    const { client, events } = makeClient(url);
    const page = await client.page({ statuses: ['ISSUED'] }, 1);
    expect(page.links.map(({ linkId }) => linkId)).toEqual(['657aa9841b8d3897ff0a84fb']);
    expect(page).toMatchObject({ recordsReceived: 2, mismatched: 1 });
    expect(events.at(-1)).toEqual({
      type: 'page',
      operation: 'list',
      pageNumber: 1,
      recordsReceived: 2,
      mismatched: { status: 1, linkId: 0, contact: 0 },
      unreadable: 0,
      ipayUuid: LISTED.ipay_uuid,
    });
  });

  test('tells nothing when all is as asked', async () => {
    const { url } = await serveJson(() => LISTED);
    const { client, events } = makeClient(url);
    await client.page({ statuses: ['ISSUED', 'PROCESSING'] }, 1);
    expect(events.map(({ type }) => type)).toEqual(['attempt']);
  });

  test('holds against the local InstantPay with its leak on', async () => {
    const instantPay = await makeInstantPay({});
    instantPay.controls.leakFilter = true;
    const page = await makeClient(instantPay.url).client.page({ statuses: ['ISSUED'] }, 1, 100);
    expect(page.mismatched).toBe(instantPay.links('PROCESSING').length);
    expect(page.links).toHaveLength(instantPay.links('ISSUED').length);
  });

  test('never takes an unpublished status for a published one', async () => {
    expect(await answers({ statuses: ['ISSUED'] }, { ...RAVI, status: 'ISSUED_AGAIN' })).toBe(false);
    expect(await answers({ statuses: ['ISSUED'] }, { ...RAVI, status: 'issued' })).toBe(true);
  });
});

describe('by link id', () => {
  test('only that link', async () => {
    expect(await answers({ linkId: LINK_ID.toUpperCase() })).toBe(true);
    expect(await answers({ linkId: `${LINK_ID.slice(0, -1)}a` })).toBe(false);
  });
});

describe('by contact', () => {
  test.each([
    ['9820012345', true],
    ['+91 98200 12345', true],
    ['098200-12345', true],
    ['9820012346', false],
    ['19820012345', true],
    ['0012345', false],
    ['ravi.k@bank.example', true],
    ['avi.k@bank.example', false],
    ['ravi.k@bank.example.evil', false],
    ['ravi kumar', true],
    ['KUMAR', true],
    ['Kumar Ravi', false],
    ['Ravi2', false],
  ])('%s: %s', async (contact, expected) => {
    expect(await answers({ contact })).toBe(expected);
  });

  test('never answers with somebody of whom nothing is known', async () => {
    for (const contact of ['9820012345', 'ravi.k@bank.example', 'ravi']) {
      expect(await answers({ contact }, { ...RAVI, contactDetails: null })).toBe(false);
      expect(
        await answers({ contact }, { ...RAVI, contactDetails: { mobile: 'n/a', name: '', email: 1 } }),
      ).toBe(false);
    }
  });

  test('is checked before masking, so a masked value cannot match', async () => {
    expect(await answers({ contact: 'r***@bank.example' })).toBe(false);
    expect(await answers({ contact: '******2345' })).toBe(false);
  });
});

describe('by address', () => {
  test.each([
    ['https://instant.pe/LS25FH', true],
    ['http://INSTANT.pe/LS25FH/?utm_source=sms#top', true],
    ['instant.pe/LS25FH', true],
    ['www.instant.pe/LS25FH', true],
    ['https://WWW.instant.pe/LS25FH', true],
    ['https://instant.pe/ls25fh', false],
    ['https://instant.pe.evil.example/LS25FH', false],
    ['https://instant.pe/LS25FHX', false],
  ])('%s: %s', async (url, expected) => {
    expect(await answers({ url })).toBe(expected);
  });

  test('never answers with a record without one, and is no mismatch of InstantPay’s', async () => {
    expect(await answers({ url: 'https://instant.pe/LS25FH' }, { ...RAVI, url: null })).toBe(false);
    const { url, seen } = await serveJson(() => envelopeOf({ records: [RAVI] }));
    const { client, events } = makeClient(url);
    await client.page({ url: 'https://instant.pe/OTHER' }, 1);
    expect(seen[0]?.body).not.toContain('OTHER');
    expect(events.map(({ type }) => type)).toEqual(['attempt']);
  });
});

/** Owns reading answers: the published samples, every other way InstantPay writes them, and masking. */

import { describe, expect, test } from 'vitest';
import { readAnswer, shown } from '../../src/instantpay/answer.ts';
import { maskIdentifier } from '../../src/instantpay/read-links.ts';
import { CANCELLED, LISTED, NOTIFIED, TRACKED } from './published.ts';
import { envelopeOf, LINK_ID, makeClient, makeInstantPay, rejection, serveJson, UUID } from './setup.ts';

/** A client whose every call is answered with this. */
async function answeredWith(answer: unknown) {
  const { url } = await serveJson(() => answer);
  return makeClient(url).client;
}

/** Vitest would take an empty array for a row without columns. */
const only = (data: unknown) => ({ data });

const record = (rest: Record<string, unknown> = {}) => ({
  amount: 120.11,
  status: 'ISSUED',
  linkId: LINK_ID,
  ...rest,
});

async function readRecord(rest: Record<string, unknown>) {
  const client = await answeredWith(envelopeOf({ records: [record(rest)] }));
  return (await client.page({}, 1)).links[0];
}

describe('the published samples', () => {
  test('track: masked, in paise and UTC, with the asker’s id (R3, R6, R7, R17, R18)', async () => {
    const link = await (await answeredWith(TRACKED)).track(LINK_ID);
    expect(link).toMatchObject({
      linkId: LINK_ID,
      status: 'CLAIMED',
      statusText: 'CLAIMED',
      amountPaise: 12011,
      environment: 'live',
      ipayUuid: TRACKED.ipay_uuid,
    });
    expect(link.activity).toHaveLength(4);
    expect(link.activity[1]).toMatchObject({
      text: TRACKED.data.linkActivity[1]?.status.replace('8430454547', '******4547').replace('\u00a0', ' '),
      at: Date.parse('2023-12-12T14:51:26+05:30'),
    });
    expect(link.activity[3]).toMatchObject({
      orderId: '1231212092131FDBUT',
      accountType: 'ACCOUNT',
      accountNumber: '************5742',
      accountIfsc: 'YESB0CMSNOC',
    });
    expect(JSON.stringify(link)).not.toMatch(/8430454547|7770007428585742/);
  });

  test('list: every record, hints, and nothing unmasked', async () => {
    const page = await (await answeredWith(LISTED)).page({}, 1);
    expect(page).toMatchObject({
      pageNumber: 1,
      currentPage: 1,
      recordFrom: 1,
      recordTo: 2,
      recordsReceived: 2,
      mismatched: 0,
      totalRecords: 12,
      totalPages: 6,
      environment: 'live',
      ipayUuid: LISTED.ipay_uuid,
    });
    expect(page.links[0]).toEqual({
      linkId: '657aa9841b8d3897ff0a84fb',
      status: 'ISSUED',
      statusText: 'ISSUED',
      amountPaise: 12011,
      purpose: 'refund',
      description: 'Giving captch payment',
      contact: { name: 'Sample Name', email: '***', mobile: '******5742' },
      referenceNo: undefined, // "NA" (R21)
      orderId: '1231214070644TLWAP',
      paymentModes: ['ACCOUNT'],
      verifyBene: true,
      // 24 days after the activation: as the order id says, and 90 days before the expiry (R20).
      createdAt: Date.parse('2023-12-14T12:36:44+05:30'),
      activatedAt: Date.parse('2023-11-20T14:02:00+05:30'),
      expiresAt: Date.parse('2024-03-13T12:36:44+05:30'),
    });
    // The address of a link is what its money is claimed with: it does not leave the client.
    expect(JSON.stringify(page)).not.toMatch(/instant\.pe|7428585742/);
  });

  test('notify and cancel: done, in InstantPay’s words', async () => {
    expect(await (await answeredWith(NOTIFIED)).notify(LINK_ID)).toEqual({
      kind: 'done',
      message: 'Notification Link Sent To *******742 and ******@instantpay.in',
      ipayUuid: NOTIFIED.ipay_uuid,
      environment: 'live',
    });
    expect(await (await answeredWith(CANCELLED)).cancel(LINK_ID)).toMatchObject({
      kind: 'done',
      message: 'Link Cancelled Successfully',
    });
  });
});

describe('loose types (R3)', () => {
  test.each([null, '', [], {}, { records: null }, { records: '', meta: [] }, { records: {} }].map(only))(
    'list: $data is a page without records',
    async ({ data }) => {
      const page = await (await answeredWith(envelopeOf(data))).page({}, 1);
      expect(page).toMatchObject({
        links: [],
        recordsReceived: 0,
        mismatched: 0,
        totalRecords: undefined,
      });
    },
  );

  test.each(
    [[record(), record({ linkId: `${LINK_ID.slice(0, -1)}a` })], []]
      .flatMap((list) => [list, Object.fromEntries(list.map((entry, index) => [String(index + 1), entry]))])
      .map((records) => ({ records })),
  )('list: records as an object are a list like any other: $records', async ({ records }) => {
    const page = await (await answeredWith(envelopeOf({ records }))).page({}, 1);
    expect(page.links).toHaveLength(Object.keys(records).length);
  });

  test.each(['nothing', 0, true, { meta: { totalRecords: 1 } }].map(only))(
    'list: $data cannot be read, and is no empty page',
    async ({ data }) => {
      const error = await rejection((await answeredWith(envelopeOf(data))).page({}, 1));
      expect(error).toMatchObject({ kind: 'unreadable', ipayUuid: UUID });
    },
  );

  test('list: nothing on page 1 where InstantPay counts links cannot be read', async () => {
    const client = await answeredWith(envelopeOf({ meta: { totalRecords: 12 }, records: [] }));
    expect(await rejection(client.page({}, 1))).toMatchObject({ kind: 'unreadable' });
    expect(await client.page({}, 3)).toMatchObject({ links: [], totalRecords: 12 });
  });

  test.each(['none', 0, false, { 1: record(), 2: null }, { error: 'busy' }, { 1: [] }].map(only))(
    'list: $data as records cannot be read, and is no empty page',
    async ({ data }) => {
      const { url, seen } = await serveJson(() => envelopeOf({ records: data }));
      const error = await rejection(makeClient(url).client.page({}, 1));
      expect(error).toMatchObject({ kind: 'unreadable', statuscode: 'TXN', ipayUuid: UUID });
      expect(seen).toHaveLength(1);
    },
  );

  test('track: an activity written as an object is a list like any other', async () => {
    const tracked = {
      status: 'ISSUED',
      amount: 1,
      linkActivity: { 1: { status: 'made' }, 3: { status: 'sent' } },
    };
    const { activity } = await (await answeredWith(envelopeOf(tracked))).track(LINK_ID);
    expect(activity.map(({ text }) => text)).toEqual(['made', 'sent']);
  });

  test.each([null, '', [], {}, { status: '', amount: 1 }].map(only))(
    'track: $data is no link, and says so without a second try',
    async ({ data }) => {
      const { url, seen } = await serveJson(() => envelopeOf(data));
      const error = await rejection(makeClient(url).client.track(LINK_ID));
      expect(error).toMatchObject({
        kind: 'unreadable',
        statuscode: 'TXN',
        ipayUuid: UUID,
        transient: false,
      });
      expect(seen).toHaveLength(1);
    },
  );

  test.each([null, '', [], {}, 'Ok', undefined].map(only))(
    'cancel: $data changes nothing',
    async ({ data }) => {
      expect(await (await answeredWith(envelopeOf(data))).cancel(LINK_ID)).toMatchObject({ kind: 'done' });
    },
  );

  test.each([
    [120.11, 12011],
    ['120.11', 12011],
    [' 500000 ', 50_000_000],
    ['12,500.50', 1_250_050],
    ['12,34,567.50', 123_456_750],
    ['1,234,567.50', 123_456_750],
    ['many', undefined],
    ['12,50', undefined],
    [null, undefined],
    [undefined, undefined],
    [0.1, 10],
    [1, 100],
  ])('an amount of %j is %s paise, and hides nothing else of the link (R3)', async (amount, paise) => {
    expect((await readRecord({ amount }))?.amountPaise).toBe(paise);
    const tracked = envelopeOf([{ status: 'ISSUED', amount, linkActivity: null }]);
    expect(await (await answeredWith(tracked)).track(LINK_ID)).toMatchObject({
      amountPaise: paise,
      activity: [],
    });
  });

  test('lets unknown fields pass and missing ones be missing', async () => {
    const answer = {
      statuscode: 'TXN',
      extra: 1,
      data: { records: [record({ extra: {}, contactDetails: [] })] },
    };
    const page = await (await answeredWith(answer)).page({}, 1);
    expect(page).toMatchObject({ environment: undefined, ipayUuid: undefined });
    expect(page.links[0]).toMatchObject({
      contact: { name: undefined, email: undefined, mobile: undefined },
      paymentModes: [],
      activatedAt: undefined,
    });
  });

  test('takes numbers for text, and keeps the digits of those too large for a number', async () => {
    const text =
      '{"statuscode":"TXN","data":{"status":"CLAIMED","amount":1,"linkActivity":[{"accountNumber":123456789012345678}]}}';
    const answer = readAnswer('track', { httpStatus: 200, text, retryAfterMs: undefined, elapsedMs: 1 });
    expect(JSON.stringify(answer.data)).toContain('"123456789012345678"');
    expect((await readRecord({ contactDetails: { mobile: 9820012345 } }))?.contact.mobile).toBe('******2345');
  });

  test('leaves out one broken record, says so, and keeps the rest', async () => {
    const { url } = await serveJson(() =>
      envelopeOf({ records: [record(), record({ linkId: 'x' }), null, record({ status: null })] }),
    );
    const { client, events } = makeClient(url);
    const page = await client.page({}, 1);
    expect(page).toMatchObject({ recordsReceived: 4, mismatched: 0, unreadable: 3 });
    expect(page.links).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'page', unreadable: 3, ipayUuid: UUID });
  });
});

describe('statuses and environments', () => {
  test.each([
    ['PRODUCTION', 'live'],
    ['Live', 'live'],
    ['live ', 'live'],
    ['Sandbox', 'sandbox'],
    ['SANDBOX', 'sandbox'],
    ['Staging', undefined],
    [null, undefined],
  ])('environment %j is %s (R15)', async (environment, expected) => {
    const client = await answeredWith(envelopeOf(null, { environment }));
    expect((await client.page({}, 1)).environment).toBe(expected);
    expect((await client.cancel(LINK_ID)).environment).toBe(expected);
  });

  test('an unpublished status is UNKNOWN and kept as text (R7)', async () => {
    const instantPay = await makeInstantPay();
    instantPay.addLink({ linkId: LINK_ID });
    instantPay.fault({ effect: { kind: 'linkStatus', status: 'ON_HOLD' } });
    const { client } = makeClient(instantPay.url);
    expect(await client.track(LINK_ID)).toMatchObject({ status: 'UNKNOWN', statusText: 'ON_HOLD' });
    expect(await client.track(LINK_ID)).toMatchObject({ status: 'ISSUED' });
  });
});

describe('masking (R17)', () => {
  test('covers every field that may hold a number or an address', async () => {
    const link = await readRecord({
      purpose: 'call 98200 12345',
      description: 'or write to ravi.k@bank.example',
      referenceNo: '50100345678912',
      status: 'HELD for 9820012345',
      contactDetails: { name: 'Ravi 9820012345', email: 'ravi.k@bank.example', mobile: '+91 98200 12345' },
    });
    expect(JSON.stringify(link)).not.toMatch(/98200 ?1|ravi\.k|50100345/);
    expect(link).toMatchObject({
      purpose: 'call ******2345',
      description: 'or write to r***@bank.example',
      referenceNo: '**********8912',
      contact: { name: 'Ravi ******2345', email: 'r***@bank.example', mobile: '*********2345' },
    });
  });

  test('covers a VPA as an account and InstantPay’s words', async () => {
    const tracked = {
      status: 'CLAIMED',
      amount: 1,
      linkActivity: [{ status: 'Paid to ravi@okbank', accountNumber: 'ravi@okbank' }, 'not an object'],
    };
    const link = await (await answeredWith(envelopeOf(tracked))).track(LINK_ID);
    expect(link.activity[0]).toMatchObject({ text: 'Paid to r***@okbank', accountNumber: 'r***@okbank' });
    expect(link.activity[1]).toMatchObject({ text: '', at: undefined });
    const done = await answeredWith(envelopeOf(null, { status: 'Sent to 9820012345' }));
    expect((await done.notify(LINK_ID)).message).toBe('Sent to ******2345');
  });

  test('covers ids and payment modes that do not look like any', async () => {
    expect(
      await readRecord({
        orderId: 'of 9820012345',
        paymentModes: ['ACCOUNT', 'to ravi@okbank', '9820012345', 7],
      }),
    ).toMatchObject({ orderId: 'of ******2345', paymentModes: ['ACCOUNT', 'to r***@okbank', '******2345'] });
    const linkActivity = [{ orderId: 'ravi@okbank', accountIfsc: '98200 12345' }];
    const tracked = envelopeOf({ status: 'CLAIMED', amount: 1, linkActivity });
    expect((await (await answeredWith(tracked)).track(LINK_ID)).activity[0]).toMatchObject({
      orderId: 'r***@okbank',
      accountIfsc: '******2345',
    });
    const long = await answeredWith(envelopeOf(null, { ipay_uuid: `h0009-${'9'.repeat(200)}` }));
    expect((await long.cancel(LINK_ID)).ipayUuid).not.toContain('99999');
  });

  test('masks what InstantPay masked in part down to the last four', () => {
    expect(maskIdentifier('841XXXX786')).toBe('*******786');
    expect(maskIdentifier('*******742')).toBe('*******742');
    expect(maskIdentifier('411111XXXXXX1111')).toBe('************1111');
    expect(maskIdentifier('XX50100345678912')).toBe('************8912');
    expect(maskIdentifier('50100345678912')).toBe('**********8912');
    expect(maskIdentifier('AB12345678')).toBe('******5678');
    // Longer than any number, and than what a pattern can run over.
    expect(maskIdentifier(`XX${'1'.repeat(4_000_000)}`)).toBe('***');
  });

  test('cuts a flood before it masks it, and shows nothing of a number that the cut went through', () => {
    const started = performance.now();
    expect(shown('a'.repeat(8_000_000), 100)).toHaveLength(100);
    expect(performance.now() - started).toBeLessThan(300);
    for (let before = 1100; before <= 1200; before += 1) {
      const text =
        shown(`${'\u200b'.repeat(before)}ok 9820012345 asha.rao@example.in ${'x'.repeat(400)}`) ?? '';
      expect(text.replace(/\u200b/g, '')).not.toMatch(/98200|asha/);
    }
  });

  test('bounds words from outside', async () => {
    const client = await answeredWith(envelopeOf(null, { status: 'long '.repeat(500) }));
    const { message } = await client.cancel(LINK_ID);
    expect(message).toHaveLength(300);
    expect(message.endsWith('…')).toBe(true);
  });
});

/** Owns InstantPay’s answers at their worst: any type, hostile text in any field, and bodies that are no answer. */

import * as fc from 'fast-check';
import { anyText, ids, MARK, PRIVATE } from './hostile.ts';

/** Outside text with its mark at both ends. */
const outside = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: anyText },
      { weight: 1, arbitrary: fc.constantFrom(...PRIVATE).map((value) => ` ${value} `) },
    ),
    { maxLength: 3 },
  )
  .map((parts) => `${MARK}${parts.join('')}${MARK}`);

/** A value of any type at all. */
const wild: fc.Arbitrary<unknown> = fc.oneof(
  outside,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e21,
    -1e-7,
    '',
    ' ',
    [],
    {},
    [null],
    [[]],
    { a: 1 },
    [1, 'x'],
  ),
  fc.array(outside, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('status', 'amount', 'name', '__proto__'), outside, { maxKeys: 2 }),
);

/** Mostly as it should be, sometimes wild, sometimes missing. */
function field(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 14, arbitrary: right },
    { weight: 2, arbitrary: outside },
    { weight: 2, arbitrary: wild },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const status = field(
  fc.constantFrom(
    'ISSUED',
    'ISSUED',
    'ISSUED',
    'PROCESSING',
    'CLAIMED',
    'EXPIRED',
    'CANCELLED',
    'REVOKED',
    'issued ',
  ),
);
const amount = field(
  fc.constantFrom<unknown>(
    1,
    '1.00',
    123456.78,
    '1,23,456.78',
    '0',
    0,
    '9'.repeat(15),
    '1e5',
    '-5',
    '0.001',
    ' 7 ',
    '₹5',
  ),
);
const time = field(
  fc.constantFrom(
    '2026-11-20 10:00:00',
    '2026-02-30 10:00:00',
    '9999-12-31 23:59:59',
    '0000-00-00 00:00:00',
    'x',
  ),
);
const text = field(outside);

const contact = field(fc.record({ name: text, email: text, mobile: text }));
const activity = field(
  fc.array(
    field(
      fc.record({
        status: text,
        activityAt: time,
        orderId: text,
        accountType: text,
        accountNumber: text,
        accountIfsc: text,
      }),
    ),
    { maxLength: 12 },
  ),
);

/** Everything any of the five operations reads, at once: each takes what it knows. */
export function dataOf(linkId: string): fc.Arbitrary<unknown> {
  const record = fc.record({
    linkId: field(fc.oneof(fc.constant(linkId), ids)),
    status,
    amount,
    purpose: text,
    description: text,
    contactDetails: contact,
    referenceNo: text,
    orderId: text,
    url: field(fc.constantFrom('https://instant.pe/LS25FH', 'https://evil.example')),
    qrUrl: text,
    paymentModes: field(fc.array(text, { maxLength: 3 })),
    activatedAt: time,
    expiredAt: time,
  });
  return field(
    fc.record({
      status,
      amount,
      linkActivity: activity,
      meta: field(fc.record({ totalPages: wild, totalRecords: wild, currentPage: wild })),
      records: field(fc.array(field(record), { maxLength: 11 })),
      transactionDateTime: time,
      transactionStatusCode: field(fc.constantFrom('TXN', 'TUP', 'ERR')),
      transactionStatus: text,
      transactionAmount: amount,
      transactionReferenceId: text,
      order: field(
        fc.record({ account: text, refereceId: text, referenceId: text, spkey: text, sspName: text }),
      ),
      pool: field(
        fc.record({
          transaction: wild,
          reversal: field(fc.record({ referenceId: text, paymentAmount: amount })),
        }),
      ),
      reversal: field(fc.record({ referenceId: text, paymentAmount: amount })),
      tag: wild,
    }),
  );
}

/** An answer as it goes over the wire: an envelope, or something that is none. */
export function answerOf(linkId: string): fc.Arbitrary<{ httpStatus: number; body: string; type: string }> {
  const envelope = fc.record({
    statuscode: field(
      fc.constantFrom(
        'TXN',
        'TXN',
        'TXN',
        'TXN',
        'TXN',
        'TXN',
        'TXN',
        'TXN',
        'TUP',
        'RPI',
        'IAT',
        'IAB',
        'DTX',
        'SPD',
        'ERR',
        'TRP',
        'XYZ',
      ),
    ),
    actcode: wild,
    status: text,
    data: dataOf(linkId),
    timestamp: time,
    ipay_uuid: field(fc.constant('h0009ad832f4-f43d-40c0-81d3-c04979ab81df-e51WjQG73oSk')),
    orderid: wild,
    environment: field(fc.constantFrom('PRODUCTION', 'LIVE', 'Sandbox')),
    internalCode: wild,
  });
  const json = envelope.map((given) => ({
    httpStatus: 200,
    body: JSON.stringify(given),
    type: 'application/json',
  }));
  const strange = fc
    .tuple(
      fc.constantFrom(200, 200, 201, 204, 301, 400, 401, 404, 429, 500, 502, 503),
      fc.oneof(
        fc.constantFrom(
          '',
          'null',
          '[]',
          '"x"',
          '1',
          '{',
          '<html>502 Bad Gateway</html>',
          '{"statuscode":',
          '\ufeff{}',
        ),
        outside,
        wild.map((value) => JSON.stringify(value) ?? ''),
      ),
      fc.constantFrom('application/json', 'text/html', 'text/plain; charset=utf-16', ''),
    )
    .map(([httpStatus, body, type]) => ({ httpStatus, body: httpStatus === 204 ? '' : body, type }));
  return fc.oneof({ weight: 9, arbitrary: json }, { weight: 1, arbitrary: strange });
}

/** Owns hostile input: what people may type after /payout, and what InstantPay may send in any field. */

import * as fc from 'fast-check';
import { COMMAND_NAMES, COMMAND_WORDS } from '../../src/slack/parse/vocabulary.ts';
import { isFull, size } from '../chaos/size.ts';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';

/** How many inputs; the same ones in every small run, always others in a full one. */
export function runs(small: number, full: number): fc.Parameters<unknown> & { numRuns: number } {
  return { numRuns: size(small, full), ...(isFull ? {} : { seed: 20261120 }) };
}

/** Stands in outside text, so that it is found wherever a piece of it ends up. */
export const MARK = 'Ꝏwxꝏ';

/** A private number, address and account: a person who types them must not read them back. */
export const PRIVATE = ['9820099887', 'fuzz.canary@mail.example', '50100345678912'] as const;

const NASTY = [
  '<!channel>',
  '<!here>',
  '<!everyone>',
  '<!subteam^S0EVIL>',
  '<@U0EVIL>',
  '<@U0EVIL|asha>',
  '<#C0EVIL|payouts>',
  '<https://evil.example|instant.pe>',
  '<https://evil.example>',
  '<mailto:x@evil.example|x>',
  '<tel:+911234567890|call>',
  '&lt;!channel&gt;',
  '&amp;lt;!channel&amp;gt;',
  '&amp;',
  '&#60;',
  '@channel',
  '*b*',
  '_i_',
  '~s~',
  '`x`',
  '```',
  ':tada:',
  '> quote',
  'محمد علي',
  'שלום',
  'राहुल',
  '👩‍👧',
  'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
  '\u202e',
  '\u2066',
  '\u2069',
  '\u200b',
  '\ufeff',
  '\u0000',
  '\u0007',
  '\u001b[31m',
  '\r\n',
  '\u2028',
  '\ud800',
  '\udc00x',
  '“smart”',
  '‘quotes’',
  '„low“',
  '«guillemets»',
  '"',
  "'",
  '=HYPERLINK("https://evil.example")',
  '+1+1',
  "' or 1=1 --",
  '{"$ne":null}',
  '${7*7}',
  '../../etc/passwd',
  '%00',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '-1',
  '1e309',
  'x'.repeat(3_000),
  'م'.repeat(2_000),
  '\u0301'.repeat(500),
  '<'.repeat(400),
  '&'.repeat(400),
];

const anyText = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
);

// ---- What people type -------------------------------------------------------------------------------------

const ids = fc.oneof(
  fc.constantFrom(...Object.values(WELL_KNOWN)),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEFgO'.split('')), minLength: 20, maxLength: 28 }),
);

const known = fc.constantFrom(
  ...COMMAND_NAMES,
  ...COMMAND_NAMES,
  'remind',
  'void',
  'status',
  'watch',
  'subscribe',
  'ISSUED',
  'expired,claimed',
  'contact',
  'csv',
  'aeps',
  'today',
  'yesterday',
  '31 Feb',
  '20-11-2026',
  '2026-11-20',
  '24:00',
  '14:30',
  'IST',
  'VENDOR-2041',
  'NA',
  'https://instant.pe/LS25FH',
  'instant.pe/<x>',
);

/** A word with a letter too many, too few, changed or moved. */
const nearMiss = fc
  .tuple(
    fc.constantFrom(...COMMAND_NAMES),
    fc.nat(8),
    fc.constantFrom('add', 'drop', 'swap', 'case'),
    fc.string({ maxLength: 1 }),
  )
  .map(([word, at, how, sign]) => {
    const [head, here, tail] = [word.slice(0, at), word.slice(at, at + 1), word.slice(at + 1)];
    if (how === 'add') return `${head}${sign}${here}${tail}`;
    if (how === 'drop') return `${head}${tail}`;
    if (how === 'swap') return `${head}${tail.slice(0, 1)}${here}${tail.slice(1)}`;
    return `${head}${here.toUpperCase()}${tail}`;
  });

const word = fc.oneof(
  { weight: 3, arbitrary: known },
  { weight: 2, arbitrary: nearMiss },
  { weight: 2, arbitrary: ids },
  { weight: 3, arbitrary: anyText },
  { weight: 1, arbitrary: fc.constantFrom(...PRIVATE).map((value) => ` ${value} `) },
);

const space = fc.constantFrom(' ', '  ', '\t', '\u00a0', '\n', '\u3000', '');

/** Beginnings that reach deep into the parsers. */
const begun = fc
  .tuple(
    fc.constantFrom(
      'track ',
      'notify ',
      'cancel ',
      'cancel "',
      'list ',
      'list contact ',
      'txn ',
      'txn R1 ',
      'audit ',
    ),
    fc.array(fc.tuple(word, space), { maxLength: 4 }),
  )
  .map(([start, rest]) => start + rest.flat().join(''));

const examples = COMMAND_NAMES.flatMap((name) => COMMAND_WORDS[name].examples).map((example) =>
  example.replace('/payout ', ''),
);

export const typed: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...examples) },
  {
    weight: 1,
    arbitrary: fc.tuple(space, fc.constantFrom(...COMMAND_NAMES), space).map((all) => all.join('')),
  },
  { weight: 4, arbitrary: begun },
  {
    weight: 4,
    arbitrary: fc.array(fc.tuple(word, space), { maxLength: 7 }).map((all) => all.flat().join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyText, fc.integer({ min: 50, max: 3_000 }))
      .map(([one, times]) => one.repeat(times).slice(0, 60_000)),
  },
);

// ---- What InstantPay sends --------------------------------------------------------------------------------

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

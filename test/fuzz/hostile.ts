/** Owns hostile text: what people may type after /payout, with marks and private values to look for. */

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

export const anyText = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
);

export const ids = fc.oneof(
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

/** Owns masking of numbers, addresses and free text, for any text. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskAddress, maskNumber, maskText } from '../../src/payouts/mask.ts';
import { toNfkc } from '../../src/payouts/normalize.ts';

describe('maskNumber', () => {
  test.each([
    ['9876543210', '******3210'],
    ['50100 1234 56789', '**********6789'],
    ['12345', '*2345'],
    ['1234', '****'],
    ['1', '*'],
    ['', ''],
    [' 12 ', '**'],
    ['XXXX1234', '****1234'],
    // What InstantPay masked in part.
    ['411111XXXXXX1111', '************1111'],
    ['98765xx43210', '********3210'],
    ['841XXXX786', '*******786'],
    ['•••••43210', '******3210'],
  ])('%j is shown as %j', (value, masked) => {
    expect(maskNumber(value)).toBe(masked);
  });

  test('shows the last four characters at most, and its length', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-WYZ]{0,24}$/), (value) => {
        const masked = maskNumber(value);
        expect(masked).toHaveLength(value.length);
        expect(masked.replace(/^\*+/, '')).toBe(value.length > 4 ? value.slice(-4) : '');
        expect(maskNumber(masked)).toBe(masked);
      }),
    );
  });
});

describe('maskAddress', () => {
  test.each([
    ['asha@example.in', 'a***@example.in'],
    ['a@example.in', 'a***@example.in'],
    ['asha.rao@okbank', 'a***@okbank'],
    ['9876543210@upi', '9***@upi'],
    ['odd@name@example.in', 'o***@example.in'],
    ['आशा@example.in', 'आ***@example.in'],
    ['😀x@example.in', '😀***@example.in'],
    ['@example.in', '*******e.in'],
    ['asha@example.in, 50100345678912', 'a***@example.in, **********8912'],
    ['9876543210', '******3210'],
    ['"asha rao"@example.com', 'a***@example.com'],
    ['asha @ okaxis', 'a***@okaxis'],
  ])('%j is shown as %j', (value, masked) => {
    expect(maskAddress(value)).toBe(masked);
  });

  test('looks at a plain domain in a faster way, with the same result', () => {
    const domain = fc.oneof(
      fc.stringMatching(/^[a-z0-9xX*.@ -]{0,20}$/),
      fc.stringMatching(/^[0-9 .,xX*-]{0,20}$/),
      fc.string(),
    );
    fc.assert(
      fc.property(domain, (text) => {
        const value = `asha@${text}`;
        const behind = value.slice(value.lastIndexOf('@') + 1).trimStart();
        expect(maskAddress(value)).toBe(`a***${maskText(`@${behind}`)}`);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('maskText', () => {
  test('looks at plain text in a faster way, with the same result', () => {
    // Behind a dash that is not ASCII, the text is looked at by every rule.
    const parts = fc.constantFrom(...Array.from('0159xX*@a Z.,-+:₹/()\n•'), '12', '10:30', 'XX', '**');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 14 }), (given) => {
        const text = given.join('');
        expect(`${maskText(text)} – a`).toBe(maskText(`${text} – a`));
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['Sent to 9876543210 by SMS', 'Sent to ******3210 by SMS'],
    ['+919876543210', '********3210'],
    ['+91 98765-43210', '********3210'],
    ['+91 (98765) 43210', '********3210'],
    ['9876 - 543210', '******3210'],
    ['98765 \u2013 43210', '******3210'],
    ['98765\u00a043210', '******3210'],
    ['98765\t43210', '******3210'],
    ['98765\u201143210', '******3210'],
    ['4111 1111 1111 1111', '************1111'],
    ['12.34.56.7', '***4567'],
    ['९८७६५४३२१०', '******३२१०'],
    ['1234567', '***4567'],
    ['123456', '123456'],
    ['Mail asha@example.in or ravi.k@okbank', 'Mail a***@example.in or r***@okbank'],
    ['<asha@example.in>,<ravi@example.in>', '<a***@example.in>,<r***@example.in>'],
    ['to@asha.rao@okbank', 't***@okbank'],
    ['asha@9876543210', 'a***@******3210'],
    // Parted by a space, when what follows the @ is a bank's handle or a domain.
    ['pay asha @okaxis', 'pay a***@okaxis'],
    ['asha@ okaxis, ravi @ ybl', 'a***@okaxis, r***@ybl'],
    ['asha @example.in', 'a***@example.in'],
    ['as agreed with @ravi, 2 links @ 500', 'as agreed with @ravi, 2 links @ 500'],
    ['asha@@okaxis', 'a***@okaxis'],
    ['"asha rao"@example.com', 'a***@example.com'],
    ['asha*@x.in', 'a***@x.in'],
    ['98200@12345', '******2345'],
    // Dates and times.
    ...[
      'due 2026-11-20',
      'due 20-11-2026, 20/11/2026 or 20.11.2026',
      '2026-11-20 11:00:00',
      'as of 20 Nov 2026, 11:00 IST',
      'on Nov 20, 2026 11:00:05',
      '5/11/2026',
      '20/11/26 16:30',
      'from 2026-11-01 - 2026-11-30',
      'at 2026-11-20T04:30:00.000Z and 2026-11-20T10:00:00+05:30',
      '11:00, 12:00, 13:30',
    ].map((text): [string, string] => [text, text]),
    ['paid 2026-11-20 9820012345', 'paid 2026-11-20 ******2345'],
    ['9820012345, 20/11/2026', '******2345, 20/11/2026'],
    ['2026-13-20', '****1320'],
    ['98 12-11-2034', '******2034'],
    ['12:34:56 7890', '******7890'],
    // InstantPay's ids.
    ...[
      'link 6570a0000000000000000008.',
      'Order 1231214070644TLWAP, (1231212092131KTMDF)',
      'h0009ad8a356-b745-4ee2-88bb-0c4abb750ed7-bQQqUjuG4ASN',
      'h00596a8819e-1234-5678-9012-350540126003',
    ].map((text): [string, string] => [text, text]),
    ['501001234567890123456789', `${'*'.repeat(20)}6789`],
    ['1231314070644TLWAP', '*********0644TLWAP'],
    ['6570a0000000000000000008@okaxis', '6***@okaxis'],
    // Masked in part by somebody else, and masked already.
    ['card 411111XXXXXX1111', 'card ************1111'],
    ['98765xx43210', '********3210'],
    ['841XXXX786', '*******786'],
    ['411111 ****** 1111', '************1111'],
    ['******3210, ******1234 · **5678', '******3210, ******1234 · **5678'],
    ['₹12,345.67 of 3 links', '₹12,345.67 of 3 links'],
    ['12 then, after a while, 3456789', '12 then, after a while, ***6789'],
    // Space is shown as one, however much of it there is.
    ['12    3456789', '*****6789'],
    ['98200      12345', '******2345'],
    // What is not seen once shown.
    ['98200\u200b12345', '******2345'],
    ['98200\u206012345', '******2345'],
    ['98200\u00ad12345', '******2345'],
    ['98200\u200e12345', '******2345'],
    ['98200\u{e0020}12345', '******2345'],
    ['98200\u200d12345', '******2345'],
    ['98200 \u200c 12345', '******2345'],
    ['98200\u000012345', '******2345'],
    ['98200\u280012345', '******2345'],
    ['98200\u316412345', '******2345'],
    ['9\ufe0f\u20e38\ufe0f\u20e32\ufe0f\u20e30012345', '******2345'],
    ['asha\u200b@example.in', 'a***@example.in'],
    ['as\u200bha@exam\u00adple.in', 'a***@example.in'],
    ['as\u200dha@\u200dexample.in', 'a***@example.in'],
    ['asha＠example.in', 'a***@example.in'],
    ['आशा@example.in', 'आ***@example.in'],
    ['９８２００１２３４５', '******2345'],
    ['⑨⑧②⁰⁰12345', '******2345'],
    // Joiners stay where letters need them; text with nothing to mask stays as it is.
    ['क्\u200dष 9820012345', 'क्\u200dष ******2345'],
    ['Paid ½… to\u200b Asha™ 👩\u200d🚀', 'Paid ½… to\u200b Asha™ 👩\u200d🚀'],
    // Signs between digits.
    ['98200/12345', '******2345'],
    ['98200,12345', '******2345'],
    ['98200_12345', '******2345'],
    ['98200|12345', '******2345'],
    ['+91:98200:12345', '********2345'],
    // Amounts.
    ['12,34,567.50 left', '12,34,567.50 left'],
    ['123456.50', '123456.50'],
    ['1234567.50', '*****6750'],
    ['₹1,20,000', '₹1,20,000'],
    [
      '₹12,34,567 of Rs. 1234567 and INR 99,99,99,999.99',
      '₹12,34,567 of Rs. 1234567 and INR 99,99,99,999.99',
    ],
    ['12,34,567', '***4567'],
    ['₹9820012345', '₹******2345'],
    ['₹501001234 to ₹501001234.00', '₹*****1234 to ₹501001234.00'],
    ['₹12345678, ₹50,00,000 and $1,234,567.50', '₹12345678, ₹50,00,000 and $1,234,567.50'],
    ['₹12,500.00 / ₹13,500.00 · ₹9820012345', '₹12,500.00 / ₹13,500.00 · ₹******2345'],
    ['₹98,20,01,23,45', '₹******2345'],
    ['98200₹12345', '******2345'],
    ['98,20,012,345.00', '********4500'],
    ['offers 1234567', 'offers ***4567'],
    ['nothing @ all', 'nothing @ all'],
    ['', ''],
  ])('%j is shown as %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  const WORDS = fc.constantFrom(
    ...' ,@.*-()+/_|:;=#x\n\u200b'.split(''),
    ...'Paid,twice,आशा,12,XX,**,₹,2026-11-20,11:30,1231214070644TLWAP,okaxis'.split(','),
  );
  const DIGITS = fc.stringMatching(/^[0-9]{1,20}$/);
  const ADDRESS = fc.tuple(
    fc.stringMatching(/^[a-z0-9._%+'*-]{1,20}[a-z]$/),
    fc.constantFrom('example.in', 'okbank', 'okaxis'),
    fc.constantFrom('@', '@@', '＠', '@\u200b'),
  );

  test('masking what is masked changes nothing more, whatever the text', () => {
    const parts = fc.array(fc.oneof(WORDS, DIGITS), { maxLength: 12 });
    fc.assert(
      fc.property(parts, (texts) => {
        const masked = maskText(texts.join(''));
        expect(maskText(masked).length).toBeLessThanOrEqual(masked.length);
        expect(visibleOf(maskText(masked))).toBeLessThanOrEqual(visibleOf(masked));
      }),
    );
  });

  /** No letter and no digit, also once it is normalised; a currency sign begins an amount. */
  const SEPARATOR = fc.oneof(
    fc.constantFrom('', ...SIGNS.split(''), '·', '•', '→', '–', '\u200b', '\u00a0', '\n'),
    fc.constantFrom('x', ' x ', 'XX', ' - ', '****', ', ;.', ' \u2026 ', '\u0300\u0316'),
    fc
      .string({ unit: 'grapheme', maxLength: 4 })
      .filter((text) => !/[\p{L}\p{N}\p{Sc}@]/u.test(text.normalize('NFKC'))),
  );

  test('a number shows its last four digits at most, whatever parts its digits', () => {
    // No date and no time begins with such a digit.
    const digit = fc.integer({ min: 0, max: 9 }).map(String);
    const number = fc.tuple(
      fc.stringMatching(/^[4-9]$/),
      fc.array(fc.tuple(SEPARATOR, digit), { minLength: 9, maxLength: 17 }),
    );
    fc.assert(
      fc.property(number, fc.constantFrom('', 'to ', '(', 'a/c: '), ([first, rest], before) => {
        const text = before + first + rest.flat().join('');
        // Written as an amount it is read as one.
        fc.pre(!/[\d,]+\.\d\d$/.test(text));
        const digits = first + rest.map(([, each]) => each).join('');
        const shown = (maskText(text).match(/\p{Nd}/gu) ?? []).join('');
        expect(digits.endsWith(shown) && shown.length <= 4, maskText(text)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('no address is left whole: one letter of it and where it is', () => {
    fc.assert(
      fc.property(ADDRESS, fc.constantFrom('', 'to ', '<', 'mailto:'), ([local, domain, at], before) => {
        const masked = maskText(`${before}${local}${at}${domain}`);
        expect(masked).toBe(`${before}${local[0]}***@${domain}`);
        expect(maskText(masked)).toBe(masked);
      }),
    );
  });

  test('work is bounded: a long text is cut before it is looked at, where nothing is torn in two', () => {
    const pieces = [
      'a',
      '1',
      ',',
      ' ',
      '\u200d',
      '\u200b',
      '@',
      '1    ',
      '1,-/',
      'a@',
      '1 ',
      '.',
      '1\u200d',
      '1,12',
      '"',
    ];
    const marks = ['\u0300\u0316', 'e\u0300\u0316', '1\u0300', '\ufdfa'];
    for (const piece of [
      ...pieces,
      ...marks,
      `1${' '.repeat(5_000)}`,
      `1${','.repeat(5_000)}`,
      'a @',
      'x1',
    ]) {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      // Of one character normalisation makes eighteen at most.
      expect(maskText(text).length, piece).toBeLessThanOrEqual(18 * 20_000);
    }
    const flood = 'word '.repeat(3_986);
    expect(maskText(`${flood} 9820012345 and more`.repeat(2))).toBe(`${flood.trimEnd()}…`);
    expect(maskText(`${'word '.repeat(3_900)}9820012345`)).toBe(`${'word '.repeat(3_900)}******2345`);
  });
});

/** Of the keyboard. */
const SIGNS = `-.,/\\|_:;*'"=#+<>()[]{}!?&%~^@\``;
const visibleOf = (text: string): number => (text.match(/\p{Nd}/gu) ?? []).length;

describe('normalisation', () => {
  test('no run of marks is left that sorting would take long for', () => {
    const marks = '\u0300\u0316'.repeat(50_000);
    expect(toNfkc(`e${marks}`)).toHaveLength(`e${'\u0300\u0316'.repeat(3)}`.normalize('NFKC').length);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\u0300', '\u0316', '\u093f', '\u0345')), (parts) => {
        expect(toNfkc(parts.join(''))).not.toMatch(/\p{M}{7}/u);
      }),
    );
  });

  test('what people write comes out as NFKC', () => {
    for (const text of ['क्षत्रिय', 'Nguyễn', 'ｆｕｌｌ', '½', 'e\u0301'])
      expect(toNfkc(text)).toBe(text.normalize('NFKC'));
  });
});

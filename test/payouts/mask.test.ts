import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskAddress, maskNumber, maskText } from '../../src/payouts/mask.ts';

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
  ])('%j is shown as %j', (value, masked) => {
    expect(maskNumber(value)).toBe(masked);
  });

  test('shows the last four characters at most, and its length', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Z]{0,24}$/), (value) => {
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
  ])('%j is shown as %j', (value, masked) => {
    expect(maskAddress(value)).toBe(masked);
  });
});

describe('maskText', () => {
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
    ['due 2026-11-20', 'due ****1120'],
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
    ['98,20,012,345.00', '********4500'],
    ['offers 1234567', 'offers ***4567'],
    ['nothing @ all', 'nothing @ all'],
    ['', ''],
  ])('%j is shown as %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  const WORDS = fc.constantFrom(
    'Paid',
    'twice',
    ' ',
    ', ',
    '@',
    '12',
    '.',
    'आशा',
    '*',
    '\n',
    '-',
    '(',
    ')',
    '+',
    '/',
    ',',
    '_',
    '|',
    ':',
    '\u200b',
  );
  const DIGITS = fc.stringMatching(/^[0-9]{1,20}$/);
  const ADDRESS = fc.tuple(
    fc.stringMatching(/^[a-z0-9._%+'-]{2,20}$/),
    fc.constantFrom('example.in', 'okbank'),
  );

  test('of whatever text, no number of seven digits or more is left, however it is grouped', () => {
    const parts = fc.array(fc.oneof(WORDS, DIGITS), { maxLength: 12 });
    fc.assert(
      fc.property(parts, (texts) => {
        const masked = maskText(texts.join(''));
        const amounts = /(?<!\p{Nd}[\s.()/,_|:\p{Pd}]*)\d{1,6}\.\d{2}(?![\s.()/,_|:\p{Pd}]*\p{Nd})/gu;
        expect(masked.replace(amounts, 'x')).not.toMatch(/\p{Nd}([\s.()/,_|:\p{Pd}]{0,3}\p{Nd}){6,}/u);
        expect(maskText(masked)).toBe(masked);
      }),
    );
  });

  test('a number of seven digits or more shows its last four, whatever stands around it', () => {
    const number = fc.stringMatching(/^[1-9][0-9]{6,17}$/);
    fc.assert(
      fc.property(number, fc.constantFrom('to ', '(', '<', 'a/c:'), (digits, before) => {
        expect(maskText(`${before}${digits} ok`)).toBe(
          `${before}${'*'.repeat(digits.length - 4)}${digits.slice(-4)} ok`,
        );
      }),
    );
  });

  test('no address is left whole: one letter of it and where it is', () => {
    fc.assert(
      fc.property(ADDRESS, fc.constantFrom('', 'to ', '<', 'mailto:'), ([local, domain], before) => {
        const masked = maskText(`${before}${local}@${domain}`);
        expect(masked).toBe(`${before}${local[0]}***@${domain}`);
        expect(maskText(masked)).toBe(masked);
      }),
    );
  });

  test('a long text takes no long time', () => {
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
    ];
    for (const piece of [...pieces, `1${' '.repeat(5_000)}`, `1${','.repeat(5_000)}`]) {
      const started = performance.now();
      maskText(piece.repeat(Math.ceil(200_000 / piece.length)));
      expect(performance.now() - started, piece).toBeLessThan(1_000);
    }
  });
});

/** Owns text from outside in blocks: shown as text, never empty, never too long, and what is cut is said. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as block from '../../../src/slack/block-kit/blocks.ts';
import { ACTION_IDS } from '../../../src/slack/block-kit/ids.ts';
import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import * as text from '../../../src/slack/block-kit/text.ts';
import { problemsOf } from '../shown.ts';

describe('clean', () => {
  test.each([
    ['  Asha \n\t Rao ', 'Asha Rao'],
    ['राहुल शर्मा', 'राहुल शर्मा'],
    ['क्‍ष 👩‍👩‍👧 ❤️', 'क्‍ष 👩‍👩‍👧 ❤️'],
    ['pay\u202e000,1₹', 'pay000,1₹'],
    ['a\u2066b\u2069c\u200bd\ufeffe\u00adf', 'abcdef'],
    ['a\u0000b\u001b[31m', 'a b [31m'],
    ['\u{e0041}\u{e0042}', text.NOTHING],
    ['\u200b\u200d \u3164', text.NOTHING],
    ['', text.NOTHING],
    ['\ud800x', '\ufffdx'],
  ])('%j', (given, shown) => {
    expect(text.clean(given)).toBe(shown);
  });

  test('isolates right-to-left writing, also when it is clipped', () => {
    expect(text.isolated('محمد')).toBe('\u2068محمد\u2069');
    expect(block.plain(['محمد علي', '₹1,000']).text).toBe('\u2068محمد علي\u2069 · ₹1,000');
    const clipped = text.clip(`x\u2068${'م'.repeat(50)}\u2069`, 20);
    expect(clipped.endsWith('…\u2069')).toBe(true);
    expect(clipped.length).toBeLessThanOrEqual(20);
  });

  test('clips visibly and never inside a character', () => {
    expect(text.clip('abcdefgh', 8)).toBe('abcdefgh');
    expect(text.clip('abcdefghi', 8)).toBe('abcdef…');
    for (let limit = 3; limit < 12; limit += 1) {
      expect(text.clip('😀😀😀😀😀😀😀', limit).isWellFormed()).toBe(true);
    }
  });
});

describe('a top-level text', () => {
  test.each([
    '<!channel>',
    '<@U123>',
    '<https://evil.example|x>',
    '*bold*',
    '_it_',
    '~no~',
    '`code`',
    ':tada:',
    '@here',
    '&lt;',
  ])('defuses %s', (given) => {
    const shown = text.fallback`To ${text.fallbackText(given)}.`;
    expect(shown).not.toMatch(/[<>*~`]|_it_|:tada:|@here|:\/\//);
    expect(shown).not.toContain('&lt;.');
  });

  test('keeps Payout Desk’s own mention', () => {
    expect(text.fallback`${text.person('U0REQ')} and ${text.fallbackText('<@U1>')}`).toBe(
      '<@U0REQ> and &lt;＠U1&gt;',
    );
  });
});

describe('mentions', () => {
  test.each([undefined, '', 'u1', 'U1>', '<!channel>', 'U1|x', 'S123'])('a person that is none: %s', (id) => {
    expect(text.person(id)).toBe('somebody');
  });
  test('channels and permalinks are checked too', () => {
    expect(text.channel('C0FIN')).toBe('<#C0FIN>');
    expect(text.channel('C1>')).toBe('this conversation');
    expect(text.permalink('https://a.slack.com/archives/C1/p12?thread_ts=1.2', text.md`here`)).toBe(
      '<https://a.slack.com/archives/C1/p12?thread_ts=1.2|here>',
    );
    for (const url of [undefined, 'javascript:x', 'https://a/archives/x|<!channel>', 'https://a/b>']) {
      expect(text.permalink(url, text.md`here`)).toBe('here');
    }
  });
});

describe('times', () => {
  const now = Date.parse('2026-11-20T10:00:00+05:30');
  test.each([
    [3 * 86_400_000, 'in 3 days'],
    [-2 * 3_600_000, '2 hours ago'],
    [30_000, 'in less than a minute'],
    [-30_000, 'just now'],
  ])('%d ms', (offset, words) => {
    expect(text.relative(now + offset, now)).toBe(words);
  });
  test('a damaged time is shown as nothing', () => {
    expect([text.at(Number.NaN), text.at(1e20), text.day(0.5)]).toEqual(['—', '—', '—']);
  });
});

describe('blocks', () => {
  test('five pairs a section, more in the next', () => {
    const rows = Array.from(
      { length: 7 },
      (_none, index): block.Pair => [text.md`L${index}`, block.plain(`v${index}`)],
    );
    const sections = block.pairs([...rows, undefined]);
    expect(sections.map((section) => section.fields?.length)).toEqual([10, 4]);
    expect(sections[1]?.fields?.[2]?.text).toBe('*L6*');
  });

  test('clips a message of too many blocks and says how many are missing', () => {
    const blocks = Array.from({ length: 60 }, (_none, index) => block.section(block.plain(`b${index}`)));
    const message = block.message(text.fallback`x`, blocks);
    expect(problemsOf(message)).toEqual([]);
    expect(message.blocks).toHaveLength(50);
    expect(message.blocks.at(-1)).toEqual(block.context(text.md`… 11 more`));
  });

  test('a message of no words still has a text', () => {
    expect(block.message(text.fallback` `, [block.divider()]).text).toBe('—');
  });

  test('leaves a row without buttons out and does not clip a value', () => {
    expect(block.actions([])).toEqual([]);
    expect(() =>
      block.button({ label: 'x', action: ACTION_IDS.linkTrack, value: 'z'.repeat(2_001) }),
    ).toThrow(RangeError);
    expect(() => block.option('x', 'z'.repeat(151))).toThrow(RangeError);
  });

  test('any text fits every place', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).map((part) => part.repeat(9_999)),
    );
    fc.assert(
      fc.property(anything, anything, (one, other) => {
        const confirm = block.confirm({
          title: one,
          lines: [one, other],
          yes: one,
          no: other,
          style: 'danger',
        });
        const message = block.message(text.fallback`${text.fallbackText(one)}`, [
          block.section(block.plain(one, [other, one], other, one, other)),
          ...block.pairs([[text.md`x`, block.plain(one)]]),
          block.context(block.plain(other)),
          ...block.actions([
            block.button({ label: one, action: ACTION_IDS.linkTrack, confirm, accessibilityLabel: other }),
            block.select(ACTION_IDS.listStatus, one, [block.option(other, 'v')]),
          ]),
        ]);
        expect(problemsOf(message)).toEqual([]);
        expect(JSON.stringify(message)).not.toMatch(/[\u202a-\u202e\u2066\u2067\u200b\ufeff]/);
      }),
      { numRuns: 200 },
    );
    expect(LIMITS.blocksInMessage).toBe(50);
  });
});

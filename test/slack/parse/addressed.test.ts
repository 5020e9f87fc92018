/** Owns which messages are for Payout Desk, and which links a message names. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterMention, isForPayoutDesk } from '../../../src/slack/parse/addressed.ts';
import { LINKS_IN_TEXT, linksIn } from '../../../src/slack/parse/links-in-text.ts';

const ID = '6578262c5e6c5b4a6d3f1a2b';

test.each([
  ['<@U0DESK> track x', 'track x'],
  ['  <@U0DESK|payout-desk>: list', 'list'],
  ['<@U0DESK>, <@U1> away', '<@U1> away'],
  ['<@U0DESK>', ''],
  ['<@U0DESK>track x', 'track x'],
  ['<@U1> track x', undefined],
  ['thanks <@U0DESK>', undefined],
  ['<@U0DESKTOP> track x', undefined],
  ['', undefined],
])('after the mention in “%s”: %s', (text, typed) => {
  expect(afterMention(text, 'U0DESK')).toBe(typed);
});

test.each([
  '',
  'track Asha Rao',
  'REMIND 9820011101',
  '/payout list',
  ID,
  `<https://instant.pe/LS25FH>`,
  '<http://instant.pe/LS25FH|instant.pe/LS25FH>',
  '<mailto:asha@example.in|asha@example.in>',
  '+91 98200 11101',
  '"Asha Rao"',
  'issued',
  'whoami',
])('“%s” is for Payout Desk', (typed) => expect(isForPayoutDesk(typed)).toBe(true));

test.each(['thanks', 'Asha Rao', 'is this paid?', 'you listed it', '12 of them', 'constructor'])(
  '“%s” is not',
  (typed) => expect(isForPayoutDesk(typed)).toBe(false),
);

describe('links in a message', () => {
  const contact = (text: string) => ({ kind: 'contact', contact: text });
  test.each([
    ['nothing here: 12345, INV-2026-118, Asha Rao', []],
    [`(${ID})`, [{ kind: 'id', linkId: ID }]],
    [`${ID} ${ID.toUpperCase()}`, [{ kind: 'id', linkId: ID }]],
    [`x${ID} ${ID}0`, []],
    ['see <https://instant.pe/LS25FH>.', [{ kind: 'url', url: 'https://instant.pe/LS25FH' }]],
    [
      'https://instant.pe/LS25FH, www.instant.pe/LS25FH and instant.pe/ls25fh',
      [
        { kind: 'url', url: 'www.instant.pe/LS25FH' },
        { kind: 'url', url: 'instant.pe/ls25fh' },
      ],
    ],
    ['https://evil.example/LS25FH', []],
    ['<mailto:Asha@Example.in|Asha@Example.in>, asha@example.in', [contact('asha@example.in')]],
    ['+91 98200 11101, 9820011101 and 098200-11101', [contact('098200-11101')]],
    ['account 123498200111015678', []],
  ])('%s', (text, targets) => {
    expect(linksIn(text)).toEqual({ targets, more: false });
  });

  test('at most twenty, and says that there are more', () => {
    const text = Array.from({ length: LINKS_IN_TEXT + 1 }, (_none, index) => `98200${11_100 + index}`).join(
      ' ',
    );
    const { targets, more } = linksIn(text);
    expect(targets).toHaveLength(LINKS_IN_TEXT);
    expect(more).toBe(true);
  });

  test('any text at all is read to an end, and never more than twenty', () => {
    const pieces = fc.constantFrom(
      ID,
      '9',
      '@',
      'a.b',
      'instant.pe/',
      '<',
      '|',
      '>',
      ' ',
      '+91',
      'र',
      '\n',
      '-',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 400 }), (some) => {
        expect(linksIn(some.join('')).targets.length).toBeLessThanOrEqual(LINKS_IN_TEXT);
        expect(typeof isForPayoutDesk(some.join(''))).toBe('boolean');
      }),
      { numRuns: 200 },
    );
    expect(linksIn('a@'.repeat(100_000)).targets).toEqual([]);
  });
});

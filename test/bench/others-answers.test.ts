/** Owns that the benchmark tells an answer that says the same from one that does not, however it came. */

import { expect, test } from 'vitest';
import { factsOf, missingFrom } from '../../bench/others-answers.ts';

const LINK_ID = '650000000000000000000001';
const bare = JSON.stringify({
  text: 'ISSUED: ₹5893.24 to Rekha Gupta',
  blocks: [
    { type: 'section', text: { type: 'plain_text', text: 'ISSUED: ₹5893.24 to Rekha Gupta' } },
    {
      type: 'section',
      fields: ['Purpose: claim settlement', 'Expires: 2026-11-28', `Link ID: ${LINK_ID}`].map((text) => ({
        text,
      })),
    },
  ],
});

test('a card says what it is about', () => {
  expect(factsOf(bare)).toEqual(['ISSUED', '5893.24', 'Rekha Gupta', 'claim settlement', LINK_ID]);
  expect(() => factsOf(JSON.stringify({ text: 'InstantPay did not answer.' }))).toThrow('no card of a link');
});

test.each([
  ['as JSON', (text: string, blocks: object[]) => JSON.stringify({ text, blocks })],
  [
    'as a form',
    (text: string, blocks: object[]) =>
      new URLSearchParams({ channel: 'C1', text, blocks: JSON.stringify(blocks) }).toString(),
  ],
])('the same in other words, %s; what is missing is named', (_how, answer) => {
  const blocks = (amount: string) => [
    { type: 'header', text: { type: 'plain_text', text: `ISSUED · ₹${amount}` } },
    { type: 'section', fields: [{ text: 'claim settlement' }, { text: `*Link ID*\\n${LINK_ID}` }] },
  ];
  expect(missingFrom(answer('A link to Rekha Gupta', blocks('5,893.24')), factsOf(bare))).toEqual([]);
  expect(missingFrom(answer('A link', blocks('5,893.42')), factsOf(bare))).toEqual([
    '5893.24',
    'Rekha Gupta',
  ]);
});

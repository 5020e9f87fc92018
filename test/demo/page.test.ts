/** Owns how a message looks at the prompt: fields side by side, numbers that run on. */

import { expect, test } from 'vitest';
import { inColumns } from '../../fakes/slack/columns.ts';
import type { JsonObject } from '../../fakes/slack/json.ts';
import { toText } from '../../fakes/slack/to-text.ts';
import { createPaint } from '../../demo/terminal/paint.ts';

test('fields stand side by side, whatever their length, and an emoji takes two columns', () => {
  expect(
    inColumns([
      '🔵 ISSUED',
      'Asha Rao',
      'expires\nin 3 days',
      'refund',
      'a longer name on the left',
      'x',
      'odd',
    ]),
  ).toBe(
    [
      '🔵 ISSUED                   Asha Rao',
      'expires                     refund',
      'in 3 days',
      'a longer name on the left   x',
      'odd',
    ].join('\n'),
  );
});

test('numbers go on where the last message ended', () => {
  const button = (text: string): JsonObject => ({
    type: 'button',
    text: { type: 'plain_text', text },
    action_id: text,
  });
  const message = {
    channel: 'C0PAYOUTS',
    ts: '1.2',
    threadTs: undefined,
    author: undefined,
    unfurls: {},
    ephemeralFor: undefined,
    via: 'test',
    text: '',
    blocks: [{ type: 'actions', elements: [button('Approve'), button('Reject')] }],
    edits: [],
    deleted: false,
    files: [],
  };
  expect(toText(message, { numbered: true, firstNumber: 41 })).toBe('[41 Approve] [42 Reject]');
});

test('colours are for terminals that want them', () => {
  expect(createPaint({ isTTY: true }, {}).good('✓')).toBe('\u001b[32m✓\u001b[39m');
  for (const [out, env] of [
    [{ isTTY: false }, {}],
    [{}, {}],
    [{ isTTY: true }, { NO_COLOR: '1' }],
    [{ isTTY: true }, { TERM: 'dumb' }],
  ] as const)
    expect(createPaint(out, env).good('✓')).toBe('✓');
});

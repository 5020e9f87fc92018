/** Owns how old a click is when it is read: what waited in the socket of a frozen process is no fresh consent. */

import { expect, test } from 'vitest';
import { readDelayMs } from '../../src/slack/payload.ts';

const PRESSED_S = 1_795_237_200;

test.each([
  ['an hour ago', { action_ts: `${PRESSED_S}.250000` }, 3_600_000, 3_599_750],
  ['just now', { action_ts: `${PRESSED_S}` }, 0, 0],
  ['by a clock that is ahead of ours', { action_ts: `${PRESSED_S}` }, -5_000, 0],
  ['Slack does not tell', {}, 3_600_000, 0],
  ['no time', { action_ts: 'Infinity' }, 3_600_000, 0],
])('a click pressed %s', (_name, action, sinceMs, delayMs) => {
  expect(readDelayMs(action, PRESSED_S * 1_000 + sinceMs)).toBe(delayMs);
});

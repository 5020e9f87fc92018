/** Owns what `watch` and `unwatch` understand: a transaction has a day, everything else is a link. */

import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/slack/parse/parse.ts';
import { PROBLEMS } from '../../../src/slack/parse/problems.ts';

const TODAY = '2026-11-20';
const ID = '6578262c5e6c5b4a6d3f1a2b';

function targetOf(text: string): unknown {
  const parsed = parseCommand(text, TODAY);
  if (!parsed.ok) throw new Error(parsed.problem);
  if (parsed.command.name !== 'watch' && parsed.command.name !== 'unwatch')
    throw new Error('another command');
  const { target } = parsed.command;
  return target?.kind === 'link' ? target.link : target;
}

const transaction = (externalRef: string, date: string, more: { aeps?: boolean; time?: string } = {}) => ({
  kind: 'transaction',
  query: { externalRef, date, aeps: more.aeps ?? false },
  time: more.time,
});

test.each([
  [ID, { kind: 'id', linkId: ID }],
  ['https://instant.pe/LS25FH', { kind: 'url', url: 'https://instant.pe/LS25FH' }],
  ['98200 11104', { kind: 'contact', contact: '98200 11104' }],
  ['+91 98200 11104', { kind: 'contact', contact: '+91 98200 11104' }],
  ['asha@example.in', { kind: 'contact', contact: 'asha@example.in' }],
  ['Asha Rao', { kind: 'contact', contact: 'Asha Rao' }],
  ['"Asha Rao"', { kind: 'contact', contact: 'Asha Rao' }],
  ['INV-118', { kind: 'reference', reference: 'INV-118' }],
  ['INV-118 yesterday', transaction('INV-118', '2026-11-19')],
  ['INV-118 20 Nov', transaction('INV-118', TODAY)],
  ['INV-118 20 Nov 14:30 aeps', transaction('INV-118', TODAY, { time: '14:30', aeps: true })],
  ['yesterday INV-118', transaction('INV-118', '2026-11-19')],
  ['txn INV-118 yesterday', transaction('INV-118', '2026-11-19')],
  ['transaction 9820011104 today', transaction('9820011104', TODAY)],
])('%s', (typed, target) => {
  expect(targetOf(`watch ${typed}`)).toEqual(target);
  expect(targetOf(`unwatch ${typed}`)).toEqual(target);
  expect(targetOf(`follow ${typed}`)).toEqual(target);
});

test.each([
  ['watch', PROBLEMS.noWatch],
  ['watch txn INV-118', PROBLEMS.noDay],
  ['watch txn', PROBLEMS.noReference],
  [`watch ${ID} yesterday`, PROBLEMS.textAfterLink],
  [`unwatch ${ID} again`, PROBLEMS.textAfterLink],
])('%s is not understood', (typed, problem) => {
  const parsed = parseCommand(typed, TODAY);
  expect(parsed.ok ? undefined : [parsed.problem, parsed.suggestions]).toEqual([problem, []]);
  expect(parsed.ok ? undefined : parsed.about).toMatch(/watch/);
});

test('unwatch alone shows what is watched', () => {
  expect(parseCommand('unwatch', TODAY)).toMatchObject({ ok: true, command: { target: undefined } });
});

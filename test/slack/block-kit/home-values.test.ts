/** Owns reading what is selected in App Home: requests alone, whatever else the state of the view holds. */

import { expect, test } from 'vitest';
import { encodeHomeRequest, readSelectedRequests } from '../../../src/slack/block-kit/home-values.ts';
import { LIMITS } from '../../../src/slack/block-kit/limits.ts';

const ID = 'c0ffee12-3456-4789-9abc-def012345678';
const ticked = (...values: unknown[]) => ({
  'home.select': { type: 'checkboxes', selected_options: values.map((value) => ({ value })) },
});

test('each selected request, from the blocks of requests', () => {
  const values = {
    [encodeHomeRequest(ID, 0)]: ticked(ID),
    [encodeHomeRequest('a2', 1_795_156_200_000)]: ticked('a2'),
    [encodeHomeRequest('a3', 0)]: ticked(),
    'approval.boxes.0': ticked('a4'),
  };
  expect(readSelectedRequests(values)).toEqual([ID, 'a2']);
});

test.each([
  ['nothing', undefined],
  ['no object', 'home.request.a1.0'],
  ['no boxes', { 'home.request.a1.0': {} }],
  ['boxes of nothing', { 'home.request.a1.0': { 'home.select': { selected_options: null } } }],
  ['values that are no IDs', { 'home.request.a1.0': ticked('', '../x', 7, null, 'x'.repeat(65)) }],
])('%s is no selection', (_what, values) => {
  expect(readSelectedRequests(values)).toEqual([]);
});

test('the longest ID fits a block', () => {
  expect(encodeHomeRequest('x'.repeat(64), 8.64e15).length).toBeLessThanOrEqual(LIMITS.blockId);
});

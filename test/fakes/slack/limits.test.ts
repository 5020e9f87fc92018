/** Owns the proof that each of Slack's limits is kept: the last thing allowed passes, one more is refused. */

import type { JsonObject } from '../../../fakes/slack/json.ts';
import { objectOf } from '../../../fakes/slack/json.ts';
import { refuseMessage, refusePosted } from '../../../fakes/slack/judge/messages.ts';
import { refuseView } from '../../../fakes/slack/judge/views.ts';
import { expect, test } from 'vitest';
import { startSlack } from '../../../fakes/slack/slack.ts';

const plain = (length: number): JsonObject => ({ type: 'plain_text', text: 'x'.repeat(length) });
const mrkdwn = (length: number): JsonObject => ({ type: 'mrkdwn', text: 'x'.repeat(length) });
const many = <T>(count: number, item: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => item(at));
const button = (more: JsonObject = {}): JsonObject => ({ type: 'button', text: plain(1), ...more });
const actions = (...elements: JsonObject[]): JsonObject => ({ type: 'actions', elements });
const option = (text: number, value = 'v'): JsonObject => ({ text: plain(text), value });
const menu = (type: string, count: number, text = 1): JsonObject =>
  actions({ type, options: many(count, (at) => option(text, `v${at}`)) });
const confirm = (title: number, text: number, yes: number): JsonObject =>
  actions(
    button({ confirm: { title: plain(title), text: mrkdwn(text), confirm: plain(yes), deny: plain(1) } }),
  );
const table = (rows: number, columns: number): JsonObject => ({
  type: 'table',
  rows: many(rows, () => many(columns, () => ({ type: 'raw_text', text: 'x' }))),
});

/** Allowed, then refused, then where. */
const BLOCKS: [string, JsonObject, JsonObject, string][] = [
  [
    'section text',
    { type: 'section', text: mrkdwn(3_000) },
    { type: 'section', text: mrkdwn(3_001) },
    '/text/text',
  ],
  [
    'an empty section text',
    { type: 'section', text: mrkdwn(1) },
    { type: 'section', text: mrkdwn(0) },
    '/text/text',
  ],
  ['a section of nothing', { type: 'section', text: mrkdwn(1) }, { type: 'section' }, '/blocks/0'],
  [
    'fields',
    { type: 'section', fields: many(10, () => mrkdwn(1)) },
    { type: 'section', fields: many(11, () => mrkdwn(1)) },
    '/fields',
  ],
  [
    'field text',
    { type: 'section', fields: [mrkdwn(2_000)] },
    { type: 'section', fields: [mrkdwn(2_001)] },
    '/fields/0/text',
  ],
  ['header text', { type: 'header', text: plain(150) }, { type: 'header', text: plain(151) }, '/text/text'],
  [
    'a header in mrkdwn',
    { type: 'header', text: plain(1) },
    { type: 'header', text: mrkdwn(1) },
    '/text/type',
  ],
  [
    'context elements',
    { type: 'context', elements: many(10, () => mrkdwn(1)) },
    { type: 'context', elements: many(11, () => mrkdwn(1)) },
    '/elements',
  ],
  [
    'no context elements',
    { type: 'context', elements: [mrkdwn(1)] },
    { type: 'context', elements: [] },
    '/elements',
  ],
  ['actions', actions(...many(25, () => button())), actions(...many(26, () => button())), '/elements'],
  [
    'button text',
    actions(button({ text: plain(75) })),
    actions(button({ text: plain(76) })),
    '/elements/0/text/text',
  ],
  [
    'button value',
    actions(button({ value: 'x'.repeat(2_000) })),
    actions(button({ value: 'x'.repeat(2_001) })),
    '/value',
  ],
  [
    'button url',
    actions(button({ url: 'x'.repeat(3_000) })),
    actions(button({ url: 'x'.repeat(3_001) })),
    '/url',
  ],
  ['button style', actions(button({ style: 'danger' })), actions(button({ style: 'loud' })), '/style'],
  ['an unknown property', actions(button()), actions(button({ colour: 'red' })), '/elements/0'],
  [
    'accessibility label',
    actions(button({ accessibility_label: 'x'.repeat(75) })),
    actions(button({ accessibility_label: 'x'.repeat(76) })),
    '/accessibility_label',
  ],
  [
    'action id',
    actions(button({ action_id: 'x'.repeat(255) })),
    actions(button({ action_id: 'x'.repeat(256) })),
    '/action_id',
  ],
  [
    'the same action id twice',
    actions(button({ action_id: 'a' }), button({ action_id: 'b' })),
    actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
    '/elements',
  ],
  [
    'block id',
    { type: 'divider', block_id: 'x'.repeat(255) },
    { type: 'divider', block_id: 'x'.repeat(256) },
    '/block_id',
  ],
  ['options', menu('static_select', 100), menu('static_select', 101), '/options'],
  ['no options', menu('static_select', 1), menu('static_select', 0), '/options'],
  ['option text', menu('static_select', 1, 75), menu('static_select', 1, 76), '/options/0/text/text'],
  ['overflow options', menu('overflow', 5), menu('overflow', 6), '/options'],
  ['confirm title', confirm(100, 1, 1), confirm(101, 1, 1), '/confirm/title/text'],
  ['confirm text', confirm(1, 300, 1), confirm(1, 301, 1), '/confirm/text/text'],
  ['confirm button', confirm(1, 1, 30), confirm(1, 1, 31), '/confirm/confirm/text'],
  ['table rows', table(100, 1), table(101, 1), '/rows'],
  ['table columns', table(1, 20), table(1, 21), '/rows/0'],
  [
    'markdown',
    { type: 'markdown', text: 'x'.repeat(12_000) },
    { type: 'markdown', text: 'x'.repeat(12_001) },
    '/text',
  ],
  ['an unknown block', { type: 'divider' }, { type: 'marquee' }, '/blocks/0'],
];

test.each(BLOCKS)('%s', (_, allowed, tooMuch, where) => {
  expect(refuseMessage({ text: 'x', blocks: [allowed] })).toBeUndefined();
  const refusal = refuseMessage({ text: 'x', blocks: [tooMuch] });
  expect(refusal?.error).toBe('invalid_blocks');
  expect(refusal?.messages[0]).toContain(`${where}]`);
});

const divider = { type: 'divider' };

test('50 blocks in a message, each id once, one table', () => {
  const refused = (blocks: JsonObject[]) => refuseMessage({ text: 'x', blocks })?.error;
  expect(refused(many(50, () => divider))).toBeUndefined();
  expect(refused(many(51, () => divider))).toBe('invalid_blocks');
  expect(
    refused([
      { ...divider, block_id: 'a' },
      { ...divider, block_id: 'a' },
    ]),
  ).toBe('invalid_blocks');
  expect(refused([table(1, 1), table(1, 1)])).toBe('invalid_blocks');
});

test('every message has a text, and not too long a one', () => {
  expect(refuseMessage({ blocks: [divider] })?.error).toBe('no_text');
  expect(refuseMessage({ text: ' ', blocks: [divider] })?.error).toBe('no_text');
  expect(refuseMessage({ text: 'x'.repeat(40_000) })).toBeUndefined();
  expect(refuseMessage({ text: 'x'.repeat(40_001) })?.error).toBe('msg_too_long');
});

test('all blocks together: text and 125 a block, posted or edited, but not over a response_url', () => {
  const sections = (length: number) => [
    ...many(4, (): JsonObject => ({ type: 'section', text: mrkdwn(3_000) })),
    { type: 'section', text: mrkdwn(length) },
  ];
  const fits = { text: 'x', blocks: sections(13_000 - 4 * 3_000 - 5 * 125) };
  const tooLong = { text: 'x', blocks: sections(13_001 - 4 * 3_000 - 5 * 125) };
  expect(refusePosted(fits)).toBeUndefined();
  expect(refusePosted(tooLong)?.error).toBe('msg_blocks_too_long');
  expect(refuseMessage(tooLong)).toBeUndefined();
});

const modal = (more: JsonObject = {}): JsonObject => ({
  type: 'modal',
  title: plain(1),
  blocks: [divider],
  ...more,
});
const input = (more: JsonObject = {}, element: JsonObject = {}): JsonObject =>
  modal({
    submit: plain(1),
    blocks: [{ type: 'input', label: plain(1), element: { type: 'plain_text_input', ...element }, ...more }],
  });

const VIEWS: [string, JsonObject, JsonObject, string][] = [
  ['title', modal({ title: plain(24) }), modal({ title: plain(25) }), '/view/title/text'],
  ['no title', modal(), modal({ title: undefined }), '/view/title'],
  ['submit', modal({ submit: plain(24) }), modal({ submit: plain(25) }), '/view/submit/text'],
  ['close', modal({ close: plain(24) }), modal({ close: plain(25) }), '/view/close/text'],
  [
    'private metadata',
    modal({ private_metadata: 'x'.repeat(3_000) }),
    modal({ private_metadata: 'x'.repeat(3_001) }),
    '/view/private_metadata',
  ],
  [
    'blocks',
    modal({ blocks: many(100, () => divider) }),
    modal({ blocks: many(101, () => divider) }),
    '/view/blocks',
  ],
  ['a table', modal(), modal({ blocks: [table(1, 1)] }), '/view/blocks/0'],
  ['an input without submit', input(), { ...input(), submit: undefined }, '/view/submit'],
  ['input label', input({ label: plain(2_000) }), input({ label: plain(2_001) }), '/label/text'],
  ['input length', input({}, { max_length: 3_000 }), input({}, { max_length: 3_001 }), '/element/max_length'],
  ['a button as an input', input(), input({ element: button() }), '/element'],
];

test.each(VIEWS)('of a modal: %s', (_, allowed, tooMuch, where) => {
  expect(refuseView(allowed, 'modal')).toBeUndefined();
  expect(refuseView(tooMuch, 'modal')?.messages[0]).toContain(`${where}]`);
});

test('each way into Slack is judged, and a refused message is not there', async () => {
  const slack = await startSlack();
  const tooMuch = {
    channel: 'C0PAYOUTS',
    user: 'U0ASHA',
    ts: '1.2',
    text: 'x',
    blocks: [{ type: 'header' }],
  };
  for (const method of ['chat.postMessage', 'chat.postEphemeral', 'chat.update']) {
    const response = await fetch(slack.apiUrl + method, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(tooMuch),
    });
    expect(objectOf(await response.json())).toMatchObject({
      ok: false,
      error: 'invalid_blocks',
      response_metadata: { messages: ['[ERROR] must be a text object [json-pointer:/blocks/0/text]'] },
    });
  }
  expect(slack.allMessages).toEqual([]);
  await slack.close();
});
